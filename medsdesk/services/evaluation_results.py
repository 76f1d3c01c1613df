"""What came of an evaluation: figures per task, counts, and the items without an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.run import RunSpec
from medsdesk.core.score import Score
from medsdesk.metrics import scoring
from medsdesk.metrics.intervals import Interval, ci95
from medsdesk.services.evaluation_events import TaskResult
from medsdesk.store import evaluations

if TYPE_CHECKING:
    from medsdesk.store.evaluations import FailedItem
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """An evaluation as far as it came.

    Attributes:
        spec: Its manifest.
        tasks: What came of each task, in the order of the run.
        items: All items asked for: completed, failed, skipped and waiting.
        completed: Items with an answer.
        failed: Items without one.
        skipped: Items of the files that cannot be read.
        waiting: Items still to come; 0 unless it was stopped.
        tokens: Generated for all answers of the run.
        answered: Items answered by this call; fewer than completed where it was resumed.
        seconds: This call took, loading of the model left out.
        failures: The first hundred failed items.
        stopped: Why it ended early, and what to do, a sentence each; empty where it did not.
    """

    spec: RunSpec
    tasks: tuple[TaskResult, ...]
    items: int
    completed: int
    failed: int
    skipped: int
    waiting: int
    tokens: int
    answered: int
    seconds: float
    failures: tuple[FailedItem, ...]
    stopped: tuple[str, ...] = ()

    @property
    def items_per_second(self) -> float:
        """Items answered by this call per second; 0 where it answered none."""
        return self.answered / self.seconds if self.seconds > 0 else 0.0


def task_result(ws: Workspace, run_id: str, task_id: str) -> TaskResult:
    """Return the figures of one task over the answers it has so far."""
    answers = evaluations.totals(ws, run_id).get(task_id, (0, 0))[0]
    figures: list[Score] = []
    intervals: dict[str, Interval | None] = {}
    reasons: dict[str, dict[str, int]] = {}
    for scores in evaluations.scores_by_metric(ws, run_id, task_id):
        summed = scoring.summarise(scores)
        figures.extend(summed)
        # Answers scored in two ways, as after an update, have a figure each and no interval.
        if len(summed) == 1:
            intervals[summed[0].name] = ci95(scores)
            reasons[summed[0].name] = dict(Counter(s.reason for s in scores if s.reason))
    return TaskResult(task_id, answers, tuple(figures), intervals, reasons)


def evaluation_result(
    ws: Workspace,
    spec: RunSpec,
    known: Mapping[str, TaskResult],
    *,
    answered: int,
    seconds: float,
    stopped: tuple[str, ...],
) -> EvaluationResult:
    """Return the result of a run from what is stored.

    Args:
        ws: The workspace.
        spec: The run's manifest.
        known: Results of tasks that are up to date and need not be computed again.
        answered: Items answered by this call.
        seconds: This call took.
        stopped: Why it ended early.
    """
    counts = evaluations.count_items(ws, spec.id)
    totals = evaluations.totals(ws, spec.id)
    files = spec.evaluation.files if spec.evaluation else ()
    skipped = sum(file.skipped for file in files)
    return EvaluationResult(
        spec=spec,
        tasks=tuple(known.get(task) or task_result(ws, spec.id, task) for task in totals),
        items=counts.items + skipped,
        completed=counts.done,
        failed=counts.failed,
        skipped=skipped,
        waiting=counts.pending,
        tokens=sum(tokens for _, tokens in totals.values()),
        answered=answered,
        seconds=seconds,
        failures=evaluations.failed_items(ws, spec.id),
        stopped=stopped,
    )
