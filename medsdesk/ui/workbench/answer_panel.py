"""The answer column: the text as it is written, how it ended, its scores, and the rating form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import AnswerBox
from medsdesk.ui.wording import day_and_time, progress
from medsdesk.ui.workbench.rater_line import RaterLine
from medsdesk.ui.workbench.scores_table import ScoresTable

if TYPE_CHECKING:
    from medsdesk.ui.bridge.feed import Piece
    from medsdesk.ui.theme import Tone
    from medsdesk.ui.workbench.answer_view import AnswerView
    from medsdesk.ui.workbench.rating_form import RatingForm

_EMPTY = (
    "1  Choose a task on the left.\n"
    "2  Put in a text, or take a sample.\n"
    "3  Run. The answer appears here as the model writes it.\n"
    "4  Rate it below by number keys."
)
_NO_RATING = "Your rating comes here, when there is an answer."


class AnswerPanel(QWidget):
    """Shows one answer; the rating form joins it when the form has been read."""

    def __init__(self) -> None:
        super().__init__()
        self.box = AnswerBox("Answer", lines=4)
        self.box.setPlaceholderText(_EMPTY)
        self.badge = label("", "badge")
        self.badge.setAccessibleName("How the answer ended")
        self.figures = label("", "quiet", wrap=True)
        self.fault = label("", wrap=True)
        set_tone(self.fault, "danger")
        self.scores = ScoresTable()
        self.rater = RaterLine()
        self.form: RatingForm | None = None
        self._rate_hint = label(_NO_RATING, "quiet", wrap=True)
        self._rating = QWidget()
        self._rating_layout = QVBoxLayout(self._rating)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self._build()
        self.clear()

    def _build(self) -> None:
        answer = QWidget()
        top = QVBoxLayout(answer)
        top.setContentsMargins(0, 0, 0, SMALL)
        top.setSpacing(SMALL)
        head = QHBoxLayout()
        head.addWidget(buddy("Answer", self.box, "heading"))
        head.addStretch(1)
        head.addWidget(self.badge)
        top.addLayout(head)
        top.addWidget(self.box, 1)
        top.addWidget(self.fault)
        top.addWidget(self.figures)
        top.addWidget(self.scores)
        self._rating_layout.setContentsMargins(0, SMALL, 0, 0)
        self._rating_layout.setSpacing(SMALL)
        self._rating_layout.addWidget(self._rate_hint)
        self._rating_layout.addWidget(self.rater)
        self._rating_layout.addStretch(1)
        self.splitter.addWidget(answer)
        self.splitter.addWidget(self._rating)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def set_lines(self, answer: int, questions: int) -> None:
        """Show at least so many lines of the answer and of the questions."""
        self.box.set_lines(answer)
        if self.form is not None:
            self.form.set_lines(questions)

    def add_form(self, form: RatingForm) -> None:
        """Put the rating form in, once it has been read."""
        self.form = form
        stretch = self._rating_layout.count() - 1
        self._rating_layout.insertWidget(stretch, form, 1)
        self._rating_layout.setStretch(stretch + 1, 0)
        form.hide()

    def clear(self) -> None:
        """Show that there is no answer."""
        self.box.setPlainText("")
        for part in (self.badge, self.figures, self.fault):
            part.hide()
        self.scores.show_scores(())
        self.show_rating(answer=False, rater="")

    def begin(self, words: str) -> None:
        """Show that an answer is on its way."""
        self.clear()
        self.show_progress(words)

    def show_progress(self, words: str, tone: Tone = "plain") -> None:
        """Show how far the run is."""
        self.badge.setText(words)
        set_tone(self.badge, tone)
        self.badge.show()

    def add_piece(self, piece: Piece) -> None:
        """Add what has come."""
        self.box.append(piece.text)
        self.figures.setText(progress(piece.tokens, piece.tokens_per_second, piece.seconds))
        self.figures.show()

    def show_answer(self, view: AnswerView, *, stored: bool = False) -> None:
        """Show a finished answer; text that is on the screen already is left as it is."""
        if self.box.text != view.completion.text:
            self.box.setPlainText(view.completion.text)
        words, tone = view.badge
        self.badge.setText(words)
        set_tone(self.badge, tone)
        self.badge.show()
        when = f"{day_and_time(view.created_at)} · " if stored else ""
        self.figures.setText(f"{when}{view.model_name} · {view.figures}")
        self.figures.show()
        self.fault.setText(view.completion.error or "")
        self.fault.setVisible(bool(view.completion.error))
        self.scores.show_scores(view.scores)

    def show_rating(self, *, answer: bool, rater: str) -> None:
        """Show what can be rated: nothing yet, the question who rates, or the form."""
        self._rate_hint.setVisible(not answer)
        self.rater.setVisible(answer)
        self.rater.show_name(rater)
        if self.form is not None:
            ready = answer and bool(rater)
            if ready and self.form.isHidden():
                height = max(1, self.splitter.height())
                self.splitter.setSizes([round(height * 0.36), round(height * 0.64)])
            self.form.setVisible(ready)
