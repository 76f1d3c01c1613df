"""The figures of a picture as a table."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from medsdesk.ui.compare.plots import FigureTable

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class FiguresModel(QAbstractTableModel):
    """Rows of words and figures; a screen reader hears the whole row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = FigureTable((), ())

    def show_table(self, table: FigureTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.table.header)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Return the name of a column."""
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return self.table.header[section]
        return None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """Return a cell; its row in full on hover and to a screen reader."""
        cell = self.table.rows[index.row()][index.column()]
        if role == _Role.DisplayRole:
            return cell_text(cell)
        if role == _Role.TextAlignmentRole and not isinstance(cell, str):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.ToolTipRole and self.table.tips:
            return self.table.tips[index.row()]
        if role == _Role.AccessibleTextRole:
            return f"{self.table.header[index.column()]}: {cell_text(cell)}"
        return None


def cell_text(cell: str | float | None) -> str:
    """Return a cell as it is read; figures with at most four places that say something."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.4g}".replace("-", "−")
    return str(cell)
