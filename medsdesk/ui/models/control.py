"""Adds, removes and chooses models for the Models page and tells the rest of the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.widgets.files import MODEL_FILES, ask_open
from medsdesk.ui.workbench.run_panel import default_index

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.model import ModelFile
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.models.page import ModelsPage


class ModelsControl(QObject):
    """Between the Models page and the services.

    Signals:
        listed: The models, as a tuple.
    """

    listed = Signal(object)
    _progress = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, page: ModelsPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._preferences = preferences
        self._page = page
        self._models: tuple[ModelFile, ...] = ()
        self._token: CancelToken | None = None
        self._progress.connect(self._show_progress)
        page.add_wanted.connect(self.ask)
        page.cancel_wanted.connect(self.cancel)
        page.remove_wanted.connect(self.remove)
        page.choose_wanted.connect(self.choose)
        preferences.changed.connect(lambda _: self._show())

    def refresh(self) -> None:
        """Ask for the models again."""

        def work(ws: Workspace) -> tuple[ModelFile, ...]:
            from medsdesk.services.model_files import list_models

            return list_models(ws)

        self._desk.short.submit(work, self._listed, self._refused)

    def ask(self) -> None:
        """Let the user choose a file, then add it."""
        path = ask_open(self._page, "Add a model", MODEL_FILES)
        if path is not None:
            self.add(path)

    def add(self, path: Path) -> None:
        """Add a model file, telling how far its fingerprint is."""
        if self._token is not None:
            return
        token = self._token = self._desk.new_token()
        self._page.show_progress(path.name, 0, 0)

        def work(ws: Workspace) -> ModelFile:
            from medsdesk.services.model_files import add_model

            return add_model(ws, path, lambda *done: self._progress.emit((path.name, *done)), token)

        self._desk.long.submit(work, self._added, self._not_added)

    def cancel(self) -> None:
        """Stop adding."""
        if self._token is not None:
            self._token.cancel()

    def remove(self, model_id: str) -> None:
        """Take a model off the list; its file stays."""

        def work(ws: Workspace) -> None:
            from medsdesk.services.model_files import forget_model

            forget_model(ws, model_id)

        self._desk.short.submit(work, lambda _: self.refresh(), self._refused)

    def choose(self, model_id: str) -> None:
        """Use a model from now on."""
        self._preferences.change(replace(self._preferences.value, model_id=model_id))

    @Slot(object)
    def _show_progress(self, at: tuple[str, int, int]) -> None:
        if self._token is not None:
            self._page.show_progress(*at)

    def _added(self, model: ModelFile) -> None:
        self._drop_token()
        self._page.end_progress()
        # Whoever adds a model means to use it.
        self.choose(model.id)
        self.refresh()

    def _not_added(self, error: UserFacingError) -> None:
        stopped = self._token is not None and self._token.cancelled
        self._drop_token()
        self._page.end_progress("" if stopped else f"{error.message} {error.hint}")

    def _drop_token(self) -> None:
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None

    def _listed(self, models: tuple[ModelFile, ...]) -> None:
        self._models = models
        self._show()
        self.listed.emit(models)

    def _show(self) -> None:
        self._page.show_models(self._models, self._default())

    def _default(self) -> str:
        """Return the model in use, by the same rule as the Workbench."""
        index = default_index(self._models, self._preferences.value.model_id)
        return self._models[index].id if index >= 0 else ""

    def _refused(self, error: UserFacingError) -> None:
        self._page.show_problem(f"{error.message} {error.hint}")
