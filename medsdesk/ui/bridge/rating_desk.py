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


@dataclass(slots=True)
class _Held:
    """Filled and used on the job thread alone, in the order of the jobs."""

    session: RatingSession | None = None

    def get(self) -> RatingSession:
        if self.session is None:
            raise UserFacingError(
                "The ratings of this answer could not be opened.",
                "Open the answer again from the saved answers.",
            )
        return self.session


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
        self._held: _Held | None = None

    def open(self, output_id: str, rater: str, form: Instrument) -> None:
        """Begin to rate an answer."""
        held = self._held = _Held()

        def work(ws: Workspace) -> Ballot:
            from medsdesk.services.rate import RatingSession

            session = held.session = RatingSession(ws, output_id, rater, form)
            return Ballot(dict(session.values), session.comment)

        def done(ballot: Ballot) -> None:
            if held is self._held:
                self.opened.emit(ballot)

        self._desk.short.submit(work, done, self.refused.emit)

    def close(self) -> None:
        """Rate no more; what was submitted is still saved."""
        self._held = None

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
        held = self._held
        if held is not None:
            self._desk.short.submit(lambda _: act(held.get()), failed=lambda _: None)

    def _commit(self, criterion: str, act: Callable[[RatingSession], str | None]) -> None:
        held = self._held
        if held is None:
            return
        self._desk.short.submit(
            lambda _: act(held.get()),
            partial(self._saved, held, criterion),
            partial(self._failed, held, criterion),
        )

    def _saved(self, held: _Held, criterion: str, at: str | None) -> None:
        if held is self._held:
            self.saved.emit(criterion, at or "")

    def _failed(self, held: _Held, criterion: str, error: UserFacingError) -> None:
        if held is self._held:
            self.failed.emit(criterion, error)
        else:
            self.refused.emit(error)
