"""A switch that one thread sets and another polls, to rest between two steps of long work."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken

POLL_SECONDS = 0.1


class PauseToken:
    """Set and cleared by whoever wants the work to rest; read by the work between its steps."""

    def __init__(self) -> None:
        self._go = threading.Event()
        self._go.set()

    @property
    def paused(self) -> bool:
        """Whether the work is to rest."""
        return not self._go.is_set()

    def pause(self) -> None:
        """Let the work rest after the step in hand."""
        self._go.clear()

    def go_on(self) -> None:
        """Let the work go on."""
        self._go.set()

    def wait(self, cancel: CancelToken) -> None:
        """Rest until the work may go on or is to stop."""
        while not cancel.cancelled and not self._go.wait(POLL_SECONDS):
            pass
