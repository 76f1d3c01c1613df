"""The questions of one form on the rating screen, the comment, and what the points mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.ui.rating.answering import (
    agreement_words,
    asked,
    comment_of,
    first_open,
    keys_of,
    meanings,
    numbers_of,
)
from medsdesk.ui.rating.comment_box import CommentBox
from medsdesk.ui.rating.count_row import CountRow
from medsdesk.ui.rating.criterion_row import CriterionRow
from medsdesk.ui.rating.meanings import Meanings
from medsdesk.ui.rating.question_row import RowKeys
from medsdesk.ui.rating.question_scroll import QuestionScroll
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.labels import buddy, rule

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.ui.rating.item_state import ItemState

    Row = CriterionRow | CountRow

DRAFT_MS = 1_000
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class QuestionForm(QWidget):
    """Rows of questions and a comment; says what is chosen and stores nothing itself.

    Args:
        form: The form.

    Signals:
        answered: Question and its value, or None to take it back; to be committed.
        commented: The comment; to be committed.
        drafted: The comment as far as it is typed.
        current_changed: Another question has the keyboard.
    """

    answered = Signal(str, object)
    commented = Signal(str)
    drafted = Signal(str)
    current_changed = Signal()

    def __init__(self, form: Instrument) -> None:
        super().__init__()
        self.form = form
        self.rows: dict[str, Row] = {c.id: _row(c) for c in asked(form)}
        self.current = next(iter(self.rows), "")
        about = comment_of(form)
        self.comment = CommentBox(about.label if about else "Comment", lines=2, most=4)
        self.comment.setPlaceholderText(about.question if about else "")
        self.comment_id = about.id if about else ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(DRAFT_MS)
        self._stored = ""
        self._aside = False
        self._rule = rule()
        self.questions = QuestionScroll()
        self._anchors = Meanings([meanings(criterion) for criterion in asked(form)])
        self._build(about)
        self._connect()
        self._fit()

    def _build(self, about: Criterion | None) -> None:
        inner = self.questions.column
        for row in self.rows.values():
            inner.addWidget(row)
        if about is not None:
            inner.addWidget(buddy(f"{about.label} (C)", self.comment, "strong"))
            inner.addWidget(self.comment)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.questions, 1)
        layout.addWidget(self._rule)
        layout.addWidget(self._anchors)

    def _connect(self) -> None:
        for name, row in self.rows.items():
            row.picked.connect(lambda value, name=name: self.answered.emit(name, value))
            row.cleared.connect(lambda name=name: self.answered.emit(name, None))
            row.stepped.connect(self.move_by)
            row.entered.connect(lambda name=name: self._enter(name))
        self._typing.timeout.connect(lambda: self.drafted.emit(self.comment.text))
        self.comment.typed.connect(self._typing.start)
        self.comment.left.connect(self.flush)
        self.comment.done.connect(self.take_keyboard)

    @property
    def question(self) -> Criterion | None:
        """The current question."""
        row = self.rows.get(self.current)
        return row.criterion if row is not None else None

    def show_item(self, state: ItemState) -> None:
        """Show another item from its first open question."""
        view = state.view
        if view is None:
            return
        self._typing.stop()
        self._stored = view.comment
        self.comment.put(view.draft.get(self.comment_id, view.comment))
        self.comment.setReadOnly(view.locked)
        self.current = first_open(self.form, view.values)
        self.show_state(state)

    def show_state(self, state: ItemState) -> None:
        """Show what is chosen, and what of it could not be saved."""
        view = state.view
        if view is None:
            return
        for name, row in self.rows.items():
            value = state.values.get(name)
            row.show_answer(value, _state_of(row.criterion, value, name, state))
            row.show_current(current=name == self.current)
            row.setEnabled(not view.locked)
        self._show_anchors()

    def update_stored(self, comment: str) -> None:
        """Take over the comment that is stored, as after an undo; one being typed stays."""
        if comment != self._stored and not self.comment.hasFocus():
            self._stored = comment
            self.comment.put(comment)

    def take_keyboard(self) -> None:
        """Put the keyboard on the current question."""
        if self.current:
            self.rows[self.current].take_keyboard()

    def move_by(self, step: int) -> None:
        """Go to the question before or after; after the last comes the comment."""
        names = list(self.rows)
        if not names:
            return
        place = names.index(self.current) + step
        if 0 <= place < len(names):
            self.rows[names[place]].take_keyboard()

    def go_comment(self) -> None:
        """Put the keyboard into the comment."""
        self.comment.setFocus(Qt.FocusReason.OtherFocusReason)
        self.questions.ensureWidgetVisible(self.comment, 0, SMALL)

    def flush(self) -> None:
        """Have a comment that was changed committed now."""
        self._typing.stop()
        if self.comment.text != self._stored:
            self._stored = self.comment.text
            self.commented.emit(self.comment.text)

    def comment_failed(self) -> None:
        """Note that the comment is not stored, so that the next flush tries again."""
        self._stored = "" if self.comment.text else "\n"

    def show_part(self, part: QWidget, *, wanted: bool) -> None:
        """Bring a part that was taken into view, in place of what the points mean; or no more."""
        self._aside = wanted
        self._show_anchors()
        if wanted:  # once there is more room
            QTimer.singleShot(0, part, lambda: self.questions.ensureWidgetVisible(part, 0, SMALL))

    @property
    def besides(self) -> int:
        """Pixels in height that are needed besides the questions."""
        return self.minimumSizeHint().height() - self.questions.minimumHeight()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the questions at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
            self.questions.fit_height()

    def _fit(self) -> None:
        """Be wide enough for the widest question, because the form does not scroll sideways."""
        rows = self.rows.values()
        widest = max((row.minimumSizeHint().width() for row in rows), default=0)
        bar = self.questions.verticalScrollBar().sizeHint().width()
        self.questions.setMinimumWidth(widest + bar + SMALL)

    def _enter(self, name: str) -> None:
        if name != self.current:
            self.rows[self.current].show_current(current=False)
            self.rows[name].show_current(current=True)
            self.current = name
            self._show_anchors()
            self.current_changed.emit()
        self.questions.ensureWidgetVisible(self.rows[name], 0, SMALL)

    def _show_anchors(self) -> None:
        self._anchors.setText(meanings(self.question) if self.question is not None else "")
        shown = self.question is not None and not self._aside
        for part in (self._rule, self._anchors):
            part.setVisible(shown)


def _row(criterion: Criterion) -> Row:
    keys = RowKeys(keys_of(criterion), numbers_of(criterion), "X Cannot judge", _ENTER)
    return CountRow(criterion, keys) if criterion.is_count else CriterionRow(criterion, keys)


def _state_of(criterion: Criterion, value: RatedValue | None, name: str, state: ItemState) -> str:
    """Return what stands beside a question: that it is not saved, or what was agreed on."""
    if name in state.failed:
        return "not saved"
    agreed = state.view.agreed.get(name) if state.view is not None else None
    return agreement_words(criterion, value, agreed) if agreed is not None else ""
