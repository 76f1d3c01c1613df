"""Writes the corrected answers of a locked study for the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.studies.words import corrected_words
from medsdesk.ui.widgets.files import ask_folder

if TYPE_CHECKING:
    from medsdesk.services.study_status import StudyStatus
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.studies.page import StudiesPage


class Corrections(QObject):
    """Between the button and the service.

    Args:
        desk: Job threads.
        page: The page.

    Signals:
        told: A sentence about what was written, and where.
        refused: A UserFacingError.
    """

    told = Signal(str, str)
    refused = Signal(object)

    def __init__(self, desk: Desk, page: StudiesPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page

    def ask(self) -> None:
        """Ask for the folder that the corrected answers of the chosen study are written to."""
        study = self._page.chosen
        if study is None:
            return
        folder = ask_folder(self._page, "Folder for the corrected answers")
        if folder is not None:
            self.export(study, folder)

    def export(self, study: StudyStatus, folder: Path) -> None:
        """Write the corrected answers of a locked study, a task file for each task."""
        actor = self._page.control.actor

        def work(ws: Workspace) -> tuple[str, str]:
            from medsdesk.services.export_corrected import export_corrected

            return corrected_words(export_corrected(ws, study.id, folder, actor))

        self._desk.short.submit(work, lambda told: self.told.emit(*told), self.refused.emit)
