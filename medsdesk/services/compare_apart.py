"""Compare the parts of a comparison: a large one in processes of its own, several at a time.

What is computed in the process of the window takes the interpreter from it. The parts hold ids and
numbers and no text; they go to the processes in memory and come back in their order, so that the
report is the same either way.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.compare_part import Part, PartRows, compare_part, parts_of

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from medsdesk.services.comparison_report import CompareOptions
    from medsdesk.services.rated_answers import Question

log = logging.getLogger(__name__)

LARGE = 40_000
"""Ratings times metrics from which on processes are worth the second that they take to start."""

MOST_PROCESSES = 4  # each holds the ratings and numpy
_POLL_SECONDS = 0.1
_ENDED = (
    "A process that compares ratings was ended by the system.",
    "Close other programs and compare again, or choose fewer ratings.",
)

_given: tuple[Sequence[Question], CompareOptions, CancelToken] | None = None


def compared_parts(
    asked: Sequence[Question],
    options: CompareOptions,
    cancel: CancelToken | None = None,
    tell: Callable[[int, int], object] | None = None,
    *,
    large: int = LARGE,
) -> Iterator[PartRows]:
    """Yield what comes of each part, in order.

    Args:
        asked: The questions.
        options: How they are compared.
        cancel: Stops it.
        tell: Called with how many questions are done, and of how many.
        large: Ratings times metrics from which on processes of their own compare.

    Raises:
        CancelledError: Stopped.
        UserFacingError: The system ended a process.
    """
    parts = tuple(parts_of(asked, options))
    workers = min(os.cpu_count() or 1, len(parts), MOST_PROCESSES)
    apart = workers > 1 and sum(map(_figures, asked)) >= large
    made = (
        _apart(asked, options, cancel, parts, workers)
        if apart
        else (compare_part(asked, part, options, cancel) for part in parts)
    )
    told = None
    for part in parts:
        if tell is not None and part.question != told:
            told = part.question
            tell(told, len(asked))
        yield next(made)


def _figures(question: Question) -> int:
    metrics = {name for answer in question.answers.values() for name in answer.metrics}
    return len(question.values) * max(1, len(metrics))


def _apart(
    asked: Sequence[Question],
    options: CompareOptions,
    cancel: CancelToken | None,
    parts: Sequence[Part],
    workers: int,
) -> Iterator[PartRows]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    # One question at a time: while a large thing is packed, the window has to wait.
    packed = tuple(pickle.dumps(question) for question in asked)
    pool = ProcessPoolExecutor(workers, context, _begin, (packed, options, stop))
    log.info("%d parts are compared in %d processes", len(parts), workers)
    try:
        # The last of a question is all its categories together, the longest: those go first.
        longest = sorted(parts, key=lambda part: part.table if part.table is not None else 1 << 30)
        asked_for = {}
        for part in reversed(longest):
            if cancel is not None and cancel.cancelled:  # a process takes its time to start
                raise CancelledError
            asked_for[part] = pool.submit(_compare, part)
        for part in parts:
            yield _result(asked_for[part], cancel)
    finally:
        stop.set()  # a part that nobody waits for ends by itself
        threading.Thread(target=_finish, args=(pool, stop), name="comparing-ends").start()


def _finish(pool: ProcessPoolExecutor, stop: Event) -> None:
    """Wait for the processes; what tells them to stop has to be there until the last has begun."""
    pool.shutdown(cancel_futures=True)
    stop.set()


def _result(future: Future[PartRows], cancel: CancelToken | None) -> PartRows:
    while not wait((future,), _POLL_SECONDS).done:
        if cancel is not None and cancel.cancelled:
            raise CancelledError
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise UserFacingError(*_ENDED) from error


# --- in the process ---


class _Stop(CancelToken):
    """A wish to stop that another process has."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self._theirs = event

    @property
    def cancelled(self) -> bool:
        """Whether that process does not want the result any more."""
        return self._theirs.is_set()


def _begin(packed: Sequence[bytes], options: CompareOptions, event: Event) -> None:
    global _given  # noqa: PLW0603 - what a process is given once, for all parts
    # Ctrl+C in a terminal reaches all processes; the one that was asked tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = [pickle.loads(question) for question in packed]  # noqa: S301 - of our own process
    _given = asked, options, _Stop(event)


def _compare(part: Part) -> PartRows:
    if _given is None:
        raise RuntimeError("the process was not begun")
    asked, options, stop = _given
    return compare_part(asked, part, options, stop)
