"""Whether an evaluation that is killed again and again ends like an undisturbed one.

``uv run python -m tests.bench.kills FOLDER [--limit N] [--kills N] [--seed N] [--keep DIR]``:
runs ``medsdesk eval FOLDER --limit N`` on the demonstration model undisturbed, then the same in a
second workspace, killed with SIGKILL at random moments spread over the time that the first took
and resumed; then compares both item by item: text, finish, prompt, every score, every failure.
Made for a whole benchmark, which takes long; the test suite does the same on less. With ``--keep``
both workspaces stay in a folder, and what is there already is gone on with: ``--seconds`` then says
how long an undisturbed run takes, and ``--part`` does one of both.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from medsdesk.services.history import answers, queue_of, recent_runs
from medsdesk.store.backup import faults
from medsdesk.store.evaluations import positions
from medsdesk.store.workspace import open_workspace

_DONE = (0, 3)  # all answered, or some items failed


def main() -> int:
    """Run both and print what was found; 0 where they are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=5)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--part", choices=("whole", "broken", "both"), default="both")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        return _measure(args, args.keep or Path(base))


def _measure(args: argparse.Namespace, base: Path) -> int:
    whole, broken = base / "whole", base / "broken"
    began = time.monotonic()
    if args.part != "broken":
        _print_run("undisturbed", _finish(_start(whole, args.folder, args.limit)), began)
    seconds = args.seconds or time.monotonic() - began
    if args.part == "whole":
        return 0
    began = time.monotonic()
    kills = _kill_and_resume(broken, args, seconds)
    _print_run(f"killed {kills} times", _finish(_start(broken, args.folder, args.limit)), began)
    if args.part == "broken":
        return 0 if kills == args.kills else 1
    different = _differences(_stored(whole), _stored(broken))
    print(f"items that differ: {different}")
    return 0 if different == 0 and kills == args.kills else 1


def _kill_and_resume(folder: Path, args: argparse.Namespace, seconds: float) -> int:
    """Kill and resume as often as asked, and return how many kills met a run at work."""
    moments = random.Random(args.seed)
    kills = 0
    for _ in range(args.kills):
        process = _start(folder, args.folder, args.limit)
        try:
            process.wait(moments.uniform(0.5, 1.6 * seconds / args.kills))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.communicate()
        done, broken = _state(folder)
        print(f"kill {kills}: {done} items done, faults of the database: {broken}", flush=True)
        if process.returncode in _DONE:
            break
    return kills


def _start(folder: Path, files: Path, limit: int) -> subprocess.Popen[str]:
    """Begin the evaluation of a workspace that has none, else resume it."""
    words = [sys.executable, "-m", "medsdesk", "--workspace", str(folder), "eval", "--json"]
    run = _run_id(folder)
    words += ["--resume", run] if run else [str(files), "--limit", str(limit), "--model", "demo"]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )


def _finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    text, _ = process.communicate()
    if process.returncode not in _DONE:
        raise SystemExit(f"medsdesk eval ended with {process.returncode}")
    document: dict[str, Any] = json.loads(text)
    return document


def _run_id(folder: Path) -> str | None:
    if not folder.is_dir():
        return None
    with open_workspace(folder) as ws:
        return next((run.id for run in recent_runs(ws)), None)


def _state(folder: Path) -> tuple[int, int]:
    with open_workspace(folder) as ws:
        run = next(iter(recent_runs(ws)), None)
        return (queue_of(ws, run.id).done if run else 0), len(faults(ws.db.conn))


def _stored(folder: Path) -> dict[int, tuple[object, ...]]:
    """Return everything that must not depend on interruptions by the item's place in the run."""
    with open_workspace(folder) as ws:
        [run] = recent_runs(ws)
        places = positions(ws, run.id)
        failed = {row.position: (row.error,) for row in queue_of(ws, run.id).failures}
        return failed | {
            places[row.output.id]: (
                row.sample.task_id,
                row.sample.input,
                row.sample.targets,
                row.output.prompt_sha256,
                row.output.completion.text,
                row.output.completion.finish_reason,
                repr(row.scores),
            )
            for row in answers(ws, run.id, limit=-1)
        }


def _differences(one: dict[int, tuple[object, ...]], other: dict[int, tuple[object, ...]]) -> int:
    return sum(one.get(place) != other.get(place) for place in one.keys() | other.keys())


def _print_run(name: str, document: dict[str, Any], began: float) -> None:
    seconds = time.monotonic() - began
    print(
        f"{name}: {document['items']} items, {document['completed']} answered, "
        f"{document['failed']} failed, {document['waiting']} waiting, {len(document['tasks'])} "
        f"tasks, {seconds:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
