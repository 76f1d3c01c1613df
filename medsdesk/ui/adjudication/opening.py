"""Opens the window of disagreements, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.adjudication.window import AdjudicationWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.bridge.desk import Desk


class Adjudicating(QObject):
    """Holds the window for a page.

    Args:
        desk: Job threads.
        page: The page that it is opened from.

    Signals:
        closed: The window was closed; everything is saved.
    """

    closed = Signal()

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self.window: AdjudicationWindow | None = None

    def open(self, study_id: str, adjudicator: str) -> None:
        """Open the window for a study, in place of one that is open."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
        self.window = AdjudicationWindow(self._desk, adjudicator, self._page.window())
        self.window.closed.connect(self.closed)
        self.window.open(study_id)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> bool:
        """Close the window, where it is open; return whether it did."""
        return self.window is None or self.window.close()
