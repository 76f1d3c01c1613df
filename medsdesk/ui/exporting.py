"""Writes all ratings to a CSV file that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.ui.bridge.file_writing import FileWriting
from medsdesk.ui.widgets.files import ask_save_csv

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace


class Exporting(FileWriting):
    """Asks where to, and writes the ratings."""

    def ask(self) -> None:
        """Let the user name the file, then write it."""
        asked = ask_save_csv(self._window, "Export ratings", "ratings.csv")
        if asked is not None:
            self.write(*asked)

    def write(self, path: Path, bom: object) -> None:
        """Write the file; with a byte order mark where Excel shall read it."""

        def work(ws: Workspace) -> int:
            from medsdesk.services.export_ratings import export_ratings

            return export_ratings(ws, path, bom=bool(bom)).ratings

        self._submit(path, work)
