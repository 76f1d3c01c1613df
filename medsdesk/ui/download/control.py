"""Between the dialog for a download and the service that fetches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.ui.bridge.latest import Latest

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.hub.download import DownloadResult
    from medsdesk.hub.events import DownloadEvent
    from medsdesk.services.download_tasks import Asked, DownloadRequest
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


class DownloadControl(QObject):
    """Asks what may be fetched, and fetches it.

    A download has a thread of its own: it may take hours, and neither a run nor a count nor a
    list of files of the window has to wait behind it.

    Signals:
        asked: An ``Asked``; nothing was contacted for it.
        forbidden: Why the network may not be used; a UserFacingError.
        happened: An event of the download, all but ``Progress``.
        progressed: ``Progress``, at most ten times a second.
        ended: A ``DownloadResult``, also of one that was stopped.
        stopped: It was stopped before anything came.
        refused: A UserFacingError; what has come is kept.
    """

    asked = Signal(object)
    forbidden = Signal(object)
    happened = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    stopped = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._token: CancelToken | None = None
        self._latest = Latest(self)
        self._latest.arrived.connect(self.progressed)

    @property
    def busy(self) -> bool:
        """Whether something is being fetched."""
        return self._token is not None

    def ask(self) -> None:
        """Ask whether the network may be used, and what there is; after settings are stored."""
        directory = self._desk.directory

        def work(_: Workspace) -> Asked:
            from medsdesk.services.download_tasks import ask_first

            return ask_first(directory)

        self._desk.short.submit(work, self.asked.emit, self.forbidden.emit)

    def start(self, request: DownloadRequest) -> None:
        """Fetch what is missing."""
        if self.busy:
            return
        self._token = token = self._desk.new_token()
        self._latest.start()

        def work(_: Workspace) -> DownloadResult:
            from medsdesk.services.download_tasks import download_tasks

            if token.cancelled:
                raise CancelledError
            return download_tasks(request, self._on_event, token)

        self._desk.downloads.submit(work, self._done, partial(self._not_done, token))

    def stop(self) -> None:
        """Stop between two pieces; what has come is kept."""
        if self._token is not None:
            self._token.cancel()

    def _on_event(self, event: DownloadEvent) -> None:
        """Pass on an event; called on the job thread."""
        from medsdesk.hub.events import Progress

        if isinstance(event, Progress):
            self._latest.put(event)
        else:
            self.happened.emit(event)

    def _done(self, result: DownloadResult) -> None:
        self._end()
        self.ended.emit(result)

    def _not_done(self, token: CancelToken, error: UserFacingError) -> None:
        self._end()
        if token.cancelled:
            self.stopped.emit()
        else:
            self.refused.emit(error)

    def _end(self) -> None:
        self._latest.stop()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None
