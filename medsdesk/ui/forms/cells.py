"""Small tables that are typed into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from medsdesk.ui.widgets.tables import set_lines

Cell = str | bool
Row = tuple[Cell, ...]
_LINES, _LETTERS = 5, 18


class CellTable(QTableWidget):
    """A few rows of words and ticks; what is left empty is not there.

    Args:
        name: For a screen reader.
        titles: Of the columns.
        rows: How many there are.
        ticks: Columns with a tick box instead of words.

    Signals:
        edited: The user changed a cell.
    """

    edited = Signal()

    def __init__(self, name: str, titles: Sequence[str], rows: int, ticks: int = 0) -> None:
        super().__init__(rows, len(titles))
        self._ticks = ticks
        self._words: int | None = None
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._fit()
        self.cellChanged.connect(lambda *_: self.edited.emit())

    def share(self, words: int, rest: int) -> None:
        """Give one column room for a few words, and another what is left."""
        self._words = words
        header = self.horizontalHeader()
        header.setSectionResizeMode(words, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(rest, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        set_lines(self, min(self.rowCount(), _LINES))
        if self._words is not None:
            letter = self.fontMetrics().averageCharWidth()
            self.horizontalHeader().resizeSection(self._words, _LETTERS * letter)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows, and empty ones below them."""
        words = self.columnCount() - self._ticks
        empty: Row = ("",) * words + (True,) * min(1, self._ticks) + (False,) * (self._ticks - 1)
        with QSignalBlocker(self):
            for row in range(self.rowCount()):
                for column, value in enumerate(rows[row] if row < len(rows) else empty):
                    self.setItem(row, column, _item(value))

    def rows(self) -> list[Row]:
        """Return all rows as they are typed."""
        return [
            tuple(self._value(row, column) for column in range(self.columnCount()))
            for row in range(self.rowCount())
        ]

    def _value(self, row: int, column: int) -> Cell:
        item = self.item(row, column)
        if column < self.columnCount() - self._ticks:
            return item.text() if item else ""
        return item is not None and item.checkState() == Qt.CheckState.Checked


def _item(value: Cell) -> QTableWidgetItem:
    if isinstance(value, str):
        return QTableWidgetItem(value)
    made = QTableWidgetItem()
    made.setFlags(
        Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
    )
    made.setCheckState(Qt.CheckState.Checked if value else Qt.CheckState.Unchecked)
    return made
