"""The questions of a form that is being made: added, removed, put into order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from medsdesk.services.form_faults import MOST_COUNTS, MOST_SCALES
from medsdesk.ui.forms.draft import new_question
from medsdesk.ui.theme import SMALL, TINY
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy

if TYPE_CHECKING:
    from medsdesk.ui.forms.draft import FormDraft

_FEWEST, _MOST = 3, 6  # lines shown


class QuestionsList(QWidget):
    """The list and its buttons.

    Signals:
        chosen: A ``DraftQuestion``, or None.
        edited: Their number or order is another.
    """

    chosen = Signal(object)
    edited = Signal()

    def __init__(self, draft: FormDraft) -> None:
        super().__init__()
        self._draft = draft
        self.list = QListWidget()
        self.list.setObjectName("topics")
        self.list.setAccessibleName("Questions of the form")
        self.list.currentRowChanged.connect(lambda _: self._show_state())
        self.add = button("&Add question", self._add)
        self.remove = button("Remo&ve", self._remove, tip="Take the question out of the form.")
        self.up = button("&Up", lambda: self._move(-1), tip="Ask it earlier.")
        self.down = button("&Down", lambda: self._move(1), tip="Ask it later.")
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        for part in (self.add, self.remove, self.up, self.down):
            row.addWidget(part)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TINY)
        layout.addWidget(buddy("&Questions, before the comment", self.list, "strong"))
        layout.addWidget(self.list)
        layout.addLayout(row)
        self.show_labels(0)

    def show_labels(self, current: int | None = None) -> None:
        """Show the questions by their short names."""
        row = self.list.currentRow() if current is None else current
        with QSignalBlocker(self.list):
            self.list.clear()
            for number, question in enumerate(self._draft.questions, 1):
                self.list.addItem(f"{number}. {question.label.strip() or 'New question'}")
            self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._fit()
        if current is not None:
            self._show_state()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the number of lines at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        lines = max(_FEWEST, min(_MOST, len(self._draft.questions)))
        self.list.setFixedHeight(round((lines + 0.3) * 1.8 * self.fontMetrics().height()))

    def _show_state(self) -> None:
        row, questions = self.list.currentRow(), self._draft.questions
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < len(questions) - 1)
        self.add.setEnabled(len(questions) < MOST_SCALES + MOST_COUNTS)
        self.chosen.emit(questions[row] if row >= 0 else None)

    def _add(self) -> None:
        self._draft.questions.append(new_question(self._draft.kind))
        self.show_labels(len(self._draft.questions) - 1)
        self.edited.emit()

    def _remove(self) -> None:
        row = self.list.currentRow()
        del self._draft.questions[row]
        self.show_labels(max(0, row - 1))
        self.edited.emit()

    def _move(self, step: int) -> None:
        row, questions = self.list.currentRow(), self._draft.questions
        questions[row], questions[row + step] = questions[row + step], questions[row]
        self.show_labels(row + step)
        self.edited.emit()
