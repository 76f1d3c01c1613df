"""The framed surface on which a part of a page stands."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM


def card(inner: QWidget) -> QFrame:
    """Return a card around a widget."""
    made = QFrame()
    made.setObjectName("card")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    layout.addWidget(inner)
    return made
