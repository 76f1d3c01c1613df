"""Waits for a window while its job threads go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

WAIT_SECONDS = 60.0


def rest(milliseconds: int) -> None:
    """Let the window live a while; ``QTest.qWait`` would starve the job threads meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(ready: Callable[[], bool]) -> None:
    """Wait until something is so, and until it is drawn.

    Raises:
        TimeoutError: It never was.
    """
    end = time.monotonic() + WAIT_SECONDS
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("a screen did not become ready")
        rest(20)
    rest(60)
