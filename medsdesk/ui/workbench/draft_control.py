"""Keeps the next run together: text, model, worked cases, and whether it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.counting import Counter
from medsdesk.ui.widgets.boxes import choose
from medsdesk.ui.workbench.draft import Draft
from medsdesk.ui.workbench.room import Choice, Room, choices, describe

if TYPE_CHECKING:
    from medsdesk.config.settings import Settings
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.model import ModelFile
    from medsdesk.services.evaluate import Preview
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.workbench.run_panel import RunPanel
    from medsdesk.ui.workbench.task_control import TaskControl
    from medsdesk.ui.workbench.text_panel import TextPanel


class DraftControl(QObject):
    """Between the text and run panels and the counter.

    Signals:
        changed: The draft is another.
    """

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        preferences: Preferences,
        panels: tuple[TextPanel, RunPanel],
        tasks: TaskControl,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._text, self._run = panels
        self._tasks = tasks
        self._cut_left = False
        self._room: Room | None = None
        self._state = ""
        self._held = ""
        self._asked = _asked(preferences.value)
        self._models: Sequence[ModelFile] = ()
        self.counter = Counter(desk, self)
        self.counter.counted.connect(self._counted)
        self.counter.failed.connect(self._not_counted)
        self._text.changed.connect(self._edited)
        self._text.choice_made.connect(self._choose)
        self._run.changed.connect(self._run_edited)
        tasks.chosen.connect(self._task_chosen)
        preferences.changed.connect(self._settings_changed)
        self._show_settings(preferences.value)

    @property
    def draft(self) -> Draft:
        """The next run as it stands."""
        return Draft(
            task=self._tasks.task,
            text=self._text.box.text,
            reference=self._text.reference.text,
            origin=self._text.origin,
            model=self._run.model,
            shots=self._run.shots.value(),
            cut_left=self._cut_left,
            held=self._held,
        )

    def hold(self, why: str) -> None:
        """Let nothing be loaded or counted, for a reason in one sentence; empty to go on."""
        if why == self._held:
            return
        self._held = why
        if why:
            self.counter.stop()
        self.recount()

    def show_models(self, models: Sequence[ModelFile]) -> None:
        """Offer these models."""
        self._models = models
        self._run.show_models(models, self._preferences.value.model_id)
        self.recount()

    def recount(self) -> None:
        """Ask for the count of the draft as it stands now."""
        self._room = None
        request = self.draft.request(self._preferences.value)
        if self._held:
            self.counter.ask(None)
            self._state = "tokens are not counted meanwhile"
        elif self.counter.ask(request):
            self._state = "counting tokens…"
        elif request is not None:
            self._state = "tokens are counted when the model is loaded"
        else:
            self._state = ""
        self._show()
        self.changed.emit()

    def take_count(self, tokens: int, room: int) -> None:
        """Use a count that a run found."""
        self._room = Room(tokens, room)
        self._show()

    def _counted(self, found: Preview) -> None:
        if found.prompt_tokens is not None and found.room is not None:
            self._room = Room(found.prompt_tokens, found.room)
            if not self._room.over:
                self._cut_left = False
        else:
            self._state = "the server counts the tokens when you press Run"
        self._show()

    def _not_counted(self, error: UserFacingError) -> None:
        self._state = f"tokens not counted: {error.message}"
        self._show()

    def _edited(self) -> None:
        self.recount()

    def _run_edited(self) -> None:
        model = self._run.model
        settings = replace(
            self._preferences.value,
            max_new_tokens=self._run.new_tokens.value(),
            template=self._run.wording.currentData(),
            model_id=model.id if model is not None else self._preferences.value.model_id,
        )
        self._preferences.change(settings)
        self.recount()

    def _settings_changed(self, settings: Settings) -> None:
        asked = _asked(settings)
        if asked == self._asked:
            return
        self._asked = asked
        self._show_settings(settings)
        model = self._run.model
        if model is not None and model.id != settings.model_id and settings.model_id:
            self._run.show_models(self._models, settings.model_id)
        self.counter.forgive()
        self.recount()

    def _show_settings(self, settings: Settings) -> None:
        self._run.set_quietly(new_tokens=settings.max_new_tokens)
        choose(self._run.wording, settings.template)

    def _task_chosen(self) -> None:
        task, chosen = self._tasks.task, self._preferences.value.shots
        if task is not None:
            self._run.set_quietly(shots=task.shots if chosen is None else chosen)
        self._cut_left = False
        self.recount()

    def _choose(self, choice: Choice) -> None:
        if choice.kind == "shots":
            self._run.shots.setValue(choice.value)
        elif choice.kind == "context":
            self._preferences.change(replace(self._preferences.value, context=choice.value))
        else:
            self._cut_left = bool(choice.value)
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        view = describe(len(self._text.box.text), self._room, self._state, cut_left=self._cut_left)
        self._text.show_room(view, self._offers())

    def _offers(self) -> Sequence[Choice]:
        model = self._run.model
        if self._room is None or model is None or not self._room.over:
            return ()
        if self._cut_left:
            return (Choice("cut", 0, "Do not cut"),)
        context = self._preferences.value.context
        if model.server is not None:  # it has its own context, and nothing is cut for it
            ways = choices(self._room, self._run.shots.value(), context, 0)
            return tuple(way for way in ways if way.kind != "cut")
        return choices(self._room, self._run.shots.value(), context, model.context_train)


def _asked(settings: Settings) -> tuple[object, ...]:
    """Return the settings that a prompt's count and a run depend on."""
    return (
        settings.model_id,
        settings.context,
        settings.max_new_tokens,
        settings.gpu_layers,
        settings.threads,
        settings.template,
    )
