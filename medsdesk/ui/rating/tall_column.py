"""A column of parts whose lines wrap, which is never squeezed below what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class TallColumn(QWidget):
    """Asks for the height that its parts need at its width.

    A layout asks for its least height without saying at which width, and then gives lines that
    wrap what they need at the width they have: the part beside them would lie under them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SMALL)

    def event(self, event: QEvent) -> bool:
        """Ask anew where a part needs more or less."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask anew at another width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        least = self.column.totalHeightForWidth(self.width())
        least = max(least, self.column.totalMinimumSize().height())
        if self.minimumHeight() != least:
            self.setMinimumHeight(least)
