"""A flag that one thread sets and another polls, to stop long work between two steps."""

from __future__ import annotations

import threading


class CancelToken:
    """Set once by whoever wants to stop; read by the work between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()
