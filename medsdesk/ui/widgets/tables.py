"""How tables look: whole rows, no grid, left by Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
)

Index = QModelIndex | QPersistentModelIndex


class LowTable(QTableWidget):
    """A table of items that asks for no more than its least height."""

    def sizeHint(self) -> QSize:
        """Return the usual width and the least height."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


class LowTableView(QTableView):
    """A table over a model that asks for no more than its least height.

    Its columns do not depend on what stands in them: to measure that again and again takes
    longer than to draw it.

    Args:
        lines: Rows to show at least.
        columns: Width of each column: a whole number of letters, or a part of the room left.
    """

    def __init__(self, lines: int, columns: Sequence[int | float]) -> None:
        super().__init__()
        self._lines = lines
        self._columns = columns

    def fit(self) -> None:
        """Give rows and columns the size that text and window ask for."""
        rows, letter = self.verticalHeader(), self.fontMetrics().averageCharWidth()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(1.5 * self.fontMetrics().height()))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        room = self.viewport().width() - letter * sum(c for c in self._columns if type(c) is int)
        for column in range(header.count()):
            wide = self._columns[column]
            header.resizeSection(column, int(wide * (letter if type(wide) is int else room)))
        set_lines(self, self._lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room out."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def sizeHint(self) -> QSize:
        """Return the usual width and the least height."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


class LowTree(QTreeWidget):
    """A tree that asks for no more than its least height."""

    def sizeHint(self) -> QSize:
        """Return the usual width and the least height."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


class TallTable(QTableWidget):
    """A table of items that wrap, as tall as its rows.

    Args:
        titles: Of the columns; the first is as wide as what stands in it, the others share.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(titles)
        whole_rows(self)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """Fit the height to the rows."""
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(rows + header + 2 * self.frameWidth() + 2)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the height to another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height when a narrower column wraps a line."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()


class TickDelegate(QStyledItemDelegate):
    """Draws tick boxes with the outline that boxes outside of lists have.

    The rules of the theme give a list's background to everything that its boxes are drawn with,
    so that on a dark one an empty box could not be seen.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Give the option the outline's colour."""
        super().initStyleOption(option, index)
        colours = QPalette(option.palette)
        outline = QApplication.palette("QCheckBox").window()  # type: ignore[call-overload]  # takes str too
        colours.setBrush(QPalette.ColorRole.Window, outline)
        option.palette = colours


def whole_rows(table: QTableView) -> None:
    """Let a table be read and walked through row by row, and left by Tab."""
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)


def dress(table: QTableView, stretched: int) -> None:
    """Give a table of lines its look; one column takes the room that the others leave."""
    whole_rows(table)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)


def fill(table: QTableWidget, rows: Sequence[Sequence[str]], tips: Sequence[str] = ()) -> None:
    """Show rows of texts; the row that was selected stays so where it is still there.

    Args:
        table: The table.
        rows: The texts of each row.
        tips: What each row says in full; the cell's own text where left out.
    """
    selected = table.currentRow()
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(tips[row] if tips else text)
            table.setItem(row, column, item)
    if rows:
        table.selectRow(selected if 0 <= selected < len(rows) else 0)


def set_lines(table: QTableView, lines: int) -> None:
    """Show at least so many rows below the header."""
    table.setMinimumHeight(round((lines + 1.3) * 1.5 * table.fontMetrics().height()))
