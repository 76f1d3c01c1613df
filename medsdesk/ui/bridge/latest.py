"""Carries the latest news of a job to the window, at most ten times a second."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QTimer, Signal

INTERVAL_MS = 100


class Latest(QObject):
    """Keeps the newest value that any thread puts; a timer of this thread takes it out.

    Signals:
        arrived: The newest value.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._value: object = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.drain)

    def put(self, value: object) -> None:
        """Keep a value in place of the one before; called on the job thread."""
        with self._lock:
            self._value = value

    def start(self) -> None:
        """Begin anew."""
        with self._lock:
            self._value = None
        self._timer.start()

    def stop(self) -> None:
        """Tell the newest value a last time and rest."""
        self._timer.stop()
        self.drain()

    def drain(self) -> None:
        """Tell the newest value, if one came since the last time."""
        with self._lock:
            value, self._value = self._value, None
        if value is not None:
            self.arrived.emit(value)
