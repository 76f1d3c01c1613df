"""Between the Models page and the services that convert, quantise and compare models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob
from medsdesk.ui.command_words import in_window
from medsdesk.ui.making import words
from medsdesk.ui.models.progress_row import FileProgress

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.made_model import Fidelity
    from medsdesk.core.model import ModelFile
    from medsdesk.services.convert_model import ConvertedModel
    from medsdesk.services.making_events import Progress
    from medsdesk.services.offer_forms import FormsOffered
    from medsdesk.services.quantise_model import QuantisedModel
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.making.convert_dialog import ConvertDialog
    from medsdesk.ui.making.cost_dialog import CostDialog
    from medsdesk.ui.making.quantise_dialog import QuantiseDialog
    from medsdesk.ui.models.page import ModelsPage


class MakingControl(QObject):
    """Asks what is to be made, makes it on a thread of its own, and tells how it went.

    Signals:
        made: The ``ModelFile`` that is on the list now.
        measured: What a form costs was kept.
        changed: ``busy`` changed.
    """

    made = Signal(object)
    measured = Signal()
    changed = Signal()

    def __init__(self, desk: Desk, preferences: Preferences, page: ModelsPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._preferences = preferences
        self._page = page
        self._models: tuple[ModelFile, ...] = ()
        self.convert_dialog: ConvertDialog | None = None
        self.quantise_dialog: QuantiseDialog | None = None
        self.cost_dialog: CostDialog | None = None
        self._latest = Latest(self)
        self._latest.arrived.connect(page.show_progress)
        self._job = LongJob(desk, desk.makings, self._latest, self)
        self._job.done.connect(self._done)
        self._job.stopped.connect(
            lambda _: page.end_progress("Stopped; nothing of it was kept.", "plain")
        )
        self._job.refused.connect(self._not_done)
        self._job.changed.connect(self.changed)
        page.cancel_wanted.connect(self.cancel)
        page.convert_wanted.connect(self.ask_convert)
        page.quantise_wanted.connect(self.ask_quantise)
        page.cost_wanted.connect(self.ask_cost)

    @property
    def busy(self) -> bool:
        """Whether a model is being made or measured."""
        return self._job.busy

    def keep_models(self, models: tuple[ModelFile, ...]) -> None:
        """Know the models that are on the list."""
        self._models = models

    def ask_convert(self) -> None:
        """Let the user choose a checkpoint; what was given before stands there again."""
        from medsdesk.services.copy_model import models_folder
        from medsdesk.ui.making.convert_dialog import ConvertDialog

        if self.convert_dialog is None:
            self.convert_dialog = ConvertDialog(self._page, models_folder(self._desk.directory))
            self.convert_dialog.chosen.connect(self.convert)
        self.convert_dialog.show()

    def convert(self, folder: Path, out: Path, kind: str) -> None:
        """Make a GGUF file of a checkpoint."""

        def work(ws: Workspace, token: CancelToken) -> ConvertedModel:
            from medsdesk.services.convert_model import ConvertRequest, convert_model
            from medsdesk.services.copy_model import models_folder

            models_folder(ws.directory).mkdir(exist_ok=True)
            request = ConvertRequest(folder, out, kind)
            return convert_model(ws, request, partial(self._tell, out.name), token)

        self._start(f"Looking at {folder.name}", work)

    def ask_quantise(self, model_id: str) -> None:
        """Say which smaller forms of a model there are, and let the user choose one."""
        model = self._model(model_id)
        if model is None:
            return
        chosen = self._preferences.value
        self._page.say(f"Looking at {model.name} and at the memory that is free…", "plain")

        def work(ws: Workspace) -> FormsOffered:
            from medsdesk.core.model import LoadConfig
            from medsdesk.services.offer_forms import offer_forms

            config = LoadConfig(model.path, chosen.context, threads=chosen.threads)
            return offer_forms(ws, self._desk.engine, model, config)

        self._desk.browse.submit(work, self._show_forms, self._refused)

    def quantise(self, model: ModelFile, kind: str, out: Path, *, again: bool) -> None:
        """Make a smaller form of a model."""
        name = f"{model.name} as {kind}"

        def work(ws: Workspace, token: CancelToken) -> QuantisedModel:
            from medsdesk.services.quantise_model import QuantiseRequest, quantise_model

            request = QuantiseRequest(model, kind, out, again)
            return quantise_model(ws, request, partial(self._tell, name), token)

        self._start(f"Quantising {name}", work)

    def ask_cost(self, model_id: str) -> None:
        """Let the user choose what a model is compared with."""
        model = self._model(model_id)
        if model is None:
            return

        def work(ws: Workspace) -> tuple[ModelFile, ...]:
            from medsdesk.services.measure_fidelity import references

            return references(ws, model)

        self._desk.short.submit(work, partial(self._show_references, model), self._refused)

    def measure(self, model: ModelFile, reference: ModelFile) -> None:
        """Compare a form of a model with a better one."""

        def work(ws: Workspace, token: CancelToken) -> Fidelity:
            from medsdesk.services.measure_fidelity import measure_fidelity

            return measure_fidelity(ws, model, reference, partial(self._tell, model.name), token)

        self._start(f"Reading the test passages with {model.name}", work)

    def cancel(self) -> None:
        """Stop what is being made or measured; nothing of it stays."""
        if self._job.busy:
            self._page.show_stopping()
            self._job.stop()

    def _model(self, model_id: str) -> ModelFile | None:
        return next((model for model in self._models if model.id == model_id), None)

    def _show_forms(self, offered: FormsOffered) -> None:
        from medsdesk.ui.making.quantise_dialog import QuantiseDialog

        self._page.say("", "plain")
        if self.quantise_dialog is not None:
            self.quantise_dialog.deleteLater()
        self.quantise_dialog = QuantiseDialog(self._page, offered)
        self.quantise_dialog.chosen.connect(
            lambda kind, out, again: self.quantise(offered.source, kind, out, again=again)
        )
        self.quantise_dialog.show()

    def _show_references(self, model: ModelFile, found: tuple[ModelFile, ...]) -> None:
        from medsdesk.ui.making.cost_dialog import CostDialog

        if not found:
            self._page.say(
                f"There is no other form of {model.name} on the list to compare it with. Add the "
                "same model in F16, or the best form at hand.",
                "warn",
            )
            return
        if self.cost_dialog is not None:
            self.cost_dialog.deleteLater()
        self.cost_dialog = CostDialog(self._page, model, found)
        self.cost_dialog.chosen.connect(partial(self.measure, model))
        self.cost_dialog.show()

    def _start(self, doing: str, work: Callable[[Workspace, CancelToken], object]) -> None:
        if self._job.busy:
            return
        self._page.show_progress(FileProgress(doing))
        self._job.start(work)

    def _tell(self, name: str, at: Progress) -> None:
        """Pass on how far it is; called on the job thread."""
        self._latest.put(words.stage(name, at))

    def _done(self, result: object) -> None:
        from medsdesk.core.made_model import Fidelity
        from medsdesk.services.convert_model import ConvertedModel
        from medsdesk.services.quantise_model import QuantisedModel

        if isinstance(result, Fidelity):
            self._page.end_progress(words.cost_words(result), "good")
            self.measured.emit()
        elif isinstance(result, ConvertedModel):
            self._page.end_progress(words.converted(result), "good")
            self.made.emit(result.model)
        elif isinstance(result, QuantisedModel):
            self._page.end_progress(words.quantised(result), "good")
            self.made.emit(result.model)

    def _not_done(self, error: UserFacingError) -> None:
        self._page.end_progress(in_window(f"{error.message} {error.hint}"))

    def _refused(self, error: UserFacingError) -> None:
        self._page.say(in_window(f"{error.message} {error.hint}"))
