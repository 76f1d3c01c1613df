"""The rating form under an answer: number keys, and every change committed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.rating.criterion_row import CriterionRow
from medsdesk.ui.rating.question_row import RowKeys
from medsdesk.ui.theme import SMALL, TINY, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import TextBox
from medsdesk.ui.workbench.form_state import FormState, answer_for_key, keys_hint

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.ui.bridge.rating_desk import Ballot
    from medsdesk.ui.workbench.form_state import Value

_COMMENT_PAUSE_MS = 800


class RatingForm(QWidget):
    """Rows of questions, a comment, and beneath them the anchors of the current question.

    Signals:
        answered: Criterion and its value, or None to take it back; to be committed.
        commented: Criterion and text; to be committed.
    """

    answered = Signal(str, object)
    commented = Signal(str, str)

    def __init__(self, form: Instrument) -> None:
        super().__init__()
        self.state = FormState(form)
        self.rows = {c.id: CriterionRow(c, RowKeys(keys_hint(c))) for c in self.state.scales}
        self._current = self.state.scales[0].id
        comment = next(c for c in form.criteria if c.id == self.state.comment_id)
        self.comment = TextBox(comment.label, lines=2)
        self.comment.setPlaceholderText(comment.question)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_COMMENT_PAUSE_MS)
        self._typing.timeout.connect(self.flush)
        self._loading = False
        self._wanted = False
        self.status = label("", "quiet", wrap=True)
        self.status.setAccessibleName("State of the ratings")
        self.retry = button("Retry", self.save_again, "plain", "Save what was not saved.")
        self._progress = label("", "quiet")
        self._anchors = label("", wrap=True)
        self._anchors.setTextFormat(Qt.TextFormat.PlainText)
        self._anchors.setAccessibleName("Meaning of the points")
        self._scroll = QScrollArea()
        self._build(comment)
        self._connect()
        self._fit()
        self.show_state()

    def _build(self, comment: Criterion) -> None:
        questions = QWidget()
        questions.setObjectName("clear")
        inner = QVBoxLayout(questions)
        inner.setContentsMargins(0, 0, SMALL, 0)
        inner.setSpacing(TINY)
        for row in self.rows.values():
            inner.addWidget(row)
        inner.addWidget(buddy(comment.label, self.comment, "strong"))
        inner.addWidget(self.comment)
        inner.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(questions)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QHBoxLayout()
        foot.setSpacing(SMALL)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.retry)
        foot.addWidget(self._progress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._anchors)
        layout.addLayout(foot)

    def _connect(self) -> None:
        for name, row in self.rows.items():
            row.picked.connect(lambda value, name=name: self.answer(name, value))
            row.cleared.connect(lambda name=name: self.answer(name, None))
            row.stepped.connect(self._move)
            row.entered.connect(lambda name=name: self._enter(name))
        self.comment.textChanged.connect(self._comment_typed)

    def load(self, ballot: Ballot) -> None:
        """Show what is stored."""
        self._typing.stop()
        self.state.load(ballot.values, ballot.comment)
        self._loading = True
        self.comment.setPlainText(ballot.comment)
        self._loading = False
        self._current = next(
            (c.id for c in self.state.scales if c.id not in ballot.values), self.state.scales[0].id
        )
        self.show_state()
        self.setEnabled(True)
        if self._wanted:
            self.take_keyboard()

    def wait(self) -> None:
        """Take no answers until what is stored has been read."""
        self.setEnabled(False)
        self._wanted = False

    def take_keyboard(self) -> None:
        """Put the keyboard on the current question, as soon as answers are taken."""
        self._wanted = not self.isEnabled()
        self.rows[self._current].take_keyboard()

    def answer(self, criterion: str, value: Value | None) -> None:
        """Choose an answer, or take it back with None, and have it committed."""
        if value is None and self.state.shown.get(criterion) is None:
            return
        self.state.choose(criterion, value)
        self.show_state()
        self.answered.emit(criterion, value)

    def committed(self, criterion: str, at: str) -> None:
        """Show that a save came back."""
        self.state.commit(criterion, at)
        self.show_state()

    def not_committed(self, criterion: str, error: UserFacingError) -> None:
        """Show that a save failed; the answer stays on the screen."""
        self.state.fail(criterion, error)
        self.show_state()

    def save_again(self) -> None:
        """Have everything committed that failed."""
        for criterion in tuple(self.state.failed):
            if criterion == self.state.comment_id:
                self._save_comment()
            else:
                value = self.state.shown.get(criterion)
                self.state.choose(criterion, value)
                self.answered.emit(criterion, value)
        self.show_state()

    def flush(self) -> None:
        """Have a comment that was typed a moment ago committed now."""
        self._typing.stop()
        if self.comment.text != (self.state.shown.get(self.state.comment_id) or ""):
            self._save_comment()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rate the current question by number keys; keys typed into the comment never get here."""
        if self.comment.hasFocus() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        row = self.rows[self._current]
        if event.key() == Qt.Key.Key_Backspace:
            self.answer(self._current, None)
        elif (value := answer_for_key(row.criterion, event.text())) is not None:
            self.answer(self._current, value)
            self._move(1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the anchors at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def set_lines(self, lines: int) -> None:
        """Show at least so many lines of the questions."""
        self._scroll.setMinimumHeight(lines * self.fontMetrics().lineSpacing())

    def _fit(self) -> None:
        """Be wide enough for the widest question, because the form does not scroll sideways."""
        widest = max(row.minimumSizeHint().width() for row in self.rows.values())
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(widest + bar + SMALL)

    def show_state(self) -> None:
        """Draw everything anew from the state."""
        state = self.state
        for name, row in self.rows.items():
            mark = "not saved" if name in state.failed else ""
            row.show_answer(state.shown.get(name), mark)
            row.show_current(current=name == self._current)
        criterion = self.rows[self._current].criterion
        meanings = [f"{a.value} {a.label}: {a.meaning}" for a in criterion.anchors]
        self._anchors.setText("\n".join([criterion.question, *meanings]))
        self.status.setText(state.status)
        set_tone(self.status, "danger" if state.failed else "good" if state.saved_at else "plain")
        self.retry.setVisible(bool(state.failed))
        self._progress.setText(state.progress)

    def _enter(self, criterion: str) -> None:
        if criterion != self._current:
            self._current = criterion
            self.show_state()
        self._scroll.ensureWidgetVisible(self.rows[criterion], 0, SMALL)

    def _move(self, step: int) -> None:
        names = list(self.rows)
        place = names.index(self._current) + step
        if 0 <= place < len(names):
            self.rows[names[place]].take_keyboard()
        elif place == len(names):
            self.comment.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(self.comment, 0, SMALL)

    def _comment_typed(self) -> None:
        if not self._loading:
            self._typing.start()

    def _save_comment(self) -> None:
        self.state.choose(self.state.comment_id, self.comment.text)
        self.show_state()
        self.commented.emit(self.state.comment_id, self.comment.text)
