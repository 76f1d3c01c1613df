"""Carries the pieces of an answer to the window, at most twenty times a second."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from medsdesk.engine.client import TokenUpdate

INTERVAL_MS = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """What has come since the last piece, and the figures so far."""

    text: str
    tokens: int
    seconds: float
    tokens_per_second: float


class Feed(QObject):
    """A buffer that any thread fills and a timer of this thread empties.

    Signals:
        arrived: A ``Piece``.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._texts: list[str] = []
        self._latest: TokenUpdate | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.drain)

    def put(self, update: TokenUpdate) -> None:
        """Add a piece; called on the job thread."""
        with self._lock:
            self._texts.append(update.text)
            self._latest = update

    def start(self) -> None:
        """Begin to empty the buffer."""
        with self._lock:
            self._texts.clear()
            self._latest = None
        self._timer.start()

    def stop(self) -> None:
        """Empty the buffer a last time and rest."""
        self._timer.stop()
        self.drain()

    def drain(self) -> None:
        """Tell what has come, if anything."""
        with self._lock:
            update, texts = self._latest, self._texts
            self._latest, self._texts = None, []
        if update is not None:
            self.arrived.emit(
                Piece("".join(texts), update.tokens, update.seconds, update.tokens_per_second)
            )
