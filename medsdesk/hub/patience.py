"""How long the hub is waited for, and how often it is asked again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.hub.faults import HubError

log = logging.getLogger(__name__)

OnWait = Callable[[float, str], None]
T = TypeVar("T")
_STEP = 0.1  # seconds between two looks at the cancel token


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds.

    Attributes:
        connect: To make a connection.
        silence: In which nothing comes.
        tries: In a row that bring nothing, before it is given up.
        first_wait: Before the second try; it doubles with each.
        longest_wait: That a hub may ask for.
    """

    connect: float = 10
    silence: float = 20
    tries: int = 5
    first_wait: float = 1
    longest_wait: float = 90


class Tries:
    """Counts failures in a row, and waits between them.

    Args:
        patience: How long and how often.
        cancel: Ends a wait.
        on_wait: Told of seconds and reason before each wait.
    """

    def __init__(self, patience: Patience, cancel: CancelToken, on_wait: OnWait) -> None:
        self._patience = patience
        self._cancel = cancel
        self._on_wait = on_wait
        self._failed = 0

    def progressed(self) -> None:
        """Note that something has come: the count begins anew."""
        self._failed = 0

    def failed(self, error: HubError) -> None:
        """Wait after a failure.

        Raises:
            HubError: The same, where no other try is worth it.
            CancelledError: Somebody asked to stop.
        """
        self._failed += 1
        wait = self._patience.first_wait * 2 ** (self._failed - 1)
        if error.wait is not None:
            wait = max(wait, error.wait)
        if not error.passing or self._failed >= self._patience.tries:
            raise error
        if error.wait is not None and error.wait > self._patience.longest_wait:
            raise error
        log.info("try %d failed, waiting %.1f s", self._failed, wait)
        self._on_wait(wait, error.message)
        self._rest(wait)

    def until_it_works(self, ask: Callable[[], T]) -> T:
        """Return what a question brings, asked again after each passing failure.

        Raises:
            HubError: It was given up.
            CancelledError: Somebody asked to stop.
        """
        while True:
            if self._cancel.cancelled:
                raise CancelledError
            try:
                return ask()
            except HubError as error:
                self.failed(error)

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._cancel.cancelled:
                raise CancelledError
            time.sleep(min(left, _STEP))
