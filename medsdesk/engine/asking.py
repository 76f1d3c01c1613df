"""One question to the engine process and its answer, with a stop that always works."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn, TypeVar

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import (
    CancelledError,
    EngineDiedError,
    KeyWantedError,
    PromptTooLongError,
    UserFacingError,
)
from medsdesk.core.generation import Completion
from medsdesk.engine.answer import Answer
from medsdesk.engine.child import Child, Died, Inbox
from medsdesk.engine.containment import Guard
from medsdesk.engine.messages import (
    Cancel,
    Completed,
    Count,
    Describe,
    Failed,
    Generate,
    ListServed,
    Load,
    Started,
    ToClient,
    Tokens,
)
from medsdesk.engine.outcomes import died_error, explain

POLL_SECONDS = 0.05
"""How soon a wish to stop is noticed."""

_IDLE_SECONDS = 1.0
"""How long is waited where a wish to stop wakes by itself: many threads that poll take time from
the engine's own."""

_T = TypeVar("_T")
_STOPPED = "The engine was stopped because another request did not end when told to."
_RETRY = "Try again; the engine starts anew by itself."


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of a request among several that are made one after the other.

    Attributes:
        more: Whether the next one follows at once. The engine then waits for it, so that what
            is computed together does not depend on which thread was faster.
        sent: Set when the request is on its way.
    """

    more: bool = False
    sent: threading.Event = field(default_factory=threading.Event)


class Stop:
    """Passes on the wish to stop a request, and tells when patience is at its end.

    Args:
        child: The process.
        cancel: The wish; None where nobody can have it.
        grace_seconds: How long the process may take to obey.
    """

    def __init__(self, child: Child, cancel: CancelToken | None, grace_seconds: float) -> None:
        self._child = child
        self._cancel = cancel
        self._grace = grace_seconds
        self._deadline: float | None = None

    def waking(self, inbox: Inbox) -> AbstractContextManager[None]:
        """Have the wish wake who waits for messages of an inbox."""
        if self._cancel is None:
            return nullcontext()
        return self._cancel.waking(partial(inbox.put, None))

    @property
    def pressing(self) -> bool:
        """Whether the wish was passed on, so that patience runs."""
        return self._deadline is not None

    def overdue(self, request: int) -> bool:
        """Return whether a request should have stopped by now."""
        if self._cancel is None or not self._cancel.cancelled:
            return False
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self._grace
            self._child.send(Cancel(request))
        return now > self._deadline


def ask(
    child: Child,
    message: Load | ListServed | Count | Describe,
    stop: Stop,
    guard: Guard | None = None,
) -> ToClient:
    """Return the answer to a question, killing a process that does not stop when told to.

    Raises:
        UserFacingError: The guard found that it takes too much; the process was killed.
        CancelledError: Told to stop, and the process had to be killed.
        EngineDiedError: It died by itself.
    """
    inbox = child.open(message.request)
    try:
        child.send(message)
        while (answer := _next(inbox)) is None:
            if stop.overdue(message.request):
                child.kill("cancelled")
                raise CancelledError
            excess = guard.excess() if guard is not None else None
            if excess is not None:
                child.kill("cancelled")
                raise excess
    finally:
        child.forget(message.request)
    if isinstance(answer, Died):
        raise _death(answer)
    return answer


def converse(
    child: Child, message: Generate, stop: Stop, answer: Answer, sent: threading.Event
) -> Completion:
    """Gather an answer to its end, whatever end that is; ``sent`` is set at its beginning.

    Raises:
        PromptTooLongError: Nothing was generated.
    """
    inbox = child.open(message.request)
    ended = False
    try:
        child.send(message)
        sent.set()
        with stop.waking(inbox):
            while not stop.overdue(message.request):
                wait = POLL_SECONDS if stop.pressing else _IDLE_SECONDS
                completion = _gather(answer, _next(inbox, wait))
                answer.report(last=completion is not None)
                if completion is not None:
                    ended = True
                    return completion
        ended = True
        child.kill("cancelled")
        answer.report(last=True)
        return answer.completion("cancelled")
    finally:
        child.forget(message.request)
        if not ended:  # the caller's own exception: the worker need not go on
            child.send(Cancel(message.request))


def _next(inbox: Inbox, seconds: float = POLL_SECONDS) -> ToClient | Died | None:
    try:
        return inbox.get(timeout=seconds)
    except queue.Empty:
        return None


def _gather(answer: Answer, message: ToClient | Died | None) -> Completion | None:
    """Add a message to an answer; return the whole where it was the last."""
    if isinstance(message, Started | Tokens):
        answer.take(message)
    elif isinstance(message, Completed):
        answer.take(message)
        return answer.completion(message.finish_reason)
    elif isinstance(message, Failed):
        if not answer.started or message.kind in ("bug", "too_long"):
            _raise(message)
        return answer.completion("died", f"{message.message} {message.hint}")
    elif isinstance(message, Died):
        if message.stopped == "closed":
            return answer.completion("cancelled")
        outcome = explain(message.exit_code)
        words = f"{outcome.message} {outcome.hint}"
        return answer.completion("died", f"{_STOPPED} {_RETRY}" if message.stopped else words)
    return None


def _death(death: Died) -> Exception:
    if death.stopped == "closed":
        return CancelledError()
    if death.stopped == "cancelled":
        return EngineDiedError(death.exit_code, _STOPPED, _RETRY)
    return died_error(death.exit_code)


def expect(answer: ToClient, kind: type[_T]) -> _T:
    """Return an answer as the kind it should be; raise what a failure stands for."""
    if isinstance(answer, kind):
        return answer
    if isinstance(answer, Failed):
        _raise(answer)
    raise RuntimeError(f"the engine answered with {type(answer).__name__}")


def _raise(failed: Failed) -> NoReturn:
    if failed.kind == "too_long":
        raise PromptTooLongError(failed.prompt_tokens, failed.room, failed.hint)
    if failed.kind == "key":
        raise KeyWantedError(failed.message, failed.hint)
    if failed.kind == "user":
        raise UserFacingError(failed.message, failed.hint)
    if failed.kind == "cancelled":
        raise CancelledError
    raise RuntimeError(f"a fault in the engine process: {failed.message}")


def check(cancel: CancelToken | None) -> None:
    """Raise CancelledError where there is a wish to stop."""
    if cancel is not None and cancel.cancelled:
        raise CancelledError
