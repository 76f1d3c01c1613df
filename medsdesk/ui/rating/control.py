"""Between the rating screen and the session: what is chosen is shown at once and saved at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.rating.item_state import COMMENT, EDIT, MARKS, ItemState
from medsdesk.ui.rating.key_reader import KeyReader
from medsdesk.ui.rating.mark_control import MarkControl
from medsdesk.ui.rating.saving import Saving
from medsdesk.ui.rating.screen import RatingScreen

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating_view import RatedValue, RatingView
    from medsdesk.ui.bridge.study_desk import Act, StudyDesk
    from medsdesk.ui.rating.question_form import QuestionForm


class RatingControl(QObject):
    """Shows the items of a session and saves every change.

    Args:
        desk: The session.
        parent: Owns this.

    Signals:
        titled: Name of the study that is shown.
    """

    titled = Signal(str)

    def __init__(self, desk: StudyDesk, parent: QObject) -> None:
        super().__init__(parent)
        self.state = ItemState()
        self.desk = desk
        self.saving = Saving(desk, self.state, self)
        self.screen = RatingScreen(self.save_again, self.end_break, self._join_form)
        self.marks = MarkControl(self.screen.texts, self.screen.marks, self)
        self.keys = KeyReader(self)
        self._connect()

    def _connect(self) -> None:
        desk, screen, edit = self.desk, self.screen, self.screen.outputs.edit
        desk.shown.connect(self._show)
        self.saving.changed.connect(self._show_state)
        self.saving.failed.connect(self._not_saved)
        desk.refused.connect(screen.messages.tell_error)
        screen.keys.pressed.connect(self.keys.run)
        self.marks.marked.connect(self.saving.marks)
        self.marks.entered.connect(lambda: screen.show_marks(wanted=True))
        self.marks.rested.connect(lambda: screen.show_marks(wanted=False))
        self.marks.left.connect(self.take_keyboard)
        for text in screen.texts.values():
            text.takes = self.keys.takes
            text.verticalScrollBar().valueChanged.connect(lambda _: desk.touch())
        edit.edited.connect(self.saving.edit)
        edit.drafted.connect(partial(desk.draft, EDIT))
        edit.done.connect(self.close_editor)
        edit.compare_wanted.connect(
            lambda first, second: desk.compare(
                first, second, partial(edit.show_diff, first, second)
            )
        )

    @property
    def view(self) -> RatingView | None:
        """The item that is shown."""
        return self.state.view

    @property
    def form(self) -> QuestionForm | None:
        """The questions that are shown."""
        return self.screen.form

    @property
    def can_rate(self) -> bool:
        """Whether what is pressed rates what is on the screen."""
        view = self.view
        return view is not None and not view.locked and not self.desk.moving

    def answer(self, question: str, value: RatedValue | None) -> None:
        """Choose an answer, or take it back with None, and have it saved."""
        if self.can_rate:
            self.saving.answer(question, value)

    def move(self, act: Act) -> None:
        """Save what is being typed, then go to another item or another state of it."""
        self.flush()
        self.desk.move(act)

    def flush(self) -> None:
        """Have what is being typed saved now."""
        if self.form is not None:
            self.form.flush()
        self.marks.flush()
        if self.view is not None and self.view.form.edit:
            self.screen.outputs.edit.flush()

    def take_keyboard(self) -> None:
        """Put the keyboard on the current question."""
        if self.form is not None:
            self.form.take_keyboard()

    def open_editor(self) -> None:
        """Let the output be corrected."""
        view = self.view
        if view is not None and view.form.edit and len(view.outputs) == 1 and self.can_rate:
            self.marks.leave()
            self.screen.outputs.show_editor(shown=True)

    def close_editor(self) -> None:
        """Show the output again."""
        self.screen.outputs.show_editor(shown=False)
        self.take_keyboard()

    def take_break(self) -> None:
        """Cover the texts and stop the clock."""
        self.flush()
        self.desk.pause()
        self.screen.show_cover(shown=True)

    def end_break(self) -> None:
        """Show the item again and let the clock go on."""
        if self.screen.covered:
            self.screen.show_cover(shown=False)
            self.desk.resume()
            self.take_keyboard()

    def save_again(self) -> None:
        """Have everything saved that could not be."""
        for what in tuple(self.state.failed):
            if what == MARKS:
                self.saving.marks(self.marks.marks)
            elif what in (COMMENT, EDIT):
                self.flush()
            else:
                self.answer(what, self.state.values.get(what))

    def _join_form(self, form: QuestionForm) -> None:
        form.answered.connect(self.answer)
        form.commented.connect(self.saving.comment)
        form.drafted.connect(lambda text: self.desk.draft(form.comment_id, text))
        for row in form.rows.values():
            row.entered.connect(self.marks.leave)

    def _show(self, view: RatingView) -> None:
        before = self.view
        other = before is None or (before.place, before.form) != (view.place, view.form)
        self.state.load(view)
        self.screen.show_view(view)
        self.marks.show_item(view, view.marks)
        if other:
            self.marks.leave()
            self.screen.outputs.show_item(view)
            self.titled.emit(view.study)
        else:
            self.screen.outputs.show_state(view)
        if self.form is not None and not other:
            self.form.update_stored(view.comment)
        elif self.form is not None:
            self.form.show_item(self.state)
            self.form.take_keyboard()
        self._show_state()

    def _show_state(self) -> None:
        self.screen.head.show_state(self.state)
        if self.form is not None:
            self.form.show_state(self.state)

    def _not_saved(self, what: str, error: UserFacingError) -> None:
        if what == COMMENT and self.form is not None:
            self.form.comment_failed()
        if what == EDIT:
            self.screen.outputs.edit.not_saved()
        self.screen.messages.tell_error(error)
