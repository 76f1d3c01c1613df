"""The rating session of a study, which lives on the short-jobs thread, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import ChangedMeanwhileError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.rating_view import RatingView
    from medsdesk.services.rate_study import StudySession
    from medsdesk.services.word_diff import TextDiff
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

    Act = Callable[[StudySession], RatingView]


@dataclass(slots=True)
class _Held:
    """Filled and used on the job thread alone, in the order of the jobs."""

    session: StudySession | None = None

    def get(self) -> StudySession:
        if self.session is None:
            raise UserFacingError(
                "The study could not be opened for rating.", "Open it again on the page Studies."
            )
        return self.session


class StudyDesk(QObject):
    """Opens a session for one rater of a study and commits every change.

    Acts are done in the order they are asked for. Of the items they lead to only the last one
    asked for is shown, so that nothing that was chosen meanwhile jumps back.

    Args:
        desk: Job threads.
        parent: Owns this.

    Signals:
        shown: A ``RatingView``.
        saved: What was saved, and the time of day.
        failed: What could not be done, and the UserFacingError; nothing was stored.
        refused: The session could not be opened; a UserFacingError.
        told: What is wrong with the clock, and what raters are told first; empty for nothing.
    """

    shown = Signal(object)
    saved = Signal(str, str)
    failed = Signal(str, object)
    refused = Signal(object)
    told = Signal(str, str)  # emitted on the job thread: Qt puts it into this one's queue

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._held: _Held | None = None
        self._asked = 0
        self.moving = 0
        """How many ways to another item are under way; what is pressed meanwhile rates nothing."""

    def open(self, study_id: str, rater: str) -> None:
        """Go on where the rater stopped."""

        def make(ws: Workspace) -> StudySession:
            from medsdesk.services.rate_study import StudySession

            return StudySession(ws, study_id, rater)

        self.begin(make)

    def begin(self, make: Callable[[Workspace], StudySession]) -> None:
        """Show the item of a session that is made on the job thread."""
        held = self._held = _Held()

        def work(ws: Workspace) -> RatingView:
            session = held.session = make(ws)
            self.told.emit(session.notice or "", session.instructions)
            return session.view

        self._ask(held, "", work, self.refused.emit)

    def close(self) -> None:
        """Rate no more; what was asked for is still saved."""
        self.pause()
        self._held = None

    def move(self, act: Act) -> None:
        """Go to another item, or to another state of it."""
        held = self._held
        if held is not None:
            self.moving += 1
            self._ask(
                held, "", lambda _: act(held.get()), partial(self._failed, held, ""), moves=True
            )

    def save(self, what: str, act: Act) -> None:
        """Commit a change of the item.

        Args:
            what: The question, or another name by which its save is told.
            act: What is done with the session.
        """
        held = self._held
        if held is not None:
            self._ask(held, what, lambda _: act(held.get()), partial(self._failed, held, what))

    def draft(self, what: str, text: str) -> None:
        """Keep words that are being typed, so that they are there after a crash."""
        self._later(lambda session: session.save_draft(what, text))

    def pause(self) -> None:
        """Stop the clock of active time."""
        self._later(lambda session: session.pause())

    def resume(self) -> None:
        """Let the clock of active time go on."""
        self._later(lambda session: session.resume())

    def touch(self) -> None:
        """Tell that the rater is there."""
        self._later(lambda session: session.touch())

    def compare(self, first: str, second: str, done: Callable[[TextDiff], None]) -> None:
        """Compare two texts by words, on the thread for what reads."""

        def work(_: Workspace) -> TextDiff:
            from medsdesk.services.word_diff import diff

            return diff(first, second)

        self._desk.browse.submit(work, done)

    def _later(self, act: Callable[[StudySession], object]) -> None:
        held = self._held
        if held is not None:
            self._desk.short.submit(lambda _: act(held.get()), failed=lambda _: None)

    def _ask(
        self,
        held: _Held,
        what: str,
        work: Callable[[Workspace], RatingView],
        failed: Callable[[UserFacingError], None],
        *,
        moves: bool = False,
    ) -> None:
        self._asked += 1
        number = self._asked

        def done(view: RatingView) -> None:
            self.moving -= moves
            if held is not self._held:
                return
            if what:
                self.saved.emit(what, datetime.now().astimezone().strftime("%H:%M:%S"))
            if number == self._asked:
                self.shown.emit(view)

        def not_done(error: UserFacingError) -> None:
            self.moving -= moves
            failed(error)

        self._desk.short.submit(work, done, not_done)

    def _failed(self, held: _Held, what: str, error: UserFacingError) -> None:
        if held is self._held:
            self.failed.emit(what, error)
            if isinstance(error, ChangedMeanwhileError):  # show what is stored instead
                self._ask(held, "", lambda _: held.get().view, partial(self._failed, held, ""))
        else:
            self.refused.emit(error)
