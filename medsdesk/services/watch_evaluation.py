"""Watch an evaluation: what to show of it at any moment, out of its events and what is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from medsdesk.core.score import Score
from medsdesk.services.evaluation_events import (
    Continued,
    EvaluationEvent,
    ItemDone,
    ItemFailed,
    Loading,
    Paused,
    Planned,
    Progress,
    TaskDone,
)
from medsdesk.services.evaluation_results import EvaluationResult, task_result
from medsdesk.store.evaluation_progress import counts_by_task
from medsdesk.store.evaluations import Counts, FailedItem, failed_items
from medsdesk.tasks.task_families import title_of

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

Stage = Literal["preparing", "loading", "running", "paused", "ended"]
OnView = Callable[["EvaluationView"], None]

_COUNTS_EVERY, _SCORES_EVERY = 0.5, 2.0
_SHARE = 50  # looking may take a fiftieth of the time


@dataclass(frozen=True, slots=True)
class TaskLine:
    """How far one task is.

    Attributes:
        task_id: The task.
        title: Its title for people.
        counts: Its items by their state.
        scores: One figure per metric over the answers scored so far.
    """

    task_id: str
    title: str
    counts: Counts
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """What to show of an evaluation.

    Attributes:
        stage: What it does.
        model_name: The model's name for people.
        run_id: The run; empty until it is stored.
        tasks: How far each task is, in the order of the run.
        items_per_second: Of the last items; 0 until it is known.
        tokens_per_second: Of the last items.
        eta_seconds: Time to the end; None until it is known.
        failures: The first hundred failed items.
        notes: What to know of the files and the draw, a sentence each.
        stopped: Why it ended early, and what to do, a sentence each.
    """

    stage: Stage = "preparing"
    model_name: str = ""
    run_id: str = ""
    tasks: tuple[TaskLine, ...] = ()
    items_per_second: float = 0.0
    tokens_per_second: float = 0.0
    eta_seconds: float | None = None
    failures: tuple[FailedItem, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()

    @property
    def counts(self) -> Counts:
        """All items by their state."""
        lines = [line.counts for line in self.tasks]
        return Counts(
            pending=sum(counts.pending for counts in lines),
            done=sum(counts.done for counts in lines),
            failed=sum(counts.failed for counts in lines),
        )


class _Turn:
    """Says when it is time to look again, so that looking stays a small part of the time.

    Args:
        least: Seconds between two looks, at least.
        clock: Seconds that only go forward.
    """

    def __init__(self, least: float, clock: Callable[[], float]) -> None:
        self._least = least
        self._clock = clock
        self._next = float("-inf")

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return self._clock() >= self._next

    def took(self, began: float) -> None:
        """Note that a look has ended, and when it began."""
        now = self._clock()
        self._next = now + max(self._least, _SHARE * (now - began))


class EvaluationWatch:
    """Takes the events of one evaluation and tells views; lives on the thread of its workspace.

    Args:
        ws: The workspace.
        tell: Called with each view.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, ws: Workspace, tell: OnView, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ws = ws
        self._tell = tell
        self._clock = clock
        self._counting = _Turn(_COUNTS_EVERY, clock)
        self._scoring = _Turn(_SCORES_EVERY, clock)
        self._scores: dict[str, tuple[Score, ...]] = {}
        self._task = ""
        self.view = EvaluationView()

    def __call__(self, event: EvaluationEvent) -> None:
        """Take an event, and tell the view where it is another."""
        before = self.view
        self._take(event)
        if self.view is not before:
            self._tell(self.view)

    def end(self, result: EvaluationResult) -> EvaluationView:
        """Tell and return how it ended."""
        self._scores = {task.task_id: task.scores for task in result.tasks}
        self.view = replace(self.view, stage="ended", stopped=result.stopped, eta_seconds=None)
        self._look()
        self._tell(self.view)
        return self.view

    def _take(self, event: EvaluationEvent) -> None:
        match event:
            case Loading(model_name=name):
                self.view = replace(self.view, stage="loading", model_name=name)
            case Planned():
                self._begin(event)
            case ItemDone(task_id=task) | ItemFailed(task_id=task):
                self._task = task
            case TaskDone(task_id=task, summary=summary):
                self._scores[task] = summary.scores
                self._look()
            case Progress():
                self._go(event)
            case Paused():
                self.view = replace(self.view, stage="paused", eta_seconds=None)
                self._look()
            case Continued():
                self.view = replace(self.view, stage="running")

    def _begin(self, event: Planned) -> None:
        self.view = replace(self.view, stage="running", run_id=event.run_id, notes=event.notes)
        for task, counts in counts_by_task(self._ws, event.run_id).items():
            if counts.done:
                self._scores[task] = task_result(self._ws, event.run_id, task).scores
        self._look()

    def _go(self, event: Progress) -> None:
        self.view = replace(
            self.view,
            items_per_second=event.items_per_second,
            tokens_per_second=event.tokens_per_second,
            eta_seconds=event.eta_seconds,
        )
        if self._task and self._scoring.due:
            began = self._clock()
            self._scores[self._task] = task_result(self._ws, self.view.run_id, self._task).scores
            self._scoring.took(began)
            self._look()
        elif self._counting.due or event.done == event.of:
            self._look()

    def _look(self) -> None:
        """Read from the store how far each task is, and what has failed."""
        began, run_id = self._clock(), self.view.run_id
        found = counts_by_task(self._ws, run_id)
        lines = tuple(self._line(task, counts) for task, counts in found.items())
        failures = self.view.failures
        if sum(counts.failed for counts in found.values()) != self.view.counts.failed:
            failures = failed_items(self._ws, run_id)
        self.view = replace(self.view, tasks=lines, failures=failures)
        self._counting.took(began)

    def _line(self, task: str, counts: Counts) -> TaskLine:
        return TaskLine(task, title_of(task), counts, self._scores.get(task, ()))
