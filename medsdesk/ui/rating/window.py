"""The window in which one rater rates the items of one study, and nothing else is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.ui.bridge.study_desk import StudyDesk
from medsdesk.ui.closing import ask_close_unsaved
from medsdesk.ui.rating.control import RatingControl

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from medsdesk.ui.bridge.desk import Desk

_LEAST, _USUAL = (1024, 700), (1440, 900)


class RatingWindow(QWidget):
    """A window of its own, so that no page that names a model is part of it.

    Args:
        desk: Job threads.
        parent: The window of the pages.

    Signals:
        closed: The window was closed; everything is saved.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("page")
        self.setWindowTitle("Rating")
        self.setMinimumSize(*_LEAST)
        self.resize(*_USUAL)
        self.session = StudyDesk(desk, self)
        self.control = RatingControl(self.session, self)
        self.screen_parts = self.control.screen
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.screen_parts)
        self.session.told.connect(self._tell)
        self.control.titled.connect(lambda study: self.setWindowTitle(f"Rating: {study}"))

    def open(self, study_id: str, rater: str) -> None:
        """Let a rater go on with a study."""
        self.session.open(study_id, rater)

    def _tell(self, notice: str, instructions: str) -> None:
        """Say what raters are told first; a clock that was set back comes before it."""
        if notice or instructions:
            first, then = (notice, instructions) if notice else ("Instructions", instructions)
            self.screen_parts.messages.tell(first, then, "warn" if notice else "plain")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the keys that no part of the screen wanted."""
        if self.control.keys.takes(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Count rating time only while the window has the keyboard."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.screen_parts.covered:
            (self.session.resume if self.isActiveWindow() else self.session.pause)()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what is being typed, then close."""
        self.control.flush()
        if self.control.state.failed and not ask_close_unsaved(self):
            event.ignore()
            return
        self.session.close()
        super().closeEvent(event)
        self.closed.emit()
