"""A flag that one thread sets and another polls, to stop long work between two steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CancelToken:
    """Set once by whoever wants to stop; read by the work between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()
        with self._lock:
            calls = tuple(self._calls)
        for call in calls:
            call()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    @contextmanager
    def waking(self, call: Callable[[], None]) -> Iterator[None]:
        """Call something when somebody asks to stop, so that a wait need not poll.

        Args:
            call: Called in the thread of whoever asks, also where that was before; it must not
                block.
        """
        with self._lock:
            self._calls.append(call)
        try:
            if self.cancelled:
                call()
            yield
        finally:
            with self._lock:
                self._calls.remove(call)
