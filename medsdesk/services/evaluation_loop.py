"""The loop of an evaluation: each waiting item is asked, stored, marked and scored."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from medsdesk.core.errors import PromptTooLongError, UserFacingError
from medsdesk.core.run import EvaluationRecord, Output, RunSpec
from medsdesk.metrics import scoring
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
from medsdesk.services.in_flight import InFlight
from medsdesk.store import evaluations
from medsdesk.tasks.meds_bench import Item, read_items
from medsdesk.tasks.samples import make_sample

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.asking import Turn
    from medsdesk.engine.client import Engine
    from medsdesk.services.case_pool import Chooser
    from medsdesk.services.evaluation_plan import PlannedFile
    from medsdesk.services.pause import PauseToken
    from medsdesk.store.evaluations import QueueItem
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

MOST_TRIES = 2
MOST_IN_A_ROW = 5
QUEUED_PER_SLOT = 2  # one that is answered and one that waits, so that no slot is ever idle
CANCELLED = ("The evaluation was stopped; what was in hand was dropped and waits.",)
GAVE_UP = (
    f"The engine failed on {MOST_IN_A_ROW} items in a row, so the evaluation was ended.",
    "See what 'medsdesk doctor' says of the machine, then resume and retry the failed items.",
)
_GONE = "The item could not be read from its file again."


@dataclass(slots=True)
class _Ticket:
    """An item whose question is put to the engine.

    Attributes:
        row: Its place in the queue.
        number: Place of its file in the run.
        question: What is asked.
        alone: Whether nothing else is in flight, so that a failure is its own.
    """

    row: QueueItem
    number: int
    question: Question
    alone: bool


@dataclass(slots=True)
class EvaluationLoop:
    """Works through the queue of one stored evaluation.

    As many questions are in flight as the engine has slots, and as many again wait for one.
    Each answer is committed when it comes; the order has no meaning. Where the engine fails
    under several, each of them is asked again with nothing beside it, and only what fails then
    counts as a try.

    Attributes:
        ws: The workspace.
        engine: With the model loaded.
        spec: The manifest.
        files: The files of the manifest, opened.
        on_event: Told what happens, at most about five times a second.
        cancel: Ends the loop; items in hand are dropped and stay waiting.
        pause: Rests the loop when the items in hand are done.
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
    _alone: deque[_Ticket] = field(default_factory=deque)
    _open: Counter[int] = field(default_factory=Counter)
    _read: set[int] = field(default_factory=set)

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
        slots = self.spec.load.slots
        most = slots * QUEUED_PER_SLOT if slots > 1 else 1
        with InFlight[_Ticket](most, self.cancel) as asked:
            self._work(asked)
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

    def _work(self, asked: InFlight[_Ticket]) -> None:
        tickets = self._tickets(alone=asked.most == 1)
        while not self._stopped:
            if self.pause.paused or self.cancel.cancelled:
                self._drain(asked)
                if self._halted():
                    return
            self._put(asked, tickets)
            if not asked:
                return
            self._end(*asked.take())

    def _put(self, asked: InFlight[_Ticket], tickets: Iterator[_Ticket]) -> None:
        """Keep the engine busy, or ask one item alone when all others are out of the way.

        Questions go in the order of the items, those of one moment together.
        """
        source, most = tickets, asked.most
        if self._alone:
            source, most = iter((self._alone.popleft(),) if not asked else ()), 1
        chosen = tuple(islice(source, max(0, most - len(asked))))
        for place, ticket in enumerate(chosen, 1):
            more = place < len(chosen)
            asked.put(ticket, partial(_ask, self.engine, ticket.question), more=more)

    def _drain(self, asked: InFlight[_Ticket]) -> None:
        while asked and not self._stopped:
            self._end(*asked.take())

    def _tickets(self, *, alone: bool) -> Iterator[_Ticket]:
        """Yield the waiting items that can be asked; put down why the others cannot."""
        for number, file in enumerate(self.files):
            waiting = self._waiting(number)
            first = next(waiting, None)
            if first is None:
                continue
            chooser = self._chooser(file)
            items = read_items(file.file, lambda _: None)
            row: QueueItem | None = first
            while row is not None:
                if self.cancel.cancelled:
                    return
                index = row.item_index
                item = next((item for item in items if item.index == index), None)
                question = self._asked_as(row, file, item, chooser)
                if question is not None:
                    self._open[number] += 1
                    yield _Ticket(row, number, question, alone)
                row = next(waiting, None)
            self._read.add(number)
            self._close(number)

    def _close(self, number: int) -> None:
        """Tell of a file when nothing of it waits or is in flight."""
        if number in self._read and not self._open[number] and not self._stopped:
            task_id = self.files[number].task.id
            summary = task_result(self.ws, self.spec.id, task_id)
            self._results[task_id] = summary
            self.on_event(TaskDone(task_id, summary))

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

    def _asked_as(
        self, row: QueueItem, file: PlannedFile, item: Item | None, chooser: Chooser
    ) -> Question | None:
        if item is None:
            self._fail(row, file, _GONE)
            return None
        try:
            return self._question(file, item, chooser)
        except UserFacingError as error:
            self._fail(row, file, error.message)
            return None

    def _end(self, ticket: _Ticket, answer: Output | UserFacingError) -> None:
        """Store an answer; where there is none, put down why or have the item asked again."""
        if isinstance(answer, PromptTooLongError):
            self._fail(ticket.row, self.files[ticket.number], answer.message)
        elif isinstance(answer, UserFacingError):
            self._again(ticket, answer.message)
            return
        elif answer.completion.complete:
            self._keep(ticket.row, ticket.question, answer)
        elif answer.completion.finish_reason == "cancelled":
            self._stopped = CANCELLED
            return
        else:
            self._again(ticket, answer.completion.error or "The engine ended.")
            return
        self._leave(ticket)

    def _again(self, ticket: _Ticket, words: str) -> None:
        if ticket.alone:
            row = ticket.row
            if evaluations.note_try(self.ws, self.spec.id, row.position) >= MOST_TRIES:
                self._give_up_on(row, self.files[ticket.number], words)
                self._leave(ticket)
                return
        ticket.alone = True
        self._alone.append(ticket)

    def _leave(self, ticket: _Ticket) -> None:
        self._open[ticket.number] -= 1
        self._close(ticket.number)

    def _question(self, file: PlannedFile, item: Item, chooser: Chooser) -> Question:
        sample = make_sample(file.task, item.input, item.outputs, "file")
        prompt = prompt_for(self.spec, file, sample.input, chooser(item))
        choices = (
            scoring.choices_for(file.task, sample.input, sample.targets)
            if self.spec.load.choices
            else ()
        )
        return Question(self.spec.id, file.task, sample, prompt, self.spec.generate, choices)

    def _keep(self, row: QueueItem, question: Question, output: Output) -> None:
        with self.ws.transaction():
            keep(self.ws, question, output)
            evaluations.mark_done(self.ws, self.spec.id, row.position, output.id)
        judge(self.ws, question.task, question.sample, output)
        self._results.pop(question.task.id, None)
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


def _ask(engine: Engine, question: Question, cancel: CancelToken, turn: Turn) -> Output:
    return ask(engine, question, cancel=cancel, turn=turn)
