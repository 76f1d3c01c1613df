"""Runs the draft, shows the answer as it comes, and says how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import AnswerNotSavedError, PromptTooLongError, UserFacingError
from medsdesk.ui.bridge.runner import Runner
from medsdesk.ui.workbench.answer_view import from_result

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile
    from medsdesk.services.evaluate import Preview, RunResult
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.workbench.answer_panel import AnswerPanel
    from medsdesk.ui.workbench.draft_control import DraftControl
    from medsdesk.ui.workbench.run_panel import RunPanel


class RunControl(QObject):
    """Between the run panel, the runner and the answer panel.

    Signals:
        started: A run began; the answer before is off the screen.
        answered: An ``AnswerView`` of a finished answer.
        refused: A UserFacingError to show.
        previewed: A ``Prompt`` to show.
        state_changed: What can be pressed is another.
    """

    started = Signal()
    answered = Signal(object)
    refused = Signal(object)
    previewed = Signal(object)
    state_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        preferences: Preferences,
        drafts: DraftControl,
        panels: tuple[RunPanel, AnswerPanel],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preferences = preferences
        self._drafts = drafts
        self._panel, self._answer = panels
        self._model: ModelFile | None = None
        self.runner = Runner(desk, self)
        self._connect()

    def _connect(self) -> None:
        runner = self.runner
        runner.loading.connect(lambda: self._answer.show_progress("Loading the model…"))
        runner.reading.connect(self._reading)
        runner.piece.connect(self._answer.add_piece)
        runner.saved.connect(lambda: self._answer.show_progress("Saved, scoring…"))
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        runner.changed.connect(self.show_state)
        self._drafts.changed.connect(self.show_state)
        self._panel.run_wanted.connect(self.run)
        self._panel.stop_wanted.connect(self.stop)
        self._panel.preview_wanted.connect(self.preview)

    @property
    def can_run(self) -> bool:
        """Whether Run may be pressed."""
        return not self.runner.running and not self._drafts.draft.missing

    def run(self) -> None:
        """Start the draft."""
        request = self._drafts.draft.request(self._preferences.value)
        if request is None or not self.can_run:
            return
        self._model = request.model
        self.started.emit()
        self._answer.begin("Waiting for the model…")
        self._drafts.counter.forgive()
        self.runner.start(request)

    def stop(self) -> None:
        """Stop the run; what has come is kept."""
        self.runner.stop()
        self._drafts.counter.stop()
        if self.runner.running:
            self._answer.show_progress("Stopping…", "warn")

    def preview(self) -> None:
        """Ask for the exact messages."""
        request = self._drafts.draft.request(self._preferences.value)
        if request is None:
            missing = self._drafts.draft.lacking
            self.refused.emit(UserFacingError("There is no prompt to show yet.", missing))
            return

        def work(_: object) -> Preview:
            from medsdesk.services.evaluate import preview

            return preview(self._desk.engine, request, count=False)

        self._desk.short.submit(work, lambda found: self.previewed.emit(found.prompt))

    def show_state(self) -> None:
        """Show what can be pressed, and what to do next."""
        running, draft = self.runner.running, self._drafts.draft
        hint = "" if running else draft.missing
        self._panel.show_state(
            hint, running=running, stopping=self.runner.stopping, ready=not draft.missing
        )
        self.state_changed.emit()

    def _reading(self, tokens: int, context: int) -> None:
        if not self.runner.stopping:
            self._answer.show_progress("Writing…")
        if tokens and context:  # a server may tell neither
            room = max(0, context - self._preferences.value.max_new_tokens)
            self._drafts.take_count(tokens, room)

    def _finished(self, result: RunResult) -> None:
        if self._model is None:
            return
        view = from_result(result, self._model)
        self._answer.show_answer(view)
        if result.output.completion.finish_reason == "died":
            self.refused.emit(
                UserFacingError(
                    "The engine ended in the middle of the answer.",
                    "What had come is kept, marked incomplete. Press Run to try again.",
                )
            )
        self.answered.emit(view)

    def _failed(self, error: UserFacingError) -> None:
        if isinstance(error, AnswerNotSavedError):
            self._answer.show_progress("Not saved", "danger")  # the text is all there is of it
        else:
            self._answer.clear()
        if isinstance(error, PromptTooLongError) and error.prompt_tokens:
            self._drafts.take_count(error.prompt_tokens, error.room)
        self.refused.emit(error)
