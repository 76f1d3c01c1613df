"""Asks which row of a table file to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from medsdesk.ui.widgets.labels import buddy
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.tasks.texts import TextRow

_SHOWN = 110


class RowChooser(QDialog):
    """A list of the rows of a file; Enter takes one."""

    def __init__(self, rows: Sequence[TextRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a row")
        self._rows = rows
        self.list = QListWidget()
        self.list.setAccessibleName("Rows of the file")
        self.list.addItems([_line(number, row) for number, row in enumerate(rows, 1)])
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _: self.accept())
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        buttons.button(standard.Ok).setText("&Take this row")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        title = f"The file has {count(len(rows), 'text')}. &Which one?"
        layout.addWidget(buddy(title, self.list))
        layout.addWidget(self.list)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 90, self.fontMetrics().height() * 22)

    @property
    def row(self) -> TextRow:
        """The row chosen."""
        return self._rows[max(0, self.list.currentRow())]


def _line(number: int, row: TextRow) -> str:
    text = " ".join(row.text.split())
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"{number}.  {short}{'' if row.reference is None else '   [with reference]'}"
