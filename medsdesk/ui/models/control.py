"""Adds, checks, removes and chooses models for the Models page and tells the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from medsdesk.core.identity import utc_now
from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob
from medsdesk.ui.command_words import in_window
from medsdesk.ui.making.control import MakingControl
from medsdesk.ui.models.progress_row import FileProgress
from medsdesk.ui.models.server_adding import ServerAdding
from medsdesk.ui.models.words import ModelRow, fit_words, outcome
from medsdesk.ui.workbench.run_panel import default_index

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.model import ModelFile
    from medsdesk.services.fit_model import ModelFit
    from medsdesk.services.remove_model import Removed
    from medsdesk.services.verify_models import Checking, Verified
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.get_model.dialog import GetModelDialog
    from medsdesk.ui.models.add_dialog import AddDialog
    from medsdesk.ui.models.page import ModelsPage


class ModelsControl(QObject):
    """Between the Models page and the services.

    Signals:
        listed: The models, as a tuple.
    """

    listed = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, page: ModelsPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._preferences = preferences
        self._page = page
        self._rows: tuple[ModelRow, ...] = ()
        self._checked: dict[str, str] = {}  # when, by id
        self._select = ""  # id of a model that is to be selected as soon as it is listed
        self.add_dialog: AddDialog | None = None
        self.get_dialog: GetModelDialog | None = None
        latest = Latest(self)
        latest.arrived.connect(page.show_progress)
        self._latest = latest
        self._job = LongJob(desk, desk.long, latest, self)
        self._job.done.connect(self._done)
        self._job.stopped.connect(lambda _: page.end_progress())
        self._job.refused.connect(self._not_done)
        page.get_wanted.connect(self.get)
        page.add_wanted.connect(self.ask)
        page.cancel_wanted.connect(self.cancel)
        page.check_wanted.connect(self.check)
        page.fit_wanted.connect(self.fit)
        page.remove_wanted.connect(self.remove)
        page.choose_wanted.connect(self.choose)
        self.making = MakingControl(desk, preferences, page)
        self.making.made.connect(self._came)
        self.making.measured.connect(self.refresh)
        self.listed.connect(self.making.keep_models)
        preferences.changed.connect(lambda _: self._show())
        self.servers = ServerAdding(desk, preferences, page)
        self.servers.came.connect(self._came)

    def refresh(self) -> None:
        """Ask for the models again."""

        def work(ws: Workspace) -> tuple[ModelRow, ...]:
            from medsdesk.services.model_files import list_models
            from medsdesk.services.verify_models import file_state
            from medsdesk.store.fidelities import list_fidelities

            return tuple(
                ModelRow(model, file_state(model), costs=list_fidelities(ws, model.sha256))
                for model in list_models(ws)
            )

        self._desk.short.submit(work, self._listed, self._refused)
        self.servers.look()

    def get(self) -> None:
        """Show the catalogue; a dialog that is open comes to the front."""
        from medsdesk.ui.get_model.dialog import GetModelDialog

        if self.get_dialog is not None and self.get_dialog.isVisible():
            self.get_dialog.raise_()
            self.get_dialog.activateWindow()
            return
        if self.get_dialog is not None:
            self.get_dialog.deleteLater()
        self.get_dialog = GetModelDialog(self._desk, self._page)
        self.get_dialog.came.connect(self._came)
        self.get_dialog.show()

    def ask(self) -> None:
        """Let the user choose a file and how it is kept, then add it."""
        from medsdesk.services.copy_model import models_folder
        from medsdesk.ui.models.add_dialog import AddDialog

        if self.add_dialog is not None:
            self.add_dialog.deleteLater()
        self.add_dialog = AddDialog(self._page, models_folder(self._desk.directory))
        self.add_dialog.chosen.connect(lambda path, copy: self.add(path, copy=copy))
        self.add_dialog.show()

    def add(self, path: Path, *, copy: bool = False) -> None:
        """Add a model file, telling how far its fingerprint or its copy is."""
        doing = f"Copying {path.name}" if copy else f"Reading {path.name}"

        def work(ws: Workspace, token: CancelToken) -> ModelFile:
            from medsdesk.services import copy_model, model_files

            add = copy_model.copy_model if copy else model_files.add_model
            return add(ws, path, partial(self._tell, doing), token)

        self._start(doing, work)

    def check(self, model_id: str) -> None:
        """Read the file of a model whole and say whether it is still the same."""
        model = next((row.model for row in self._rows if row.model.id == model_id), None)
        if model is None:
            return
        doing = f"Checking {model.name}"

        def on_checking(at: Checking) -> None:
            self._tell(doing, at.done, at.of)

        def work(ws: Workspace, token: CancelToken) -> Verified:
            from medsdesk.services.verify_models import verify_models

            return verify_models(ws, (model,), on_checking, token)[0]

        self._start(doing, work)

    def fit(self, model_id: str) -> None:
        """Say whether a model fits into the memory that is free now, with the settings chosen."""
        model = next((row.model for row in self._rows if row.model.id == model_id), None)
        if model is None:
            return
        chosen = self._preferences.value
        self._page.say(f"Looking at {model.name} and at the memory that is free…", "plain")

        def work(ws: Workspace) -> ModelFit:
            from medsdesk.core.model import LoadConfig
            from medsdesk.services.fit_model import fit_model
            from medsdesk.services.measure_fidelity import kv_cost

            config = LoadConfig(
                model.path,
                chosen.context,
                chosen.gpu_layers,
                threads=chosen.threads,
                kv_cache=chosen.kv_cache,
                flash_attention=chosen.flash_attention,
            )
            fit, cost = fit_model(self._desk.engine, config), kv_cost(ws, model, config.kv_cache)
            return replace(fit, notes=(*fit.notes, cost)) if cost else fit

        def show(fit: ModelFit) -> None:
            self._page.say(*fit_words(model, fit))

        self._desk.browse.submit(work, show, self._refused)

    def cancel(self) -> None:
        """Stop what is being read or copied."""
        if self._job.busy:
            self._page.show_stopping()
            self._job.stop()

    def remove(self, model_id: str) -> None:
        """Take a model off the list; what becomes of a file put there by MedsDesk is asked."""
        model = next((row.model for row in self._rows if row.model.id == model_id), None)
        if model is None:
            return
        delete = False
        if model.keeping != "referenced":
            from medsdesk.ui.models.questions import ask_removal

            answer = ask_removal(self._page, model)
            if answer is None:
                return
            delete = answer == "delete"

        def work(ws: Workspace) -> Removed:
            from medsdesk.services.remove_model import remove_model

            return remove_model(ws, model_id, delete_file=delete)

        self._desk.short.submit(work, self._removed, self._refused)

    def choose(self, model_id: str) -> None:
        """Use a model from now on."""
        self._preferences.change(replace(self._preferences.value, model_id=model_id))

    def _start(self, doing: str, work: Callable[[Workspace, CancelToken], object]) -> None:
        if self._job.busy:
            return
        self._page.show_progress(FileProgress(doing))
        self._job.start(work)

    def _tell(self, doing: str, done: int, of: int) -> None:
        """Pass on how far it is; called on the job thread."""
        self._latest.put(FileProgress(doing, done, of))

    def _done(self, result: object) -> None:
        from medsdesk.services.verify_models import Verified

        if isinstance(result, Verified):
            self._checked.pop(result.model.id, None)
            if result.outcome == "same":
                self._checked[result.model.id] = utc_now()
            self._page.end_progress(*outcome(result))
        else:
            model = cast("ModelFile", result)
            self._page.end_progress(f"{model.name} is on the list, and the default now.", "good")
            self._select = model.id
            self.choose(model.id)  # whoever adds a model means to use it
        self.refresh()

    def _came(self, model: ModelFile) -> None:
        """List what has come or was made; it is used only where there was but a demonstration.

        A model on a server is never used unasked: texts would leave this computer for it.
        """
        in_use = next((row.model for row in self._rows if row.model.id == self._default()), None)
        if model.server is None and (in_use is None or in_use.is_demo):
            self.choose(model.id)
        self._select = model.id
        self.refresh()

    def _not_done(self, error: UserFacingError) -> None:
        self._page.end_progress(in_window(f"{error.message} {error.hint}"))

    def _removed(self, removed: Removed) -> None:
        self._checked.pop(removed.model.id, None)
        file = "was deleted" if removed.file_deleted else "stays where it is"
        self._page.say(f"{removed.model.name} is off the list; its file {file}.", "plain")
        self.refresh()

    def _listed(self, rows: tuple[ModelRow, ...]) -> None:
        self._rows = tuple(
            replace(row, checked_at=self._checked.get(row.model.id, "")) for row in rows
        )
        self._show()
        self.listed.emit(tuple(row.model for row in rows))

    def _show(self) -> None:
        self._page.show_models(self._rows, self._default())
        if any(row.model.id == self._select for row in self._rows):
            self._page.select(self._select)
            self._select = ""

    def _default(self) -> str:
        """Return the model in use, by the same rule as the Workbench."""
        models = tuple(row.model for row in self._rows)
        index = default_index(models, self._preferences.value.model_id)
        return models[index].id if index >= 0 else ""

    def _refused(self, error: UserFacingError) -> None:
        self._page.say(in_window(f"{error.message} {error.hint}"))
