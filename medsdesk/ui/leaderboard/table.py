"""One category of a leaderboard as a table; models stand in the header, which never scrolls off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from medsdesk.ui.leaderboard.words import cell_text, column_head, row_head, spoken

if TYPE_CHECKING:
    from medsdesk.services.board import BoardTable

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class BoardModel(QAbstractTableModel):
    """Rows are models and runs, columns are tasks with a metric."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: BoardTable | None = None

    def show_table(self, table: BoardTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of models and runs."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self.table is None else len(self.table.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of tasks with a metric."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self.table is None else len(self.table.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Return a task or a model; own ones are bold, and whole names are hover texts."""
        if self.table is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            column = self.table.columns[section]
            return column_head(column) if role == _Role.DisplayRole else None
        row = self.table.rows[section]
        if role == _Role.DisplayRole:
            return row_head(row)
        if role == _Role.ToolTipRole:
            return row.label
        return _bold() if role == _Role.FontRole and row.own else None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """Return a figure, its look, and what a screen reader says."""
        if self.table is None:
            return None
        row = self.table.rows[index.row()]
        if role == _Role.DisplayRole:
            return cell_text(row.cells[index.column()])
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.AccessibleTextRole:
            return spoken(self.table, index.row(), index.column())
        return _bold() if role == _Role.FontRole and row.own else None


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font
