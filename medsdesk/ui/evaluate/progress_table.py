"""The tasks of an evaluation as rows: how far each is, and its scores so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from medsdesk.ui.wording import metric_name

if TYPE_CHECKING:
    from medsdesk.core.score import Score
    from medsdesk.services.watch_evaluation import TaskLine

COLUMNS = ("Task", "Done", "Failed", "Strict rules", "As in the paper")
_PROTOCOLS = {3: "strict", 4: "medsbench"}
_NUMBERS = (1, 2)
Index = QModelIndex | QPersistentModelIndex
_NONE_YET = "–"


class ProgressTable(QAbstractTableModel):
    """One row per task."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[TaskLine] = ()
        self._ended = False

    def show_lines(self, lines: Sequence[TaskLine], *, ended: bool) -> None:
        """Show lines; only the rows that are others are drawn anew."""
        before, self._lines = self._lines, lines
        if ended != self._ended:
            self._ended = ended
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if [line.task_id for line in before] != [line.task_id for line in lines]:
            self.beginResetModel()
            self.endResetModel()
            return
        for row, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of tasks."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's title and where it stands."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole and section in _PROTOCOLS and not self._ended:
            return "Over the answers scored so far"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, its alignment, or what it says in full."""
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _in_full(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[column]}: {self._cell(line, column)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _cell(self, line: TaskLine, column: int) -> str:
        counts = line.counts
        if column in _PROTOCOLS:
            return scores_cell(line.scores, _PROTOCOLS[column])
        cells = (
            line.title,
            f"{counts.done:,} of {counts.items:,}",
            f"{counts.failed:,}" if counts.failed else _NONE_YET,
        )
        return cells[column]


def scores_cell(scores: Sequence[Score], protocol: str) -> str:
    """Return the figures of one protocol in a line, such as ``Accuracy 61.0``."""
    mine = [score for score in scores if score.protocol == protocol]
    told = [f"{metric_name(s.metric)} {s.value:.1f}" for s in mine if s.value is not None]
    if told:
        return " · ".join(told)
    return "unscored" if mine else _NONE_YET


def _in_full(line: TaskLine, column: int) -> str:
    if column not in _PROTOCOLS:
        return f"{line.title} ({line.task_id})"
    lines = []
    for score in line.scores:
        if score.protocol == _PROTOCOLS[column]:
            figure = f"{score.value:.1f} %" if score.value is not None else "unscored"
            n, unscored = int(score.details["n"]), int(score.details["unscored"])
            lines.append(
                f"{metric_name(score.metric)}: {figure}, {n:,} scored, {unscored:,} unscored"
            )
    return "\n".join(lines) or "No answer is scored yet."
