"""The types of marks with their keys, and the list of what is marked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QToolButton, QVBoxLayout, QWidget

from medsdesk.ui.rating.marking import SEVERITY_KEYS, mark_words
from medsdesk.ui.rating.note_field import NoteField
from medsdesk.ui.theme import SMALL, TINY
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

    from medsdesk.core.rating import Instrument, MarkType
    from medsdesk.core.study_rating import Mark

RESTING = "Press M to mark words in a text, or select them with the mouse."
_LINES, _MOST_LINES = 3, 6


class MarkList(QListWidget):
    """The marks, one to a line; keys that are not for walking go to the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.takes: Callable[[QKeyEvent], bool] | None = None
        self.setObjectName("lines")
        self.setAccessibleName("Marks")
        self.setAccessibleDescription(
            "Up and Down go to a mark in its text; Delete removes it; a digit changes its type."
        )
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the usual width and the least height."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk by arrow keys; the letters do not search."""
        if self.takes is not None and self.takes(event):
            event.accept()
        elif event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep some lines at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing() + 6
        self.setMinimumHeight(_LINES * line)
        self.setMaximumHeight(_MOST_LINES * line)


class MarkPanel(QWidget):
    """Types, severities and the list of marks of one form.

    Signals:
        type_pressed: A type was chosen with the mouse.
        severity_pressed: A severity was chosen with the mouse.
        looked_at: A mark of the list is current; its number from 0.
    """

    type_pressed = Signal(object)
    severity_pressed = Signal(object)
    looked_at = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.types: list[QToolButton] = []
        self.severities: list[QToolButton] = []
        self.hint = label(RESTING, "quiet", wrap=True)
        self.hint.setAccessibleName("State of marking")
        self.list = MarkList()
        self.list.currentRowChanged.connect(self._looked)
        self.note = NoteField()
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, TINY)
        self._filling = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("Marks (M)", self.list, "strong"))
        layout.addWidget(self._chips)
        layout.addWidget(self.hint)
        layout.addWidget(self.list)
        layout.addWidget(self.note)

    def show_form(self, form: Instrument) -> None:
        """Offer the types and severities of a form."""
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.types = [
            self._chip(str(number), kind, partial(self.type_pressed.emit, kind))
            for number, kind in enumerate(form.marks, 1)
        ]
        self.severities = [
            self._chip(key, grave, partial(self.severity_pressed.emit, grave))
            for key, grave in zip(SEVERITY_KEYS, form.severities, strict=False)
        ]

    def show_marks(
        self, form: Instrument, marks: Sequence[Mark], texts: Sequence[str], *, pair: bool
    ) -> None:
        """List marks, each with the words it stands on; the current line stays where it was."""
        self._filling = True
        row = self.list.currentRow()
        self.list.clear()
        for number, (mark, text) in enumerate(zip(marks, texts, strict=True), 1):
            words = f"{number}  {mark_words(form, mark, text, pair=pair)}"
            self.list.addItem(words)
            self.list.item(number - 1).setToolTip(words)
        self.list.setCurrentRow(min(row, len(marks) - 1))
        self._filling = False
        self.show_note(marks[self.list.currentRow()].note if marks and row >= 0 else None)

    def show_note(self, note: str | None) -> None:
        """Show the words on the current mark; None where none is current."""
        self.note.setVisible(note is not None)
        if not self.note.hasFocus() and self.note.text() != (note or ""):
            self.note.setText(note or "")

    def say(self, words: str) -> None:
        """Say what can be done now."""
        self.hint.setText(words)

    def set_locked(self, *, locked: bool) -> None:
        """Offer types only where something can be changed."""
        self.hint.setVisible(not locked)
        self.note.setReadOnly(locked)
        for chip in (*self.types, *self.severities):
            chip.setEnabled(not locked)

    def _chip(self, key: str, kind: MarkType, tell: Callable[[], object]) -> QToolButton:
        made = QToolButton()
        made.setObjectName("chip")
        made.setText(f"{key} {kind.label}")
        made.setAccessibleName(made.text())
        made.setAccessibleDescription(kind.meaning)
        made.setToolTip(kind.meaning)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the selection stays where it is
        made.clicked.connect(lambda *_: tell())
        self._flow.addWidget(made)
        made.show()
        return made

    def _looked(self, row: int) -> None:
        if not self._filling and row >= 0:
            self.looked_at.emit(row)
