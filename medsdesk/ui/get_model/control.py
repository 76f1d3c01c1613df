"""Between the dialog for a model and the services that list, ask and fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from medsdesk.ui.bridge.fetching import Fetching

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.catalogue import Licence
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.download_models import ModelAsked, ModelDownloaded, ModelRequest
    from medsdesk.services.list_catalogue import CatalogueEntry
    from medsdesk.store.workspace import Workspace


class GetModelControl(Fetching):
    """Lists the catalogue, asks what has to be known, and fetches a model.

    Signals:
        listed: The entries of the catalogue, as a tuple; nothing was contacted for it.
        asked: Id of a model and its ``ModelAsked``; nothing was contacted for it.
        forbidden: Id of a model and why it may not be fetched; a UserFacingError.
    """

    listed = Signal(object)
    asked = Signal(str, object)
    forbidden = Signal(str, object)

    def ask_catalogue(self) -> None:
        """Ask for the catalogue."""

        def work(ws: Workspace) -> tuple[CatalogueEntry, ...]:
            from medsdesk.services.list_catalogue import list_catalogue

            return list_catalogue(ws)

        self._desk.short.submit(work, self.listed.emit, self.refused.emit)

    def ask(self, name: str) -> None:
        """Ask what has to be known before a model is fetched; after settings are stored."""

        def work(ws: Workspace) -> ModelAsked:
            from medsdesk.services.download_models import ask_first

            return ask_first(ws, name)

        def refused(error: UserFacingError) -> None:
            self.forbidden.emit(name, error)

        self._desk.short.submit(work, lambda asked: self.asked.emit(name, asked), refused)

    def start(self, request: ModelRequest, accepting: Licence | None) -> None:
        """Fetch a model, after noting that its licence was accepted just now, if it was."""

        def work(ws: Workspace, token: CancelToken) -> ModelDownloaded:
            from medsdesk.services.download_models import accept, download_model

            if accepting is not None:
                accept(ws, accepting)
            return download_model(ws, request, self._on_event, token)

        self._job.start(work)
