"""Starts a run on the long-jobs thread and tells how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from medsdesk.ui.bridge.feed import Feed
from medsdesk.ui.bridge.long_job import LongJob

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.evaluate import RunEvent, RunRequest, RunResult
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


class Runner(QObject):
    """One run at a time.

    Signals:
        loading: The model is being loaded.
        reading: The model reads the prompt; its tokens and the context size.
        piece: A ``Piece`` of the answer.
        saved: The answer is committed.
        finished: The ``RunResult``.
        failed: The run was refused or stopped before there was anything; a UserFacingError.
        changed: ``running`` or ``stopping`` changed.
    """

    loading = Signal()
    reading = Signal(int, int)
    piece = Signal(object)
    saved = Signal()
    finished = Signal(object)
    failed = Signal(object)
    changed = Signal()
    _event = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._feed = Feed(self)
        self._feed.arrived.connect(self.piece)
        self._job = LongJob(desk, desk.long, self._feed, self)
        self._job.done.connect(self.finished)
        self._job.stopped.connect(self.failed)
        self._job.refused.connect(self.failed)
        self._job.changed.connect(self.changed)
        self._event.connect(self._tell)

    @property
    def running(self) -> bool:
        """Whether a run was started and has not ended."""
        return self._job.busy

    @property
    def stopping(self) -> bool:
        """Whether the run was told to stop and has not ended."""
        return self._job.stopping

    def start(self, request: RunRequest) -> None:
        """Start a run; the one before must have ended."""

        def work(ws: Workspace, token: CancelToken) -> RunResult:
            from medsdesk.services.evaluate import run_once

            return run_once(ws, self._desk.engine, request, self._on_event, token)

        self._job.start(work)

    def stop(self) -> None:
        """Ask the run to stop; what has come is kept."""
        self._job.stop()

    def _on_event(self, event: RunEvent) -> None:
        """Pass on an event; called on the job thread."""
        from medsdesk.services.evaluate import Streaming

        if isinstance(event, Streaming):
            self._feed.put(event.update)
        else:
            self._event.emit(event)

    @Slot(object)
    def _tell(self, event: RunEvent) -> None:
        from medsdesk.services.evaluate import Loading, Saved, Started

        if isinstance(event, Loading):
            self.loading.emit()
        elif isinstance(event, Started):
            self.reading.emit(event.prompt_tokens, event.context)
        elif isinstance(event, Saved):
            self.saved.emit()
