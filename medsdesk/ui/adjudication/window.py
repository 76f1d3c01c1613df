"""The window of disagreements: the list at the left, the chosen one at the right, all by keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QTableWidget, QVBoxLayout, QWidget

from medsdesk.ui.adjudication.item_panel import ItemPanel
from medsdesk.ui.adjudication.words import (
    BLIND,
    COLUMNS,
    KEYS,
    answers_words,
    empty_words,
    item_numbers,
    row_cells,
    state_words,
)
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.message_bar import MessageBar
from medsdesk.ui.widgets.tables import dress, fill, set_lines

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from medsdesk.core.adjudication import Disagreement, Disagreements
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

_LEAST, _USUAL = (1024, 700), (1440, 900)


class AdjudicationWindow(QWidget):
    """A window of its own, so that no page that names a model is part of it.

    Args:
        desk: Job threads.
        adjudicator: Who decides.
        parent: The window of the pages.

    Signals:
        closed: The window was closed; everything is saved.
    """

    closed = Signal()

    def __init__(self, desk: Desk, adjudicator: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("page")
        self.setWindowTitle("Disagreements")
        self.setMinimumSize(*_LEAST)
        self.resize(*_USUAL)
        self._desk = desk
        self._adjudicator = adjudicator
        self.found: Disagreements | None = None
        self._numbers: dict[str, int] = {}
        self.messages = MessageBar()
        self.state = label("", wrap=True)
        self.table = QTableWidget(0, len(COLUMNS))
        self.item = ItemPanel()
        self.keys = label(f"{KEYS} {BLIND}", "quiet", wrap=True)
        self._right = QScrollArea()
        self._build()
        for part in (self.table, self.item.answers, *self.item.texts.values(), self.item.reference):
            part.installEventFilter(self)
        for field in (self.item.question.why, self.item.question.counted):
            field.installEventFilter(self)
        self.table.currentCellChanged.connect(lambda *_: self._show_chosen())
        self.item.question.decided.connect(self.decide)

    def _build(self) -> None:
        self.table.setHorizontalHeaderLabels(COLUMNS)
        dress(self.table, stretched=1)
        set_lines(self.table, 3)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(buddy("Disagreements", self.table, "title"))
        column.addWidget(self.state)
        column.addWidget(self.table, 1)
        self.item.setObjectName("clear")
        self._right.setWidgetResizable(True)
        self._right.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._right.setWidget(self.item)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        parts.addWidget(self._right)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(SMALL)
        parts.setSizes([2 * _USUAL[0] // 5, 3 * _USUAL[0] // 5])
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(self.messages)
        layout.addWidget(parts, 1)
        layout.addWidget(self.keys)

    @property
    def chosen(self) -> Disagreement | None:
        """The disagreement that is shown."""
        row = self.table.currentRow()
        rows = self.found.rows if self.found else ()
        return rows[row] if 0 <= row < len(rows) else None

    def open(self, study_id: str) -> None:
        """Read the disagreements of a study."""
        name = self._adjudicator

        def work(ws: Workspace) -> Disagreements:
            from medsdesk.services.find_disagreements import disagreements

            return disagreements(ws, study_id, name)

        self._desk.short.submit(work, self.show_found, self.messages.tell_error)

    def show_found(self, found: Disagreements) -> None:
        """Show disagreements, the first that is not decided chosen."""
        self.found = found
        self._numbers = item_numbers(found)
        self.setWindowTitle(f"Disagreements: {found.study}")
        cells = [row_cells(row, self._numbers[row.item_id]) for row in found.rows]
        fill(self.table, cells, [answers_words(row) for row in found.rows])
        self._show_state()
        self._right.setVisible(bool(found.rows))
        if found.rows:
            left = (place for place, row in enumerate(found.rows) if row.decision is None)
            self.table.selectRow(next(left, 0))
            self._show_chosen()
        self.table.setFocus()

    def decide(self, value: RatedValue | None) -> None:
        """Decide the disagreement that is shown, or take its decision back with None."""
        row, found = self.chosen, self.found
        if row is None or found is None:
            return
        name, why = self._adjudicator, self.item.question.why.text()

        def work(ws: Workspace) -> Disagreement:
            from medsdesk.services.adjudicate import decide

            return decide(ws, found.study_id, row.item_id, row.criterion, value, name, why)

        self._desk.short.submit(work, self._decided, self.messages.tell_error)

    def step(self, by: int) -> None:
        """Go to the next disagreement, or to the one before; stay at the ends."""
        row = min(max(self.table.currentRow() + by, 0), self.table.rowCount() - 1)
        if row >= 0:
            self.table.selectRow(row)
        self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take our keys from lists and texts, and let Esc and Enter lead out of the reason."""
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        pressed: QKeyEvent = event  # type: ignore[assignment]  # told by its type
        if watched in (self.item.question.why, self.item.question.counted):
            if watched is self.item.question.counted and pressed.key() != Qt.Key.Key_Escape:
                return False
            if pressed.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.table.setFocus()
                return True
            return False
        return self._takes(pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the keys that no part of the window wanted."""
        if not self._takes(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; every decision is saved already."""
        super().closeEvent(event)
        self.closed.emit()

    def _takes(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if held or self.chosen is None:
            return False
        question = self.item.question
        deeds = {
            Qt.Key.Key_N: lambda: self.step(1),
            Qt.Key.Key_Space: lambda: self.step(1),
            Qt.Key.Key_P: lambda: self.step(-1),
            Qt.Key.Key_X: question.stands_button.click,
            Qt.Key.Key_Backspace: question.back_button.click,
            Qt.Key.Key_W: self._write_reason,
        }
        deed = deeds.get(Qt.Key(event.key()))
        if deed is not None:
            deed()
            return True
        if event.text().isdigit() and not question.counted.isHidden():
            self._right.ensureWidgetVisible(question.counted)
            question.counted.setFocus()
            question.counted.setValue(int(event.text()))
            question.counted.lineEdit().setCursorPosition(len(event.text()))
            return True
        return bool(event.text()) and question.press(event.text())

    def _write_reason(self) -> None:
        self._right.ensureWidgetVisible(self.item.question.why)
        self.item.question.why.setFocus()

    def _decided(self, row: Disagreement) -> None:
        found = self.found
        if found is None:
            return
        at = (row.item_id, row.criterion)
        places = [n for n, each in enumerate(found.rows) if (each.item_id, each.criterion) == at]
        rows = [*found.rows]
        for place in places:
            rows[place] = replace(row, differs=rows[place].differs)
            for column, text in enumerate(row_cells(rows[place], self._numbers[row.item_id])):
                cell = self.table.item(place, column)
                if cell is not None:
                    cell.setText(text)
        self.found = replace(found, rows=tuple(rows))
        self._show_state()
        if row.decision is not None and places and places[0] == self.table.currentRow():
            self.step(1)
        self._show_chosen()

    def _show_state(self) -> None:
        if self.found is not None:
            words = state_words if self.found.rows else empty_words
            self.state.setText(words(self.found, self._adjudicator))

    def _show_chosen(self) -> None:
        row = self.chosen
        if row is not None and self.found is not None:
            self.item.show_row(row, locked=self.found.locked)
