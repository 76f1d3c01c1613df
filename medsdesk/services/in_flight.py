"""Questions that are put to the engine at the same time, and their answers as they come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Generic, TypeVar

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.asking import Turn

if TYPE_CHECKING:
    from types import TracebackType

    from medsdesk.core.run import Output

POLL_SECONDS = 0.1
"""How soon a wish to stop is noticed."""

Ask = Callable[[CancelToken, Turn], "Output"]
"""Asks one question at its turn and returns its answer; stops when the token says so."""

_T = TypeVar("_T")


class InFlight(Generic[_T]):
    """A few questions, each asked by a thread of its own; leaving it stops those left.

    Args:
        most: How many may be in flight.
        cancel: Stops all of them.
    """

    def __init__(self, most: int, cancel: CancelToken) -> None:
        self.most = most
        self._cancel = cancel
        # Also set when the work ends by an exception while questions are in flight.
        self._stop = CancelToken()
        self._pool = ThreadPoolExecutor(most, "question")
        self._asked: dict[Future[Output], _T] = {}

    def __enter__(self) -> InFlight[_T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stop.cancel()
        self._pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        return len(self._asked)

    def put(self, ticket: _T, ask: Ask, *, more: bool = False) -> None:
        """Ask a question; its ticket comes back with its answer.

        Returns when it is on its way, so that questions reach the engine in their order:
        what is computed together, and so the last bit of an answer, depends on it. ``more``
        says that another question follows at once.
        """
        turn = Turn(more)
        future = self._pool.submit(ask, self._stop, turn)
        self._asked[future] = ticket
        while not turn.sent.wait(POLL_SECONDS) and not future.done():
            self._pass_on_a_stop()

    def take(self) -> tuple[_T, Output | UserFacingError]:
        """Wait for the next answer, or for the reason why there is none.

        Of several that are there, the one asked first is returned.
        """
        done: set[Future[Output]] = set()
        while not done:
            self._pass_on_a_stop()
            done = wait(self._asked, POLL_SECONDS, FIRST_COMPLETED).done
        first = next(future for future in self._asked if future in done)
        ticket = self._asked.pop(first)
        try:
            return ticket, first.result()
        except UserFacingError as error:
            return ticket, error

    def _pass_on_a_stop(self) -> None:
        if self._cancel.cancelled:
            self._stop.cancel()
