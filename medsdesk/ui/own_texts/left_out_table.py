"""What was not taken of own texts, as rows: where, why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from medsdesk.ui.command_words import in_window

if TYPE_CHECKING:
    from medsdesk.tasks.own_texts import LeftOut

COLUMNS = ("Where", "Why it was left out", "What you can do")
Index = QModelIndex | QPersistentModelIndex
_SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


class LeftOutTable(QAbstractTableModel):
    """One row for each thing; there may be very many."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[LeftOut] = ()

    def show_rows(self, rows: Sequence[LeftOut]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def sentence(self, row: int) -> str:
        """Return a row in full; empty where there is none."""
        if not 0 <= row < len(self._rows):
            return ""
        where, why, way_out = cells(self._rows[row])
        return f"{where}: {why}. {way_out}"

    def lines(self) -> str:
        """Return all rows as lines, their cells parted by tabs."""
        return "\n".join("\t".join(cells(row)) for row in self._rows)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, also to hover over and for a screen reader."""
        if role in _SHOWN:
            return cells(self._rows[index.row()])[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[index.column()]}: {cells(self._rows[index.row()])[index.column()]}"
        return None


def cells(row: LeftOut) -> tuple[str, str, str]:
    """Return where, why and what to do, in the window's words."""
    return row.where, in_window(row.reason), in_window(row.way_out)
