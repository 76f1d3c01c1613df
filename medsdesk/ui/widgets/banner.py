"""The banner that stays while the demonstration model is in use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout

from medsdesk.ui.theme import MEDIUM, TINY
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

DEMO_NOTICE = (
    "Demonstration model. This is a small general model, not a medical model: its answers only "
    "show how MedsDesk works."
)


class DemoBanner(QFrame):
    """Says that the model is no medical model, and where to get one in."""

    def __init__(self, add_model: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setProperty("tone", "warn")
        words = label(DEMO_NOTICE, wrap=True)
        words.setProperty("tone", "warn")
        self.setAccessibleName("Demonstration")
        self.setAccessibleDescription(DEMO_NOTICE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MEDIUM, TINY, TINY, TINY)
        layout.addWidget(words, 1)
        layout.addWidget(button("Add a medical model…", add_model, "quiet"))
        self.hide()
