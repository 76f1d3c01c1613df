"""Stored answers as rows: what was asked of which model, its scores, and its ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from medsdesk.ui.wording import day_and_time, ending, score_line

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument, Rating
    from medsdesk.store.outputs import AnswerRow

_FIXED = ("When", "Task", "Model", "Ended", "Automatic scores")
SCORES_COLUMN = 4
Index = QModelIndex | QPersistentModelIndex


class AnswersTable(QAbstractTableModel):
    """One row per answer; one column per question of the form, with every rater's answer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[AnswerRow] = ()
        self._titles: dict[str, str] = {}
        self._form: Instrument | None = None

    def fill(self, rows: Sequence[AnswerRow], form: Instrument, titles: dict[str, str]) -> None:
        """Show answers; ``titles`` gives each task's title by its id."""
        self.beginResetModel()
        self.rows, self._form, self._titles = rows, form, titles
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of answers."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        if parent is not None and parent.isValid():
            return 0
        return len(_FIXED) + (len(self._form.criteria) if self._form else 0)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < len(_FIXED):
            return _FIXED[section]
        return self._form.criteria[section - len(_FIXED)].label if self._form else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return a cell's text, or the answer's start as its hover text."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.output.completion.text[:300] or "(no text)"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{title}: {self._cell(row, index.column()) or 'none'}"
        return None

    def _cell(self, row: AnswerRow, column: int) -> str:
        if column >= len(_FIXED) and self._form is not None:
            return ratings_cell(row.ratings, self._form.criteria[column - len(_FIXED)].id)
        output = row.output
        cells = (
            day_and_time(output.created_at),
            self._titles.get(row.sample.task_id, row.sample.task_id),
            f"{'Demonstration: ' if row.model_is_demo else ''}{row.model_name}",
            ending(output.completion.finish_reason)[0],
            score_line(row.scores),
        )
        return cells[column]


def ratings_cell(ratings: Sequence[Rating], criterion: str) -> str:
    """Return every rater's answer to one question, such as ``4, 5`` or ``cannot judge``."""
    found = [r for r in ratings if r.criterion == criterion]
    named = len({r.rater for r in ratings}) > 1
    words = []
    for rating in found:
        if rating.scale == "text":
            said = rating.comment
        elif rating.status == "cannot_judge":
            said = "cannot judge"
        else:
            said = str(rating.value)
        words.append(f"{said} ({rating.rater})" if named else said)
    return ", ".join(words)
