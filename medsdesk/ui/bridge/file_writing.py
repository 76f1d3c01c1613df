"""Writes a file on a job thread and tells what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.jobs import Jobs


class FileWriting(QObject):
    """What lets the user name a file and writes it.

    Args:
        jobs: The thread that writes.
        window: Owns this, and the dialog that asks.

    Signals:
        written: Number of rows and the file's path.
        refused: A UserFacingError to show.
    """

    written = Signal(int, str)
    refused = Signal(object)

    def __init__(self, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._window = window

    def _submit(self, path: Path, work: Callable[[Workspace], int]) -> None:
        """Do what writes the file and returns its number of rows."""
        self._jobs.submit(work, lambda rows: self.written.emit(rows, str(path)), self.refused.emit)
