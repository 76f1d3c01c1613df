"""Makes a study of what its dialog asked for: on a thread of its own, to be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob
from medsdesk.ui.studies.words import created_words

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.create_study import CreatedStudy, StudyRequest
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.studies.control import StudiesControl
    from medsdesk.ui.studies.create_dialog import CreateDialog


class Creating(QObject):
    """Between the dialog and the service; what came of it is told by the control.

    Args:
        desk: Job threads.
        control: Of the page.
    """

    def __init__(self, desk: Desk, control: StudiesControl) -> None:
        super().__init__(control)
        self._desk = desk
        self._control = control
        self.dialog: CreateDialog | None = None
        self._progress = Latest(self)
        self._progress.arrived.connect(self._show_progress)
        self._job = LongJob(desk, desk.long, self._progress, self)
        self._job.done.connect(self._created)
        self._job.refused.connect(self._not_created)
        self._job.stopped.connect(lambda _: self._stopped())

    def ask(self) -> None:
        """Ask what the new study is made of."""
        from medsdesk.ui.studies.create_dialog import CreateDialog

        self.dialog = CreateDialog(self._desk, self._control.rater, self._control.page)
        self.dialog.made.connect(self.create)
        self.dialog.stop_wanted.connect(self._job.stop)
        self.dialog.open()

    def create(self, request: StudyRequest) -> None:
        """Make a study; its dialog stays until it is made."""
        actor = self._control.actor

        def work(ws: Workspace, cancel: CancelToken) -> CreatedStudy:
            from medsdesk.services.create_study import create_study

            return create_study(
                ws, request, actor, cancel, lambda done, of: self._progress.put((done, of))
            )

        self._job.start(work)

    def _show_progress(self, progress: tuple[int, int]) -> None:
        if self.dialog is not None:
            self.dialog.show_progress(*progress)

    def _created(self, made: CreatedStudy) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._control.told.emit(*created_words(made))
        self._control.refresh(made.id)

    def _not_created(self, error: UserFacingError) -> None:
        if self.dialog is not None:
            self.dialog.show_refusal(error)
        else:
            self._control.refused.emit(error)

    def _stopped(self) -> None:
        if self.dialog is not None:
            self.dialog.show_stopped()
