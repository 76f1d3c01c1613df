"""The loop of an evaluation: each waiting item is asked, stored, marked and scored in turn."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medsdesk.core.errors import PromptTooLongError, UserFacingError
from medsdesk.core.run import EvaluationRecord, Output, RunSpec
from medsdesk.services.answering import Question, ask, judge, keep
from medsdesk.services.evaluation_events import (
    Continued,
    EvaluationEvent,
    ItemDone,
    ItemFailed,
    Meter,
    OnEvent,
    Paused,
    Planned,
    TaskDone,
    TaskResult,
)
from medsdesk.services.evaluation_prompts import chooser_for, prompt_for
from medsdesk.services.evaluation_results import EvaluationResult, evaluation_result, task_result
from medsdesk.store import evaluations
from medsdesk.tasks.meds_bench import Item, read_items
from medsdesk.tasks.samples import make_sample

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine
    from medsdesk.services.case_pool import Chooser
    from medsdesk.services.evaluation_plan import PlannedFile
    from medsdesk.services.pause import PauseToken
    from medsdesk.store.evaluations import QueueItem
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

MOST_TRIES = 2
MOST_IN_A_ROW = 5
CANCELLED = ("The evaluation was stopped; the item in hand was dropped and waits.",)
GAVE_UP = (
    f"The engine failed on {MOST_IN_A_ROW} items in a row, so the evaluation was ended.",
    "See what 'medsdesk doctor' says of the machine, then resume and retry the failed items.",
)
_GONE = "The item could not be read from its file again."


@dataclass(slots=True)
class EvaluationLoop:
    """Works through the queue of one stored evaluation.

    Attributes:
        ws: The workspace.
        engine: With the model loaded.
        spec: The manifest.
        files: The files of the manifest, opened.
        on_event: Told what happens, at most about five times a second.
        cancel: Ends the loop; the item in hand is dropped and stays waiting.
        pause: Rests the loop between two items.
    """

    ws: Workspace
    engine: Engine
    spec: RunSpec
    files: tuple[PlannedFile, ...]
    on_event: OnEvent
    cancel: CancelToken
    pause: PauseToken
    _meter: Meter = field(default_factory=Meter)
    _results: dict[str, TaskResult] = field(default_factory=dict)
    _stopped: tuple[str, ...] = ()
    _in_a_row: int = 0
    _answered: int = 0
    _ended: int = 0
    _items: int = 0

    def run(self) -> EvaluationResult:
        """Work until nothing waits, somebody stops it, or the engine fails again and again.

        Raises:
            UserFacingError: The workspace cannot be written; what was done is kept.
        """
        counts = evaluations.count_items(self.ws, self.spec.id)
        self._items, self._ended = counts.items, counts.items - counts.pending
        notes = self._record.notes
        self.on_event(Planned(self.spec.id, len(self.files), counts.items, counts.pending, notes))
        began = time.monotonic()
        self._score_what_is_left()
        self._meter.start()
        for number in range(len(self.files)):
            if self._halted():
                break
            self._run_file(number)
        log.info("evaluation %s: %d items answered", self.spec.id, self._answered)
        return evaluation_result(
            self.ws,
            self.spec,
            self._results,
            answered=self._answered,
            seconds=time.monotonic() - began,
            stopped=self._stopped,
        )

    @property
    def _record(self) -> EvaluationRecord:
        if self.spec.evaluation is None:
            raise RuntimeError("the run is no evaluation")
        return self.spec.evaluation

    def _score_what_is_left(self) -> None:
        """Score answers that were stored by a process that ended before it scored them."""
        tasks = {file.task.id: file.task for file in self.files}
        while left := evaluations.unscored_answers(self.ws, self.spec.id):
            for output, sample in left:
                judge(self.ws, tasks[sample.task_id], sample, output)

    def _run_file(self, number: int) -> None:
        file = self.files[number]
        waiting = self._waiting(number)
        first = next(waiting, None)
        if first is None:
            return
        self._results.pop(file.task.id, None)
        chooser = self._chooser(file)
        items = read_items(file.file, lambda _: None)
        row: QueueItem | None = first
        while row is not None and not self._halted():
            index = row.item_index
            item = next((item for item in items if item.index == index), None)
            if item is None:
                self._fail(row, file, _GONE)
            else:
                self._one(row, file, item, chooser)
            row = next(waiting, None)
        if not self._stopped:
            summary = task_result(self.ws, self.spec.id, file.task.id)
            self._results[file.task.id] = summary
            self.on_event(TaskDone(file.task.id, summary))

    def _waiting(self, number: int) -> Iterator[QueueItem]:
        """Yield a file's waiting items; some hundred are held at a time."""
        after = -1
        while rows := evaluations.pending_items(self.ws, self.spec.id, number, after):
            yield from rows
            after = rows[-1].position

    def _chooser(self, file: PlannedFile) -> Chooser:
        return chooser_for(self._record, file)

    def _halted(self) -> bool:
        """Rest while a pause is asked for; return whether to end."""
        if self.pause.paused and not self.cancel.cancelled:
            self.on_event(Paused())
            self.pause.wait(self.cancel)
            self._meter.start()
            self.on_event(Continued())
        if self.cancel.cancelled:
            self._stopped = self._stopped or CANCELLED
        return bool(self._stopped)

    def _one(self, row: QueueItem, file: PlannedFile, item: Item, chooser: Chooser) -> None:
        try:
            question = self._question(file, item, chooser)
        except UserFacingError as error:
            self._fail(row, file, error.message)
            return
        tries = row.attempts
        while True:
            try:
                output = ask(self.engine, question, cancel=self.cancel)
            except PromptTooLongError as error:
                self._fail(row, file, error.message)
                return
            except UserFacingError as error:
                words = error.message
            else:
                if output.completion.complete:
                    self._keep(row, question, output)
                    return
                if output.completion.finish_reason == "cancelled":
                    self._stopped = CANCELLED
                    return
                words = output.completion.error or "The engine ended."
            tries = evaluations.note_try(self.ws, self.spec.id, row.position)
            if tries >= MOST_TRIES:
                self._give_up_on(row, file, words)
                return

    def _question(self, file: PlannedFile, item: Item, chooser: Chooser) -> Question:
        sample = make_sample(file.task, item.input, item.outputs, "file")
        prompt = prompt_for(self.spec, file, sample.input, chooser(item))
        return Question(self.spec.id, file.task, sample, prompt, self.spec.generate)

    def _keep(self, row: QueueItem, question: Question, output: Output) -> None:
        with self.ws.transaction():
            keep(self.ws, question, output)
            evaluations.mark_done(self.ws, self.spec.id, row.position, output.id)
        judge(self.ws, question.task, question.sample, output)
        completion = output.completion
        self._in_a_row = 0
        self._answered += 1
        done = ItemDone(
            row.position, self._items, question.task.id, completion.seconds, completion.tokens
        )
        self._tell(done, completion.tokens)

    def _give_up_on(self, row: QueueItem, file: PlannedFile, words: str) -> None:
        self._fail(row, file, words)
        self._in_a_row += 1
        if self._in_a_row >= MOST_IN_A_ROW:
            self._stopped = GAVE_UP

    def _fail(self, row: QueueItem, file: PlannedFile, words: str) -> None:
        evaluations.mark_failed(self.ws, self.spec.id, row.position, words)
        log.info("evaluation %s: item %d failed", self.spec.id, row.position)
        self._tell(ItemFailed(row.position, self._items, file.task.id, words), 0)

    def _tell(self, event: EvaluationEvent, tokens: int) -> None:
        self._ended += 1
        self._meter.add(tokens)
        if self._meter.due() or self._ended == self._items:
            self.on_event(event)
            self.on_event(self._meter.progress(self._ended, self._items))
