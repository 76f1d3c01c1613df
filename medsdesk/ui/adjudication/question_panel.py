"""The question to decide: its points with what they mean, a count, or whose marks hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from medsdesk.ui.adjudication.words import decided_words
from medsdesk.ui.rating.answering import numbers_of
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.boxes import spin
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.core.adjudication import Disagreement

_MOST_COUNTED = 9999


class QuestionPanel(QWidget):
    """Asks for a decision.

    Signals:
        decided: The point, the count, the number of a rater whose marks hold, or
            ``cannot_judge``; None takes a decision back.
    """

    decided = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "heading", wrap=True)
        self.question = label("", wrap=True)
        self.meanings = label("", "quiet", wrap=True)
        self.state = label("", wrap=True)
        self.choices: dict[str, QPushButton] = {}
        self.counted = spin(0, _MOST_COUNTED)
        self.counted.setAccessibleName("Number that holds")
        self.count_button = button("Decide", lambda: self.decided.emit(self.counted.value()))
        self.why = QLineEdit()
        self.why.setPlaceholderText("Optional; it is kept in the record of who did what")
        self.stands_button = button(
            "X Leave as it stands",
            lambda: self.decided.emit("cannot_judge"),
            tip="Keep the disagreement on purpose; both answers can be defended.",
        )
        self.back_button = button(
            "Take back", lambda: self.decided.emit(None), "quiet", "Take the decision back."
        )
        self._points = QWidget()
        self._flow = FlowLayout(self._points, SMALL)
        self._build()

    def _build(self) -> None:
        last = QWidget()
        row = FlowLayout(last, SMALL)
        for control in (self.counted, self.count_button, self.stands_button, self.back_button):
            row.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        for part in (self.title, self.question, self._points, self.meanings):
            layout.addWidget(part)
        layout.addWidget(buddy("Reason (W):", self.why))
        layout.addWidget(self.why)
        layout.addWidget(last)
        layout.addWidget(self.state)
        self.counted.lineEdit().returnPressed.connect(self.count_button.click)

    def show_row(self, row: Disagreement, *, locked: bool) -> None:
        """Show what is asked, and what was decided."""
        question = row.question
        self.title.setText(row.label)
        words = question.question if question else "Whose marks hold? Digits name the rater."
        self.question.setText(words)
        self._offer(row)
        counts = question is not None and question.is_count
        for part in (self.counted, self.count_button):
            part.setVisible(counts)
        if row.decision is not None and isinstance(row.decision.value, int):
            self.counted.setValue(row.decision.value if counts else 0)
        elif counts:
            self.counted.setValue(0)
        numbers = numbers_of(question) if question else {}
        anchors = question.anchors if question else ()
        self.meanings.setText(
            "\n".join(f"{numbers.get(a.value, '')} {a.label}: {a.meaning}" for a in anchors)
        )
        self.meanings.setVisible(bool(anchors))
        self.state.setText(decided_words(row))
        self.why.setText(row.decision.why if row.decision else "")
        self.back_button.setVisible(row.decision is not None)
        for control in (self._points, self.why, self.count_button, self.counted):
            control.setEnabled(not locked)
        self.stands_button.setEnabled(not locked)
        self.back_button.setEnabled(not locked)

    def press(self, digit: str) -> bool:
        """Choose what stands behind a digit; return whether there is something."""
        found = self.choices.get(digit)
        if found is None:
            return False
        found.click()
        return True

    def _offer(self, row: Disagreement) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.choices.clear()
        for digit, value, text in _choices(row):
            made = button(f"{digit} {text}", partial(self.decided.emit, value))
            chosen = row.decision is not None and row.decision.value == value
            made.setProperty("kind", "primary" if chosen else "plain")
            made.setAccessibleName(f"{row.label}: {digit} {text}")
            self.choices[digit] = made
            self._flow.addWidget(made)
        self._points.setVisible(bool(self.choices))


def _choices(row: Disagreement) -> list[tuple[str, int, str]]:
    """Return digit, value and words of each button."""
    if row.question is None:
        marked = [
            (str(each.number), each.number, f"Marks of {each.name or f'Rater {each.number}'}")
            for each in row.answers
        ]
        return [*marked, ("0", 0, "Nothing to mark")]
    numbers = numbers_of(row.question)
    return [(numbers.get(a.value, ""), a.value, a.label) for a in row.question.anchors]
