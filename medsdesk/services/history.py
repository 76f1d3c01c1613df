"""Look back at stored answers with their scores and ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.store import evaluations, outputs, runs

if TYPE_CHECKING:
    from medsdesk.core.run import RunSpec
    from medsdesk.store.evaluations import FailedItem
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.runs import RunSummary
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Queue:
    """How far an evaluation is: items that wait, are done and failed, and why these did."""

    pending: int
    done: int
    failed: int
    failures: tuple[FailedItem, ...]


def answers(ws: Workspace, run_id: str | None = None, limit: int = 500) -> tuple[AnswerRow, ...]:
    """Return stored answers, newest first, each with its scores and current ratings."""
    return outputs.list_answers(ws, run_id, limit)


def answer_of(ws: Workspace, output_id: str) -> AnswerRow:
    """Return one stored answer.

    Raises:
        UserFacingError: It is not stored in this workspace.
    """
    run = outputs.get_output(ws, output_id).run_id
    found = outputs.list_answers(ws, run, limit=-1)
    return next(row for row in found if row.output.id == output_id)


def recent_runs(ws: Workspace, limit: int = 100) -> tuple[RunSummary, ...]:
    """Return the latest runs, newest first, with counts."""
    return runs.list_runs(ws, limit)


def run_manifest(ws: Workspace, run_id: str) -> RunSpec:
    """Return the full record of a run, found by its id or the first eight or more digits of it."""
    return runs.get_run(ws, run_id)


def queue_of(ws: Workspace, run_id: str) -> Queue:
    """Return how far an evaluation is; all 0 for a run of one text."""
    counts = evaluations.count_items(ws, run_id)
    failures = evaluations.failed_items(ws, run_id, limit=-1)
    return Queue(counts.pending, counts.done, counts.failed, failures)
