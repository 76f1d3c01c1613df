"""An evaluation survives being killed at any moment, and runs on the real model and files."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.export import export_run
from medsdesk.services.history import answers, queue_of, recent_runs
from medsdesk.services.model_files import choose_model
from medsdesk.store.backup import faults
from medsdesk.store.evaluations import positions
from medsdesk.store.workspace import Workspace, open_workspace

KILLS = {1: (20, 0.11), 3: (14, 0.2)}
"""Kills by slots, and the latest of them as a part of the time that the whole takes."""
DIES = {"when": "number 7 of task2", "text": "one two", "die_after": 1, "die": "kill"}
ECHO = {"tell": "prompt", "token_seconds": 0.008}

# Begins the evaluation of a workspace that has none, else resumes it; says when it works.
WORKER = """
import hashlib, json, sys
from dataclasses import replace
from pathlib import Path
from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.history import recent_runs
from medsdesk.store.workspace import open_workspace

if __name__ == "__main__":
    folder, files, script = map(Path, sys.argv[1:4])
    model = ModelFile("m", "M", str(script), hashlib.sha256(script.read_bytes()).hexdigest(),
                      script.stat().st_size, "llama", "F16", 1, 2048, False, utc_now())
    plan = EvaluationPlan((files,), model, shots=1, limit=12, seed=3, slots=int(sys.argv[4]),
                          generate=GenerateConfig(max_new_tokens=40))
    ready = lambda _: print("works", flush=True)
    with open_workspace(folder) as ws, Engine(backend="medsdesk.engine.fake") as engine:
        print("open", flush=True)
        runs = recent_runs(ws)
        if runs:
            wanted = Resumption(runs[0].id, model=model)
            resume(ws, engine, wanted, ready, CancelToken())
        else:
            evaluate(ws, engine, plan, ready, CancelToken())
        print("done", flush=True)
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three synthetic files: free text, names of diseases, and a task nobody knows."""
    folder = tmp_path / "files"
    folder.mkdir()
    for task in ("task2_made_up", "task46_made_up", "task9001_made_up"):
        items = [
            {"input": f"Made-up text number {n} of {task}.", "output": f"answer {n}"}
            for n in range(15)
        ]
        header = {"Definition": ["Say it again."], "Categories": ["Explanation"]}
        document = {**header, "Output_language": ["English"], "Instances": items}
        (folder / f"{task}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def _killed(command: list[str], *, working: bool, delay: float) -> bool:
    """Kill the whole process some time after a sign; return whether it was done before.

    The sign is that the workspace is open, or that the queue is being worked on.
    """
    with _start(command) as worker:
        assert worker.stdout is not None
        for _ in range(3 if working else 1):
            assert worker.stdout.readline() in ("open\n", "works\n")
        time.sleep(delay)
        worker.kill()
        return "done" in worker.stdout.read()


def _answers(ws: Workspace) -> list[tuple[object, ...]]:
    """Everything that must not depend on interruptions, item by item."""
    run_id = recent_runs(ws)[0].id
    places = positions(ws, run_id)
    rows = answers(ws, run_id, limit=-1)
    return sorted(
        (places[row.output.id], row.sample.task_id, row.sample.input, row.sample.targets,
         row.output.prompt_sha256, row.output.completion.text, repr(row.scores))
        for row in rows
    )  # fmt: skip


@pytest.mark.timeout(1200)  # thirty starts of the program, on a machine that may be busy
@pytest.mark.parametrize("slots", KILLS)
def test_killed_many_times_it_ends_like_an_undisturbed_one(
    tmp_path: Path, files: Path, slots: int
) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"replies": [DIES, ECHO]}), encoding="utf-8")
    command = [sys.executable, "-c", WORKER]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    began = time.monotonic()
    subprocess.run(
        [*command, str(whole), str(files), str(script), str(slots)], check=True, timeout=120
    )
    kills, part = KILLS[slots]
    latest = part * (time.monotonic() - began)
    moments = random.Random(20260131)
    seen = set()
    command += [str(broken), str(files), str(script), str(slots)]
    for kill in range(kills):
        delay = moments.uniform(0.0, latest)
        assert not _killed(command, working=kill % 2 == 1, delay=delay)
        with open_workspace(broken) as ws:
            assert faults(ws.db.conn) == ()
            for run in recent_runs(ws):
                queue = queue_of(ws, run.id)
                assert run.outputs == queue.done
                seen.add(queue.done)
    assert len(seen) >= 4, "too few of the moments were in the middle of the work"
    subprocess.run(command, check=True, timeout=120)
    with open_workspace(whole) as undisturbed, open_workspace(broken) as ws:
        [run] = recent_runs(ws)
        queue = queue_of(ws, run.id)
        assert (queue.pending, queue.done, queue.failed) == (0, run.outputs, 36 - run.outputs)
        mine = queue.failures, _answers(ws)
        [other] = recent_runs(undisturbed)
        assert mine == (queue_of(undisturbed, other.id).failures, _answers(undisturbed))
        # Every stored answer is the one of its item: nothing was run twice and kept twice.
        for table in ("samples", "outputs"):
            assert ws.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (queue.done,)
        both = [tmp_path / "broken.csv", tmp_path / "whole.csv"]
        export_run(ws, run.id, both[0], "medsbench-csv")
        export_run(undisturbed, other.id, both[1], "medsbench-csv")
        assert both[0].read_bytes() == both[1].read_bytes()


@pytest.mark.gguf
def test_with_slots_the_same_settings_give_the_same_answers(tmp_path: Path, files: Path) -> None:
    """Which thread is faster decides nothing: what is computed together is the same each time."""

    def texts(name: str) -> object:
        with open_workspace(tmp_path / name) as ws, Engine() as engine:
            plan = EvaluationPlan((files,), choose_model(ws, "demo"), shots=1, limit=6, slots=4)
            plan = replace(plan, generate=GenerateConfig(max_new_tokens=24))
            assert evaluate(ws, engine, plan, lambda _: None, CancelToken()).completed == 18
            return _answers(ws)

    assert texts("one") == texts("other")


@pytest.mark.gguf
def test_five_real_files_on_the_real_model(
    tmp_path: Path, shared: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = shared / "data" / "meds_bench"
    names = ("task50_", "task59_", "task125_", "task29_", "task47_")
    chosen = tuple(path for name in names for path in folder.glob(f"{name}*"))
    if len(chosen) < len(names):
        pytest.skip("the real task files are not beside this checkout")
    began = time.monotonic()
    with open_workspace(tmp_path) as ws, Engine() as engine:
        plan = EvaluationPlan(
            files=chosen,
            model=choose_model(ws, "demo"),
            shots=1,
            limit=1,
            generate=GenerateConfig(max_new_tokens=8),
        )
        result = evaluate(ws, engine, plan, lambda _: None, CancelToken())
        rows = answers(ws, result.spec.id)
    record_property("seconds", time.monotonic() - began)
    assert (result.items, result.completed, result.failed) == (5, 5, 0)
    assert [task.task_id for task in result.tasks] == [
        "task29", "task47", "task50", "task59", "task125",
    ]  # fmt: skip
    assert all(row.output.completion.tokens > 0 and row.scores for row in rows)
