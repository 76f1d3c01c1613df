"""The list of saved answers: find one, open it again, export all ratings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.answers.table import SCORES_COLUMN, AnswersTable
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.widgets.tables import whole_rows
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

_WIDEST_CHARS = 30
_SCORES_CHARS = 56


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything the list shows."""

    rows: tuple[AnswerRow, ...]
    form: Instrument
    titles: dict[str, str]


class AnswersDialog(QDialog):
    """A table of stored answers; Enter opens one.

    Signals:
        opened: An ``AnswerRow`` to show again.
    """

    opened = Signal(object)

    def __init__(self, desk: Desk, export: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Saved answers")
        self._desk = desk
        self.model = AnswersTable(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search task, model, score or comment")
        self.search.setAccessibleName("Search saved answers")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._sorted.setFilterFixedString)
        self.table = self._make_table()
        self.open_button = button("&Open", self._open, "primary", "Show the answer again.")
        self._found = label("", "quiet")
        self._build(export)
        self._show_buttons()
        self.resize(round(parent.width() * 0.94), round(parent.height() * 0.7))

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._sorted)
        table.setAccessibleName("Saved answers")
        whole_rows(table)
        table.setWordWrap(False)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as stored: newest first
        table.activated.connect(lambda _: self._open())
        table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        return table

    def _build(self, export: Callable[[], object]) -> None:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self._found, 1)
        row.addWidget(button("&Export ratings…", export, tip="To a file or folder (Ctrl+E)."))
        row.addWidget(button("Close", self.reject))
        row.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Saved answers", "title"))
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)

    def refresh(self) -> None:
        """Ask for the stored answers."""
        self._desk.short.submit(read_stored, self._fill)

    def _fill(self, stored: Stored) -> None:
        self.model.fill(stored.rows, stored.form, stored.titles)
        header = self.table.horizontalHeader()
        self.table.resizeColumnsToContents()
        char = self.fontMetrics().averageCharWidth()
        for column in range(self.model.columnCount()):
            most = _SCORES_CHARS * char if column == SCORES_COLUMN else _WIDEST_CHARS * char
            if header.sectionSize(column) > most:
                header.resizeSection(column, most)
        rated = sum(1 for row in stored.rows if row.ratings)
        self._found.setText(f"{count(len(stored.rows), 'answer')}, {rated:,} rated")
        if stored.rows:
            self.table.selectRow(0)
        self.table.setFocus()

    def _open(self) -> None:
        indexes = self.table.selectionModel().selectedRows()
        if indexes:
            row = self._sorted.mapToSource(indexes[0]).row()
            self.opened.emit(self.model.rows[row])
            self.accept()

    def _show_buttons(self) -> None:
        self.open_button.setEnabled(self.table.selectionModel().hasSelection())


def read_stored(ws: Workspace) -> Stored:
    """Return the stored answers; called on a job thread."""
    from medsdesk.services.history import answers
    from medsdesk.services.instruments import workbench_form
    from medsdesk.tasks.registry import all_tasks

    titles = {task.id: task.title for task in all_tasks()}
    return Stored(answers(ws), workbench_form(), titles)
