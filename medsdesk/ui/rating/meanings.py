"""What the points of the current question mean, in a place that is as tall for every question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


class Meanings(QLabel):
    """A text that changes with the question, so that nothing moves when it does.

    Args:
        texts: All texts that will be shown.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName("Meaning of the points")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the longest text at the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the longest text at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def fit(self) -> None:
        """Be as tall as the longest text."""
        room = self.contentsRect().adjusted(0, 0, 0, 100_000)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        measure = self.fontMetrics()
        heights = [measure.boundingRect(room, flags, text).height() for text in self._texts]
        self.setMinimumHeight(max(heights, default=0) + measure.descent())
