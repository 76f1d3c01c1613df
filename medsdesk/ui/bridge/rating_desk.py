"""The rating session, which lives on the short-jobs thread, and what came of each save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.services.rate import RatingSession, Value
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a rater has said about an answer so far, as it is stored."""

    values: Mapping[str, Value]
    comment: str


class RatingDesk(QObject):
    """Opens a session for one answer and commits every change of it.

    Signals:
        opened: A ``Ballot`` of what is stored already.
        saved: Criterion and UTC time of the commit.
        failed: Criterion and the UserFacingError; nothing was stored.
        refused: The session could not be opened; a UserFacingError.
    """

    opened = Signal(object)
    saved = Signal(str, str)
    failed = Signal(str, object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._session: RatingSession | None = None
        self._number = 0

    def open(self, output_id: str, rater: str, form: Instrument) -> None:
        """Begin to rate an answer."""
        self._number += 1
        number = self._number
        self._session = None

        def work(ws: Workspace) -> tuple[RatingSession, Ballot]:
            from medsdesk.services.rate import RatingSession

            session = RatingSession(ws, output_id, rater, form)
            return session, Ballot(dict(session.values), session.comment)

        def done(made: tuple[RatingSession, Ballot]) -> None:
            if number == self._number:
                self._session, ballot = made
                self.opened.emit(ballot)

        self._desk.short.submit(work, done, self.refused.emit)

    def close(self) -> None:
        """Rate no more; what was saved stays."""
        self._number += 1
        self._session = None

    def set_answer(self, criterion: str, value: Value | None) -> None:
        """Commit an answer, or take it back with None."""

        def act(session: RatingSession) -> str | None:
            if value is None:
                return session.clear(criterion)
            if value == "cannot_judge":
                return session.set_cannot_judge(criterion)
            return session.set_value(criterion, value)

        self._commit(criterion, act)

    def set_comment(self, criterion: str, text: str) -> None:
        """Commit the comment."""
        self._commit(criterion, lambda session: session.set_comment(text))

    def pause(self) -> None:
        """Stop the clock of active time."""
        self._later(lambda session: session.pause())

    def resume(self) -> None:
        """Let the clock of active time go on."""
        self._later(lambda session: session.resume())

    def _later(self, act: Callable[[RatingSession], None]) -> None:
        session = self._session
        if session is not None:
            self._desk.short.submit(lambda _: act(session))

    def _commit(self, criterion: str, act: Callable[[RatingSession], str | None]) -> None:
        session, number = self._session, self._number
        if session is None:
            return
        self._desk.short.submit(
            lambda _: act(session),
            partial(self._saved, number, criterion),
            partial(self._failed, number, criterion),
        )

    def _saved(self, number: int, criterion: str, at: str | None) -> None:
        if number == self._number:
            self.saved.emit(criterion, at or "")

    def _failed(self, number: int, criterion: str, error: UserFacingError) -> None:
        if number == self._number:
            self.failed.emit(criterion, error)
