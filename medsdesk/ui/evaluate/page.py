"""The page Evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences


class EvaluatePage(QWidget):
    """Evaluations: what to run, how, and how far it is.

    Args:
        desk: Job threads and engine.
        preferences: The settings.
    """

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self._desk = desk
        self._preferences = preferences

    def refresh(self) -> None:
        """Show what is stored now; called whenever the page is shown."""
