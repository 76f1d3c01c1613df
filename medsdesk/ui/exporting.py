"""Writes all ratings to a CSV file that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from medsdesk.ui.widgets.files import ask_save_csv

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


class Exporting(QObject):
    """Asks where to, and writes.

    Signals:
        written: Number of ratings and the file's path.
        refused: A UserFacingError to show.
    """

    written = Signal(int, str)
    refused = Signal(object)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window

    def ask(self) -> None:
        """Let the user name the file, then write it."""
        asked = ask_save_csv(self._window, "Export ratings", "ratings.csv")
        if asked is not None:
            self.write(*asked)

    def write(self, path: Path, bom: object) -> None:
        """Write the file; with a byte order mark where Excel shall read it."""

        def work(ws: Workspace) -> int:
            from medsdesk.services.export import export_ratings

            return export_ratings(ws, path, bom=bool(bom))

        self._desk.short.submit(
            work, lambda rows: self.written.emit(rows, str(path)), self.refused.emit
        )
