"""What the raters saw and what they said: text, outputs, answers with comments and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QTableWidgetItem, QVBoxLayout, QWidget

from medsdesk.ui.adjudication.question_panel import QuestionPanel
from medsdesk.ui.adjudication.words import (
    ANSWER_COLUMNS,
    rater_words,
    remarks_words,
    value_words,
)
from medsdesk.ui.rating.marked_text import MarkedText, Stretch
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.reading_text import ReadingText
from medsdesk.ui.widgets.tables import TallTable

if TYPE_CHECKING:
    from medsdesk.core.adjudication import Disagreement
    from medsdesk.core.study_rating import MarkTarget


class ItemPanel(QWidget):
    """Shows one disagreement."""

    def __init__(self) -> None:
        super().__init__()
        self.task = label("", "quiet", wrap=True)
        self.texts: dict[MarkTarget, MarkedText] = {
            "source": MarkedText("Text", lines=5),
            "output_a": MarkedText("Output", lines=4),
            "output_b": MarkedText("Output B", lines=4),
        }
        self.reference = ReadingText("Reference answer", lines=2)
        self.answers = TallTable(ANSWER_COLUMNS)
        self.answers.setAccessibleName("What the raters answered")
        self.answers.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.question = QuestionPanel()
        self._second = QWidget()
        self._titles = {
            target: buddy("Text" if target == "source" else "Output", box, "heading")
            for target, box in self.texts.items()
        }
        self._of_reference = buddy("Reference answer", self.reference, "heading")
        self._build()

    def _build(self) -> None:
        outputs = QHBoxLayout()
        outputs.setSpacing(MEDIUM)
        first = QWidget()
        for place, target in ((first, "output_a"), (self._second, "output_b")):
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(self._titles[target])  # type: ignore[index]  # the two written above
            column.addWidget(self.texts[target], 1)  # type: ignore[index]  # the two written above
            outputs.addWidget(place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, SMALL, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.task)
        layout.addWidget(self._titles["source"])
        layout.addWidget(self.texts["source"], 2)
        layout.addWidget(self._of_reference)
        layout.addWidget(self.reference)
        layout.addLayout(outputs, 2)
        layout.addWidget(self.answers)
        layout.addWidget(self.question)

    def show_row(self, row: Disagreement, *, locked: bool) -> None:
        """Show a disagreement from its beginning."""
        pair = len(row.outputs) > 1
        self.task.setText(row.title)
        self._second.setVisible(pair)
        name = "Output A" if pair else "Output"
        self._titles["output_a"].setText(name)
        self._titles["output_b"].setText("Output B")
        self.texts["output_a"].setAccessibleName(name)
        shown = (row.source, *row.outputs, *(() if pair else ("",)))
        for box, text in zip(self.texts.values(), shown, strict=True):
            box.show_text(text)
        for part in (self._of_reference, self.reference):
            part.setVisible(row.reference is not None)
        self.reference.put(row.reference or "")
        self._show_marks(row)
        self._show_answers(row)
        self.question.show_row(row, locked=locked)

    def _show_marks(self, row: Disagreement) -> None:
        """Draw all raters' marks; the number beside one is its rater's."""
        for target, box in self.texts.items():
            box.show_stretches(
                [
                    Stretch(each.number, mark.start, mark.end, each.number - 1)
                    for each in row.answers
                    for mark in each.marks
                    if mark.target == target
                ]
            )

    def _show_answers(self, row: Disagreement) -> None:
        self.answers.setRowCount(len(row.answers))
        for place, each in enumerate(row.answers):
            cells = (rater_words(each), value_words(row, each), remarks_words(row, each))
            for column, text in enumerate(cells):
                self.answers.setItem(place, column, QTableWidgetItem(text))
        self.answers.fit()
