"""The framed surface on which a part of a page stands, and a place in which it scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM


def card(inner: QWidget) -> QFrame:
    """Return a card around a widget."""
    made = QFrame()
    made.setObjectName("card")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    layout.addWidget(inner)
    return made


def scrolling(content: QWidget) -> QScrollArea:
    """Return a place that scrolls where a small window with large text is too small for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
