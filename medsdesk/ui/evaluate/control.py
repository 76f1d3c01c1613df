"""Between the three steps of the page, the services and the evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import UserFacingError
from medsdesk.services.evaluation_orders import Choices, orders, standard_choices
from medsdesk.services.evaluation_outline import missing, outline
from medsdesk.services.find_evaluations import Standing, standing
from medsdesk.services.remember_evaluation import Chosen, recall, remember
from medsdesk.services.watch_evaluation import EvaluationView
from medsdesk.ui.bridge.evaluator import Evaluator
from medsdesk.ui.evaluate.progress_words import ended
from medsdesk.ui.evaluate.resuming import Resuming
from medsdesk.ui.workbench.run_panel import default_index

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.services.evaluate_tasks import Resumption
    from medsdesk.services.evaluation_orders import Order
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.evaluate.file_control import FileControl
    from medsdesk.ui.evaluate.how_panel import HowPanel
    from medsdesk.ui.evaluate.open_panel import OpenPanel

RUNNING = "An evaluation is running; the next one can start when it has ended."
LOOKING = "The files are still being looked at."


@dataclass(frozen=True, slots=True)
class _Found:
    """What is stored, and what was chosen last where that is not known yet."""

    standing: Standing
    chosen: Chosen | None


class EvaluateControl(QObject):
    """Starts, resumes and shows evaluations.

    Signals:
        refused: A UserFacingError to show.
        told: Message, hint and tone of what went well.
        viewed: An ``EvaluationView`` to show; None for none.
        changed: What runs, or what can be started, is another.
    """

    refused = Signal(object)
    told = Signal(str, str, str)
    viewed = Signal(object)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        preferences: Preferences,
        files: FileControl,
        panels: tuple[HowPanel, OpenPanel],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preferences = preferences
        self._files = files
        self._how, self._open = panels
        self._standing: Standing | None = None
        self._kept: Chosen | None = None
        self._held = ""
        self.view: EvaluationView | None = None
        self.evaluator = Evaluator(desk, self)
        self.resuming = Resuming(desk, parent)
        self._connect()

    def _connect(self) -> None:
        self._files.changed.connect(self._edited)
        self._how.changed.connect(self._edited)
        self._how.start_wanted.connect(self.start)
        resuming = self.resuming
        resuming.ready.connect(self._begin)
        resuming.dropped.connect(self.refresh)
        self._open.go_on_wanted.connect(resuming.go_on)
        self._open.retry_wanted.connect(lambda row: resuming.retry(row.run_id))
        self._open.drop_wanted.connect(resuming.drop)
        evaluator = self.evaluator
        evaluator.viewed.connect(self._show)
        evaluator.ended.connect(self._ended)
        evaluator.failed.connect(self._failed)
        evaluator.changed.connect(self._changed)

    @property
    def ready(self) -> bool:
        """Whether Start may be pressed."""
        return self._standing is not None and not self._hint()

    def refresh(self) -> None:
        """Ask for models and evaluations again; the first time also for what was chosen last."""
        first = self._kept is None

        def work(ws: Workspace) -> _Found:
            return _Found(standing(ws), recall(ws) if first else None)

        self._desk.short.submit(work, self._found)

    def hold(self, why: str) -> None:
        """Let nothing be started, for a reason in one sentence; empty to let it."""
        if why != self._held:
            self._held = why
            self.show_state()

    def start(self) -> None:
        """Begin an evaluation of what is ticked, one for each model."""
        if not self.ready:
            return
        paths = [file.path for file in self._files.ticked]
        self._begin(orders(paths, self._choices()))

    def close_view(self) -> None:
        """Show what is open in place of an evaluation that has ended."""
        if not self.evaluator.running:
            self.view = None
            self.viewed.emit(None)
            self.refresh()

    def show_state(self) -> None:
        """Show what will happen, or what is missing."""
        if self._standing is None:
            return
        hint = self._hint()
        words = outline(self._files.ticked, self._choices(), self._standing.paces)
        self._how.show_state(hint or words, ready=not hint)
        self.changed.emit()

    def _choices(self) -> Choices:
        return replace(self._how.choices(), skip_faulty=self._files.skip_faulty)

    def _hint(self) -> str:
        if self.evaluator.running:
            return RUNNING
        if self._files.busy:
            return LOOKING
        listed = len(self._files.paths)
        return missing(self._files.ticked, self._choices(), listed=listed) or self._held

    def _found(self, found: _Found) -> None:
        self._standing = found.standing
        models = found.standing.models
        self._how.models.show_models(models)
        names = {model.id: model.name for model in models}
        self._open.show_open(found.standing.evaluations, found.standing.orders, names)
        if found.chosen is not None and self._kept is None:
            self._kept = found.chosen
            choices = found.chosen.choices or self._standard()
            self._how.show_choices(choices)
            self._files.skip_faulty = choices.skip_faulty
            paths, left_out = found.chosen.files, found.chosen.left_out
            self._files.add([Path(path) for path in paths], [Path(path) for path in left_out])
        self.show_state()

    def _standard(self) -> Choices:
        """Return the settings' choices, with the model that the Workbench would use."""
        settings, models = self._preferences.value, self._standing.models if self._standing else ()
        index = default_index(models, settings.model_id)
        chosen = (models[index].id,) if index >= 0 else ()
        return replace(standard_choices(settings), models=chosen)

    def _edited(self) -> None:
        """Keep what is chosen now for the next time."""
        self.show_state()
        if self._kept is None:
            return
        chosen = Chosen(
            files=tuple(str(path) for path in self._files.paths),
            left_out=tuple(str(path) for path in self._files.left_out),
            choices=self._choices(),
        )
        if chosen != self._kept:
            self._kept = chosen
            self._desk.short.submit(lambda ws: remember(ws, chosen))

    def _begin(self, steps: Sequence[Order | Resumption]) -> None:
        if self._held and not self.evaluator.running:
            self.refused.emit(UserFacingError("No evaluation can start now.", self._held))
            return
        if steps and not self.evaluator.running:
            self._show(EvaluationView())
            self.evaluator.start(steps, self._preferences.value)

    def _show(self, view: EvaluationView) -> None:
        self.view = view
        self.viewed.emit(view)

    def _ended(self, view: EvaluationView) -> None:
        self._show(view)
        if view.stopped and not self.evaluator.stopping:
            self.refused.emit(UserFacingError(view.stopped[0], " ".join(view.stopped[1:])))
            return
        message, hint = ended(view)
        self.told.emit(message, hint, "warn" if hint else "good")

    def _failed(self, error: UserFacingError) -> None:
        if self.view is not None and self.view.run_id and self.view.stage != "ended":
            hint = f"{error.hint} Everything answered so far is kept; go on at any time."
            error = UserFacingError(error.message, hint)
        self.refused.emit(error)

    def _changed(self) -> None:
        if not self.evaluator.running:
            if self.view is not None and self.view.stage != "ended":
                self.view = None
                self.viewed.emit(None)
            self.refresh()
        if self.view is not None:
            self.viewed.emit(self.view)
        self.show_state()
