"""The page Leaderboard: own runs beside the published tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.leaderboard.bars import Bars
from medsdesk.ui.leaderboard.table import BoardModel
from medsdesk.ui.leaderboard.words import column_name, details, notes
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import ask_save_csv
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import AnswerBox
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.board import Board, BoardTable, Row
    from medsdesk.services.own_figures import OwnFigures
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences

_VERSIONS = (("npj Digital Medicine (2025)", "npj-2025"), ("arXiv, first version", "arxiv-v1"))
_RUNS = (("Latest of each model", "latest"), ("All runs", "all"))
_BY_MODEL = "Model"
_READING = "Reading the figures …"


class LeaderboardPage(QWidget):
    """Own runs beside the published tables.

    Args:
        desk: Job threads and engine.
        preferences: The settings.

    Signals:
        shown: A board was read and is in the table.
    """

    shown = Signal()

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("page")
        self._desk = desk
        self._preferences = preferences
        self._board: Board | None = None
        self._figures: OwnFigures | None = None  # belongs to the browse thread
        self._token: CancelToken | None = None  # of the table that is waited for
        self._filling = False
        self.version = _chooser(_VERSIONS)
        self.category = QComboBox()
        self.runs = _chooser(_RUNS)
        self.sorting = QComboBox()
        for chooser in (self.version, self.category, self.runs):
            chooser.currentIndexChanged.connect(lambda _: self._chosen())
        self.sorting.currentIndexChanged.connect(lambda _: self._show_sorted())
        self.model = BoardModel(self)
        self.table = self._make_table()
        self.source = label("", "quiet", wrap=True)
        self.note = label(_READING, wrap=True)
        self.details = AnswerBox("The chosen figure", lines=4)
        self.bars = Bars()
        self.export_button = button(
            "E&xport…", self._ask_export, tip="Writes the table that is seen to a CSV file."
        )
        self._build()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.setCornerButtonEnabled(False)
        table.setShowGrid(False)
        table.setAccessibleDescription("Each figure is told below when its cell is chosen.")
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        table.verticalHeader().setDefaultAlignment(left)
        across = table.horizontalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        across.setSectionsClickable(True)
        across.sectionClicked.connect(lambda column: self.sorting.setCurrentIndex(column + 1))
        for header in (across, table.verticalHeader()):
            header.setHighlightSections(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentChanged.connect(self._show_cell)
        return table

    def _build(self) -> None:
        choosers = QWidget()
        flow = FlowLayout(choosers, SMALL)
        adjusted = QComboBox.SizeAdjustPolicy.AdjustToContents
        for text, chooser in (
            ("&Paper:", self.version),
            ("&Category:", self.category),
            ("&Own rows:", self.runs),
            ("&Sort by:", self.sorting),
        ):
            chooser.setSizeAdjustPolicy(adjusted)
            flow.addWidget(_together(text, chooser))
        flow.addWidget(self.export_button)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.details)
        below.addWidget(self.bars)
        below.setChildrenCollapsible(False)
        below.setStretchFactor(0, 3)
        below.setStretchFactor(1, 2)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(below)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        inner.setSpacing(SMALL)
        inner.addWidget(buddy("Leaderboard", self.table, "title"))
        inner.addWidget(self.source)
        inner.addWidget(choosers)
        inner.addWidget(self.note)
        inner.addWidget(parts, 1)
        scroll = QScrollArea()  # for a small window with large text
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scroll)

    @property
    def shown_table(self) -> BoardTable | None:
        """The table that is seen, in its order."""
        return self.model.table

    def refresh(self) -> None:
        """Show what is stored now; called whenever the page is shown."""
        self._stop()
        token = self._token = self._desk.new_token()
        version, runs = self.version.currentData(), self.runs.currentData()
        category = self.category.currentText()

        def work(ws: Workspace) -> Board:
            from medsdesk.services.leaderboard import Wanted, leaderboard
            from medsdesk.services.own_figures import OwnFigures
            from medsdesk.tasks.published_results import paper_version

            self._figures = self._figures or OwnFigures()
            # One category at a time: the figures of hundreds of runs take their time.
            wanted = category or paper_version(version).categories()[0]
            return leaderboard(ws, Wanted(version, wanted, runs=runs), self._figures, token)

        def done(board: Board) -> None:
            if token is self._token:  # not overtaken by another choice
                self._stop()
                self._fill(board)

        def failed(error: UserFacingError) -> None:
            if token is self._token:
                self._stop()
                self._refused(error)

        self._desk.browse.submit(work, done, failed)

    def _stop(self) -> None:
        """Wait no more for what was asked for before."""
        if self._token is not None:
            self._token.cancel()
            self._desk.drop_token(self._token)
        self._token = None

    def _chosen(self) -> None:
        if not self._filling:
            self.note.setText(_READING)
            self.refresh()

    def _refused(self, error: UserFacingError) -> None:
        self.note.setText(f"{error.message} {error.hint}")

    def _fill(self, board: Board) -> None:
        self._board = board
        self.source.setText(f"{board.source}.")
        [table] = board.tables
        averages = [n for n, column in enumerate(table.columns, 1) if column.is_average]
        keys = [_BY_MODEL, *(column_name(column) for column in table.columns)]
        self._filling = True
        _offer(self.category, board.categories, board.categories.index(table.category))
        _offer(self.sorting, keys, averages[0] if averages else 1)
        self._filling = False
        self._show_sorted()
        self.shown.emit()

    def _show_sorted(self) -> None:
        if self._board is None or self._filling:
            return
        [table], place = self._board.tables, self.sorting.currentIndex()
        row, column = self._current(table, place)
        key = "model" if place == 0 else table.columns[place - 1].key
        self.model.show_table(ordered := table.sorted(key))
        own = any(row.own for row in table.rows)
        anywhere = self._board.evaluations > 0
        self.note.setText(notes(table.category, own=own, anywhere=anywhere))
        self.table.setCurrentIndex(self.model.index(ordered.rows.index(row), column))

    def _current(self, table: BoardTable, place: int) -> tuple[Row, int]:
        """Return the row and column to stand on: where it was, else on an own row."""
        at, before = self.table.currentIndex(), self.model.table
        column = at.column() if at.isValid() else max(0, place - 1)
        own = next((row for row in table.rows if row.own), table.rows[0])
        if before is None or not at.isValid():
            return own, column
        was = before.rows[at.row()]
        same = (row for row in table.rows if (row.name, row.runs) == (was.name, was.runs))
        return next(same, own), min(column, len(table.columns) - 1)

    def _show_cell(self, now: QModelIndex, _before: QModelIndex) -> None:
        table = self.model.table
        if table is None or not now.isValid():
            return
        about = self._board.notes if self._board is not None else ()
        self.details.setPlainText(details(table, now.row(), now.column(), about))
        self.bars.show_column(table, now.row(), now.column())

    def _ask_export(self) -> None:
        asked = ask_save_csv(self, "Export leaderboard", "leaderboard.csv")
        if asked is not None:
            self.export(*asked)

    def export(self, path: Path, bom: object) -> None:
        """Write the table that is seen, in its order."""
        if self._board is None or self.model.table is None:
            return
        board = replace(self._board, tables=(self.model.table,))

        def work(ws: Workspace) -> int:
            from medsdesk.services.export_board import export_board

            return export_board(ws, path, board, bom=bool(bom))

        self._desk.short.submit(
            work,
            lambda figures: self.note.setText(f"{count(figures, 'figure')} written to {path}."),
            self._refused,
        )


def _chooser(choices: tuple[tuple[str, str], ...]) -> QComboBox:
    made = QComboBox()
    for text, value in choices:
        made.addItem(text, value)
    return made


def _offer(chooser: QComboBox, names: Sequence[str], standard: int) -> None:
    """Offer names; what is chosen stays so where the names are the same as before."""
    if list(names) != [chooser.itemText(n) for n in range(chooser.count())]:
        chooser.clear()
        chooser.addItems(names)
        chooser.setCurrentIndex(standard)


def _together(text: str, chooser: QComboBox) -> QWidget:
    """Return a chooser with its name before it, which a wrapping row keeps together."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SMALL)
    row.addWidget(buddy(text, chooser))
    row.addWidget(chooser)
    return pair
