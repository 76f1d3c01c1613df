"""One question of a form that is being made: its words, how it is answered, its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from medsdesk.services.form_faults import LONGEST, MOST_POINTS
from medsdesk.ui.forms.cells import CellTable
from medsdesk.ui.forms.draft import DraftPoint
from medsdesk.ui.theme import TINY
from medsdesk.ui.widgets.boxes import choose, combo
from medsdesk.ui.widgets.labels import buddy

if TYPE_CHECKING:
    from medsdesk.ui.forms.draft import DraftQuestion

_KINDS = (
    ("ordinal", "Points in order"),
    ("nominal", "Points without an order"),
    ("interval", "Points at equal distances"),
    ("ratio", "A count"),
)


class QuestionPanel(QWidget):
    """Edits a question in place.

    Signals:
        edited: The user changed something of it.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: DraftQuestion | None = None
        self.label = QLineEdit()
        self.label.setMaxLength(LONGEST["label"])
        self.question = QLineEdit()
        self.question.setMaxLength(LONGEST["question"])
        self.kind = combo(_KINDS)
        self.points = CellTable(
            "Points of the question", ("Number", "Label", "What it means"), MOST_POINTS
        )
        self.points.share(words=1, rest=2)
        self._points_label = buddy("&Points (empty lines are left out)", self.points)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TINY)
        for text, part in (
            ("S&hort label", self.label), ("Ques&tion", self.question), ("Ans&wer", self.kind),
        ):  # fmt: skip
            layout.addWidget(buddy(text, part))
            layout.addWidget(part)
        layout.addWidget(self._points_label)
        layout.addWidget(self.points)
        self.label.textEdited.connect(lambda _: self._take())
        self.question.textEdited.connect(lambda _: self._take())
        self.kind.activated.connect(lambda _: self._take())
        self.points.edited.connect(self._take)

    def show_question(self, question: DraftQuestion | None) -> None:
        """Show a question, or none."""
        self._shown = question
        self.setEnabled(question is not None)
        with QSignalBlocker(self.kind):
            choose(self.kind, question.kind if question else "ordinal")
        self.label.setText(question.label if question else "")
        self.question.setText(question.question if question else "")
        points = question.points if question else []
        self.points.show_rows([(each.value, each.label, each.meaning) for each in points])
        self._show_points()

    def _take(self) -> None:
        """Take over what is typed."""
        if self._shown is None:
            return
        self._shown.label = self.label.text()
        self._shown.question = self.question.text()
        self._shown.kind = self.kind.currentData()
        self._shown.points = [DraftPoint(*map(str, row)) for row in self.points.rows()]
        self._show_points()
        self.edited.emit()

    def _show_points(self) -> None:
        count = self.kind.currentData() == "ratio"
        self._points_label.setHidden(count)
        self.points.setHidden(count)
