"""Between the dialog for a download and the service that fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from medsdesk.ui.bridge.fetching import Fetching

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.hub.download import DownloadResult
    from medsdesk.services.download_tasks import Asked, DownloadRequest
    from medsdesk.store.workspace import Workspace


class DownloadControl(Fetching):
    """Asks what may be fetched, and fetches it.

    Signals:
        asked: An ``Asked``; nothing was contacted for it.
        forbidden: Why the network may not be used; a UserFacingError.
    """

    asked = Signal(object)
    forbidden = Signal(object)

    def ask(self) -> None:
        """Ask whether the network may be used, and what there is; after settings are stored."""
        directory = self._desk.directory

        def work(_: Workspace) -> Asked:
            from medsdesk.services.download_tasks import ask_first

            return ask_first(directory)

        self._desk.short.submit(work, self.asked.emit, self.forbidden.emit)

    def start(self, request: DownloadRequest) -> None:
        """Fetch what is missing."""

        def work(_: Workspace, token: CancelToken) -> DownloadResult:
            from medsdesk.services.download_tasks import download_tasks

            return download_tasks(request, self._on_event, token)

        self._job.start(work)
