"""Has every change of an item saved, and notes in its state what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.rating.item_state import COMMENT, EDIT, MARKS

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating_view import RatedValue, RatingView
    from medsdesk.core.study_rating import Mark
    from medsdesk.services.rate_study import StudySession
    from medsdesk.ui.bridge.study_desk import Act, StudyDesk
    from medsdesk.ui.rating.item_state import ItemState


class Saving(QObject):
    """Between what is chosen on the screen and the session.

    Args:
        desk: The session.
        state: What the screen knows of the item.
        parent: Owns this.

    Signals:
        changed: The state is another.
        failed: What could not be saved, and the UserFacingError.
    """

    changed = Signal()
    failed = Signal(str, object)

    def __init__(self, desk: StudyDesk, state: ItemState, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        desk.saved.connect(self._saved)
        desk.failed.connect(self._not_saved)

    def answer(self, question: str, value: RatedValue | None) -> None:
        """Choose an answer, or take it back with None."""
        if value is None and question not in self._state.values:
            return
        self._state.choose(question, value)
        self.changed.emit()

        def act(session: StudySession) -> RatingView:
            if value is None:
                return session.clear(question)
            if value == "cannot_judge":
                return session.set_cannot_judge(question)
            return session.set_value(question, value)

        self._desk.save(question, act)

    def comment(self, text: str) -> None:
        """Save the comment."""
        self._begin(COMMENT, lambda session: session.set_comment(text))

    def marks(self, marks: tuple[Mark, ...]) -> None:
        """Save all marks of the item."""
        self._begin(MARKS, lambda session: session.set_marks(marks))

    def edit(self, text: str | None) -> None:
        """Save the corrected output; None where it is as it was."""
        self._begin(EDIT, lambda session: session.set_edit(text))

    def _begin(self, what: str, act: Act) -> None:
        self._state.begin(what)
        self.changed.emit()
        self._desk.save(what, act)

    def _saved(self, _what: str, at: str) -> None:
        self._state.commit(at)
        self.changed.emit()

    def _not_saved(self, what: str, error: UserFacingError) -> None:
        if what:
            self._state.fail(what, error)
        self.failed.emit(what, error)
        self.changed.emit()
