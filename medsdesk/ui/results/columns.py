"""Two parts side by side, or one below the other where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

# Width in average characters below which table and item do not fit side by side.
_WIDE_CHARS = 124


class Columns(QSplitter):
    """A list and what is chosen from it; the user's own division is kept.

    Args:
        listing: On the left or above.
        shown: On the right or below; it scrolls.
    """

    def __init__(self, listing: QWidget, shown: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._moved = False
        self.setChildrenCollapsible(False)
        self.setHandleWidth(SMALL)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(card(shown))
        self.addWidget(card(listing))
        self.addWidget(scroll)
        self.splitterMoved.connect(self._keep_sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between side by side and one below the other for the width there is."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE_CHARS * self.fontMetrics().averageCharWidth()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self._moved = False
        if not self._moved:
            whole, share = (self.width(), 0.46) if wide else (self.height(), 0.38)
            self.setSizes([round(whole * share), round(whole * (1 - share))])

    def _keep_sizes(self) -> None:
        self._moved = True


def card(inner: QWidget) -> QFrame:
    """Return a frame around a part of a page."""
    made = QFrame()
    made.setObjectName("card")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    layout.addWidget(inner)
    return made
