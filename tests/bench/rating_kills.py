"""Whether a rater who is cut off again and again loses anything that was called saved.

``uv run python -m tests.bench.rating_kills [KILLS] [--seed N]``: a process of its own rates a
study through the session (points, 'cannot judge', marks, comments, flags, undo and redo, ways to
other items) and types comments whose drafts it keeps once a second, as the window does. It tells
of each rating once the session has returned, and is killed with SIGKILL at a random moment. Then
the workspace is looked at: every rating it told of is there with what was said, each has its row
of the trail, the draft is at most two seconds behind what was typed, and the database is whole.
The test suite does the same with 25 kills.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medsdesk.core.identity import local_now, text_sha256
from medsdesk.core.study_rating import Mark, StudyRating
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries
from medsdesk.store.backup import faults
from medsdesk.store.drafts import list_drafts
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import open_workspace
from tests.made_studies import STUDY, made_plan, store_plan

ROOT = Path(__file__).resolve().parent.parent.parent
RATER = "Dr Ada"
ITEMS = 30
KEY_SECONDS = 0.01
DRAFT_SECONDS = 1.0
LONGEST_LIFE = 2.4
_WORDS = 400  # characters of a comment; then it is committed


@dataclass(slots=True)
class Report:
    """What was found after all kills.

    Attributes:
        kills: Processes that were killed at work.
        told: Ratings that were told of.
        lost: Those of them that are not there, or say something else.
        untold: Ratings that were stored when there was no time left to tell of them.
        bare: Ratings without a row of the trail, or with more than one.
        faults: What SQLite found wrong.
        draft_seconds: For each kill that met somebody typing, how far the draft was behind.
    """

    kills: int
    told: int
    lost: int
    untold: int
    bare: int
    faults: int
    draft_seconds: list[float]


def main() -> int:
    """Kill as often as asked and print what was found; 0 where nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rate:
        _rate(args.rate, random.Random(args.seed))
        return 0
    with tempfile.TemporaryDirectory() as base:
        report = trial(Path(base) / "workspace", args.kills, args.seed, told=_progress)
    typed = sorted(report.draft_seconds)
    print(
        f"{report.kills} kills: {report.told} ratings told of, {report.lost} lost, "
        f"{report.untold} stored but not told of, {report.bare} without a row of the trail, "
        f"{report.faults} faults of the database"
    )
    print(
        f"drafts: {len(typed)} kills while typing, behind by {typed[len(typed) // 2]:.2f} s at "
        f"the median, {typed[-1]:.2f} s at most"
    )
    broken = report.lost or report.bare or report.faults or typed[-1] > 2
    return 1 if broken or report.kills < args.kills else 0


def _progress(report: Report) -> None:
    if report.kills % 20 == 0:
        print(
            f"{report.kills} kills, {report.told} ratings told of, {report.lost} lost", flush=True
        )


def trial(
    folder: Path,
    kills: int,
    seed: int,
    longest: float = LONGEST_LIFE,
    told: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Let a process rate until it is killed, as often as asked, and look at what is left."""
    with open_workspace(folder) as ws:
        store_plan(ws, made_plan(ITEMS))
    moments = random.Random(seed)
    report = Report(0, 0, 0, 0, 0, 0, [])
    stored = 0
    for kill in range(kills):
        lines, killed_at = _life(folder, seed + kill, moments.uniform(0.06, longest))
        report.kills += killed_at is not None
        stored = _look(folder, lines, killed_at or time.time(), stored, report)
        told(report)
    return report


def _life(folder: Path, seed: int, seconds: float) -> tuple[list[dict[str, Any]], float | None]:
    """Run a rater until it is killed; return what it told, and when it was killed."""
    words = [sys.executable, "-m", "tests.bench.rating_kills", "--rate", str(folder)]
    words += ["--seed", str(seed)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        at_work = process.poll() is None
        killed_at = time.time()
        process.kill()
        whole = (first + process.stdout.read()).rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()], killed_at if at_work else None


def _look(
    folder: Path, lines: list[dict[str, Any]], killed_at: float, before: int, report: Report
) -> int:
    """Compare what a rater told with what is stored, and return how many ratings there are."""
    with open_workspace(folder) as ws:
        report.faults += len(faults(ws.db.conn))
        ratings = ratings_of_study(ws, STUDY)
        subjects = [e.subject for e in list_entries(ws, STUDY)[1:] if e.action != "flag"]
        typed = {d.presentation_id: d.text for d in list_drafts(ws, STUDY, RATER)}
        session = StudySession(ws, STUDY, RATER)
        shown = session.view.draft.get("comment", "")
    report.bare += abs(len(subjects) - len(ratings)) + sum(
        rating.id != subject for rating, subject in zip(ratings, subjects, strict=False)
    )
    new = ratings[before:]
    told = [line for line in lines if "at" in line]
    report.told += len(told)
    report.untold += max(len(new) - len(told), 0)
    report.lost += max(len(told) - len(new), 0) + sum(
        not _same(rating, line) for rating, line in zip(new, told, strict=False)
    )
    last = ratings[-1].text if ratings and ratings[-1].scale == "text" else ""
    kept = {shown, last, *typed.values()}
    _look_at_draft(lines, killed_at, kept, report)
    return len(ratings)


def _same(rating: StudyRating, line: dict[str, Any]) -> bool:
    said = {"value": rating.value, "comment": rating.text, "marks": len(rating.marks)}
    said["cannot_judge"] = rating.status
    return rating.rated_at == line["at"] and all(
        said[what] == value for what, value in line["said"].items()
    )


def _look_at_draft(
    lines: list[dict[str, Any]], killed_at: float, kept: set[str], report: Report
) -> None:
    """Find when the first character was typed that is not kept."""
    keys = [line for line in lines if "typed" in line]
    if not keys:
        return
    comment = keys[-1]["comment"]
    keys = [line for line in keys if line["comment"] == comment]
    whole = _text(comment, keys[-1]["typed"])
    longest = max((len(text) for text in kept if text and whole.startswith(text)), default=0)
    if any(text.startswith(whole) for text in kept if text):
        longest = len(whole)
    lost = [line["when"] for line in keys if line["typed"] > longest]
    report.draft_seconds.append(killed_at - lost[0] if lost else 0.0)


def _text(comment: str, length: int) -> str:
    """Return the beginning of a made-up comment."""
    return (f"Made-up remark {comment}. " * _WORDS)[:length]


class _Rater:
    """Rates and types for ever."""

    def __init__(self, session: StudySession, times: list[str], dice: random.Random) -> None:
        self._session = session
        self._times = times
        self._dice = dice
        self._comment = self._name()
        self._typed = 0
        self._drafted_at = time.monotonic()

    def press(self) -> None:
        """Type a character; keep the draft once a second; commit a comment that is long enough."""
        self._typed += 1
        _tell({"typed": self._typed, "comment": self._comment, "when": time.time()})
        text = _text(self._comment, self._typed)
        if self._typed >= _WORDS:
            self._session.set_comment(text)
            self._told({"comment": text})
            self._comment, self._typed = self._name(), 0
        elif time.monotonic() - self._drafted_at >= DRAFT_SECONDS:
            self._session.save_draft("comment", text)
            self._drafted_at = time.monotonic()

    def rate(self) -> None:
        """Do one thing at random, and tell of it once it is done."""
        session, dice = self._session, self._dice
        criterion = dice.choice(["accurate", "thorough", "useful", "succinct", "synthesized"])
        match dice.choice(["value"] * 6 + ["cannot_judge", "marks", "undo", "redo", "flag", "go"]):
            case "value":
                value = dice.randint(1, 5)
                session.set_value(criterion, value)
                self._told({"value": value})
            case "cannot_judge":
                session.set_cannot_judge(criterion)
                self._told({"cannot_judge": "cannot_judge"})
            case "marks":
                marks = [self._mark() for _ in range(dice.randint(0, 3))]
                session.set_marks(marks)
                self._told({"marks": len(marks)})
            case "undo":
                session.undo()
                self._told({})
            case "redo":
                session.redo()
                self._told({})
            case "flag":
                session.flag()
                self._times.clear()
            case _ if self._typed < 5:  # not while a comment is being typed
                session.go_to(dice.randrange(ITEMS))
                self._times.clear()
            case _:
                pass

    def _told(self, said: dict[str, Any]) -> None:
        if self._times:  # else it was said already, and nothing was stored
            _tell({"at": self._times[-1], "said": said})
        self._times.clear()

    def _mark(self) -> Mark:
        text = self._session.view.outputs[0]
        start = self._dice.randrange(len(text) - 1)
        end = self._dice.randint(start + 1, len(text))
        return Mark("output_a", start, end, text_sha256(text), "negation", "minor", "Made-up note")

    def _name(self) -> str:
        return f"{self._dice.randrange(10**9):09d}"


def _rate(folder: Path, dice: random.Random) -> None:
    times: list[str] = []

    def now() -> str:
        """Return a time that no other rating has: by it the rating is known again."""
        at = local_now()
        while times and times[-1] == at:
            at = local_now()
        times.append(at)
        return at

    with open_workspace(folder) as ws:
        rater = _Rater(StudySession(ws, STUDY, RATER, now=now), times, dice)
        while True:
            rater.press()
            if dice.random() < 0.3:
                rater.rate()
            time.sleep(KEY_SECONDS)


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
