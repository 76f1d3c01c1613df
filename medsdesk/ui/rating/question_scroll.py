"""The part of the rating form that is scrolled: questions, comment, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.ui.rating.still_scroll import StillScroll
from medsdesk.ui.theme import SMALL, TINY

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

_LINES = 6


class QuestionScroll(StillScroll):
    """A column of which as much is shown at once as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._most = 0
        questions = QWidget()
        questions.setObjectName("clear")
        self.column = QVBoxLayout(questions)
        self.column.setContentsMargins(0, 0, SMALL, 0)
        self.column.setSpacing(TINY)
        self.setWidget(questions)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def take(self, part: QWidget) -> None:
        """Show a part at the end, above the room that is left."""
        self.column.insertWidget(self.column.count() - 1, part)

    def show_within(self, most: int) -> None:
        """Show everything at once, if it is no taller than so many pixels."""
        self._most = most
        self.fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for everything at the new width."""
        super().resizeEvent(event)
        self.fit_height()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep room for everything once it has its place."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.fit_height)

    def fit_height(self) -> None:
        """Ask for some lines at the least, and for all that is wanted at once."""
        least = _LINES * self.fontMetrics().lineSpacing()
        needed = self.column.totalHeightForWidth(self.width())
        self.setMinimumHeight(max(least, min(needed, self._most)))
