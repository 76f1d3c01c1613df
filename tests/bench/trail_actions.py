"""Whether each act of weight leaves exactly one row of the trail, and the chain stays whole.

``uv run python -m tests.bench.trail_actions [ACTS] [--seed N]``: acts at random as a rater of two
studies, as one at the workbench, and as an owner: points, 'cannot judge', comments, marks, flags,
undo, redo, what is taken back, exports, imports, backups, sets that are closed, and acts that are
refused. After each act the trail is as many rows longer as there is more to tell: ratings, flags,
locks and files are counted by themselves. The figure to hold: 10,000 acts, no row too few or too
many. At the end the chain is checked, and how long that took on the processor is printed; the
figure to hold: 20,000 rows within a second. The test suite does the same with fewer acts.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.back_up import back_up
from medsdesk.services.bundle_study import return_ratings
from medsdesk.services.check_trail import check_trail
from medsdesk.services.export import export_run
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.list_trail import export_trail, trail_head
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate import RatingSession
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import add_entry
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import entry, made_plan, store_plan
from tests.store.conftest import Maker

ITEMS = 8
LONG = 20_000
_COUNTS = (
    "SELECT (SELECT count(*) FROM study_ratings), (SELECT count(*) FROM ratings),"
    " (SELECT count(*) FROM study_locks), (SELECT count(*) FROM imported_files)"
)
_FLAGS = "SELECT study_id, rater, presentation_id, flagged FROM rating_visits"


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        acts: That were done.
        refused: Of these.
        rows: Of the trail.
        wrong: Acts after which the trail was too short or too long.
        problems: What the check of the trail found at the end.
    """

    acts: int
    refused: int
    rows: int
    wrong: int
    problems: int


def main() -> int:
    """Act as often as asked and print what was found; 0 where the figures hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("acts", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        found = trial(Path(base), args.acts, args.seed)
        print(
            f"{found.acts} acts, {found.refused} of them refused: {found.rows} rows of the trail, "
            f"{found.wrong} acts with a row too few or too many, {found.problems} problems"
        )
        seconds = _check_long(Path(base) / "long")
    print(f"checking {LONG:,} rows: {seconds:.2f} s on the processor")
    return 1 if found.wrong or found.problems or seconds > 1 else 0


def trial(base: Path, acts: int, seed: int) -> Report:
    """Act at random in a new workspace, and count."""
    with open_workspace(base / "workspace") as ws:
        actor = _Actor(ws, base, random.Random(seed))
        report = Report(0, 0, 0, 0, 0)
        for _ in range(acts):
            before, rows = actor.weight(), trail_head(ws).rows
            report.refused += actor.act()
            report.acts += 1
            report.wrong += trail_head(ws).rows - rows != actor.weight() - before
        report.rows = trail_head(ws).rows
        report.problems = len(check_trail(ws).problems)
    return report


def _check_long(folder: Path) -> float:
    with open_workspace(folder) as ws:
        with ws.transaction():
            for number in range(LONG):
                add_entry(ws, entry(ws, after=f'{{"number":{number},"made up":"{"x" * 150}"}}'))
        started = time.process_time()
        found = check_trail(ws)
        seconds = time.process_time() - started
        if found.problems or found.rows != LONG:
            raise RuntimeError("the long trail is not whole")
    return seconds


class _Actor:
    """Does one thing after another; counts by itself what the trail has to tell of."""

    def __init__(self, ws: Workspace, base: Path, dice: random.Random) -> None:
        self._ws, self._base, self._dice = ws, base, dice
        self._files = self._flags = 0
        self._flagged: dict[tuple[str, ...], int] = {}
        self._closed = 0
        plans = (made_plan(ITEMS), replace(made_plan(ITEMS), id="6" * 32, name="Second"))
        studies = [store_plan(ws, plan) for plan in plans]
        self._studies = [StudySession(ws, study, "Dr Ada") for study in studies]
        self._ids = studies
        output = Maker().stored_output(ws).id
        self._workbench = RatingSession(ws, output, "Dr Ada", workbench_form())
        self._acts: tuple[Callable[[], object], ...] = (
            *(self._point,) * 6, *(self._walk,) * 3, self._cannot, self._comment, self._mark,
            self._flag, self._flag, self._undo, self._redo, self._point_at_workbench,
            self._point_at_workbench, self._clear, self._workbench_comment, self._export,
        )  # fmt: skip

    def weight(self) -> int:
        """Return how many things there are that the trail must tell of."""
        counted = sum(self._ws.db.execute(_COUNTS).fetchone())
        for *key, flagged in self._ws.db.execute(_FLAGS).fetchall():
            self._flags += self._flagged.get(tuple(key), 0) != flagged
            self._flagged[tuple(key)] = flagged
        return int(counted) + self._flags + self._files

    def act(self) -> bool:
        """Do something; return whether it was refused."""
        rare = self._dice.random()
        if rare < 0.002 and self._closed < len(self._ids) - 1:
            return self._tried(self._close)
        return self._tried(self._dice.choice(self._acts))

    def _tried(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except UserFacingError:
            return True
        return False

    @property
    def _session(self) -> StudySession:
        return self._dice.choice(self._studies)

    def _point(self) -> None:
        criterion = self._dice.choice(("accurate", "thorough", "useful", "no such question"))
        self._session.set_value(criterion, self._dice.randint(0, 6))

    def _walk(self) -> None:
        self._session.go_to(self._dice.randrange(ITEMS))

    def _cannot(self) -> None:
        self._session.set_cannot_judge("useful")

    def _comment(self) -> None:
        self._session.set_comment(f"Made-up remark {self._dice.randrange(4)}" * 2)

    def _mark(self) -> None:
        session = self._session
        text = session.view.source
        start = self._dice.randrange(5)
        mark = Mark("source", start, start + 4, text_sha256(text), "omission", "major", "Made up")
        session.set_marks((mark,) * self._dice.randrange(3))

    def _flag(self) -> None:
        self._session.flag()

    def _undo(self) -> None:
        self._session.undo()

    def _redo(self) -> None:
        self._session.redo()

    def _point_at_workbench(self) -> None:
        form = workbench_form()
        criterion = self._dice.choice([each.id for each in form.criteria if each.anchors])
        self._workbench.set_value(criterion, self._dice.randint(0, 6))

    def _clear(self) -> None:
        self._workbench.clear(self._dice.choice(workbench_form().criteria).id)

    def _workbench_comment(self) -> None:
        self._workbench.set_comment(self._dice.choice(("", "Made up", "Made up too")))

    def _close(self) -> None:
        lock_study(self._ws, self._ids[self._closed], "Dr Ada", "Dr Ada", incomplete=True)
        self._closed += 1

    def _export(self) -> None:
        out = self._base / f"file{self._files}{self._dice.randrange(1000)}"
        missing = self._base / "none" / "file"
        kind = self._dice.randrange(7)
        if kind == 0:
            export_ratings(self._ws, out)
        elif kind == 1:
            export_run(self._ws, None, out, "jsonl")
        elif kind == 2:
            export_trail(self._ws, out, None, "Dr Roy")
        elif kind == 3:
            return_ratings(self._ws, self._ids[0], out, "Dr Ada")
        elif kind == 4 and self._dice.random() < 0.2:
            back_up(self._ws, out, "Dr Roy")
        elif kind == 5:
            back_up(self._ws, missing, "")
        else:
            out.write_text(
                "study,item,rater,criterion,value\n"
                f"s,{self._dice.randrange(9)},r,c,{self._dice.randrange(3)}\n",
                encoding="utf-8",
            )
            import_ratings(self._ws, out)  # counted by what it stores
            return
        self._files += 1


if __name__ == "__main__":
    sys.exit(main())
