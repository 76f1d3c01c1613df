"""Opens a file into the text panel; of a table the user chooses a row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.widgets.files import TEXT_FILES, ask_open

if TYPE_CHECKING:
    from medsdesk.tasks.texts import TextRow
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.workbench.row_chooser import RowChooser
    from medsdesk.ui.workbench.text_panel import TextPanel


class Opening(QObject):
    """Between the text panel and the reading of files.

    Signals:
        refused: The file could not be taken; a UserFacingError.
    """

    refused = Signal(object)

    def __init__(self, desk: Desk, panel: TextPanel, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._desk = desk
        self._panel = panel
        self.chooser: RowChooser | None = None
        panel.open_wanted.connect(self.ask)
        panel.file_dropped.connect(self.open)

    def ask(self) -> None:
        """Let the user choose a file, then open it."""
        path = ask_open(self._window, "Open a text", TEXT_FILES)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read a file and put its text in."""

        def work(_: object) -> tuple[TextRow, ...]:
            from medsdesk.tasks.texts import read_rows

            return read_rows(path)

        self._desk.short.submit(work, self._read, self.refused.emit)

    def _read(self, rows: tuple[TextRow, ...]) -> None:
        if len(rows) == 1:
            self._take(rows[0])
            return
        from medsdesk.ui.workbench.row_chooser import RowChooser

        chooser = RowChooser(rows, self._window)
        chooser.accepted.connect(lambda: self._take(chooser.row))
        chooser.finished.connect(lambda _: chooser.deleteLater())
        self.chooser = chooser
        chooser.open()

    def _take(self, row: TextRow) -> None:
        self._panel.put(row.text, row.reference or "", "file")
        if row.left_out:
            self.refused.emit(
                UserFacingError(
                    f"{row.name} was read, but {'; '.join(row.left_out)}.",
                    "See that what matters is in the text.",
                )
            )
        if row.guessed_encoding is not None:
            self.refused.emit(
                UserFacingError(
                    f"{row.name} was read as {row.guessed_encoding}.",
                    "Check signs such as µ and °; a file saved as UTF-8 leaves nothing to guess.",
                )
            )
        self._panel.box.setFocus()
