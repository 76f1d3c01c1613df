"""One job at a time that can be stopped, and how it came to its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.jobs import Jobs


class News(Protocol):
    """What carries the news of a job to the window while it runs."""

    def start(self) -> None:
        """Begin anew."""

    def stop(self) -> None:
        """Tell the last news and rest."""


class LongJob(QObject):
    """Holds the token of a job while it runs, so that closing the desk stops it too.

    Args:
        desk: Where the token comes from.
        jobs: The thread the job is done on.
        news: Started with the job and stopped before its end is told.
        parent: Owns this.

    Signals:
        done: What came of it.
        stopped: It was told to stop and left nothing; a UserFacingError that says so.
        refused: Why it could not be done; a UserFacingError.
        changed: ``busy`` or ``stopping`` changed; at an end, after how it ended was told.
    """

    done = Signal(object)
    stopped = Signal(object)
    refused = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, jobs: Jobs, news: News, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._jobs = jobs
        self._news = news
        self._token: CancelToken | None = None

    @property
    def busy(self) -> bool:
        """Whether it was started and has not ended."""
        return self._token is not None

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop and has not ended."""
        return self._token is not None and self._token.cancelled

    def start(self, work: Callable[[Workspace, CancelToken], object]) -> None:
        """Do a job; nothing happens while the one before runs."""
        if self._token is not None:
            return
        self._token = token = self._desk.new_token()
        self._news.start()
        self._jobs.submit(
            partial(_unless_stopped, work, token), self._done, partial(self._not_done, token)
        )
        self.changed.emit()

    def stop(self) -> None:
        """Ask the job to stop."""
        if self._token is not None and not self._token.cancelled:
            self._token.cancel()
            self.changed.emit()

    def _done(self, result: object) -> None:
        self._end()
        self.done.emit(result)
        self.changed.emit()

    def _not_done(self, token: CancelToken, error: UserFacingError) -> None:
        self._end()
        (self.stopped if token.cancelled else self.refused).emit(error)
        self.changed.emit()

    def _end(self) -> None:
        self._news.stop()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None


def _unless_stopped(
    work: Callable[[Workspace, CancelToken], object], token: CancelToken, ws: Workspace
) -> object:
    """Do the work, unless it was stopped while it waited; called on the job thread."""
    if token.cancelled:
        raise CancelledError
    return work(ws, token)
