"""A read-only text set with room between its lines, for what is read with care."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from medsdesk.ui.theme import SMALL

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QTextBlock

_LINE_HEIGHT = 135  # percent; marks of a rater are drawn into the room between two lines


class ReadingText(QTextEdit):
    """A text that can be selected and walked through by keyboard; Tab leaves it.

    Args:
        name: For a screen reader.
        lines: Least lines to show.
    """

    def __init__(self, name: str, lines: int = 4) -> None:
        super().__init__()
        self._lines = lines
        self.given = ""
        """The text as it was given, line ends and all."""
        self.setObjectName("reading")
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(SMALL)
        self.document().setUndoRedoEnabled(False)
        self._fit()

    def put(self, text: str) -> None:
        """Show a text from its beginning."""
        self.given = text
        spaced = QTextBlockFormat()
        kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        spaced.setLineHeight(_LINE_HEIGHT, kind)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()  # so that a long text is laid out once
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockFormat(spaced)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def seen_blocks(self) -> list[tuple[QTextBlock, QPointF]]:
        """Return the paragraphs in view with their top left corners in it."""
        layout = self.document().documentLayout()
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        block = self.cursorForPosition(self.viewport().rect().topLeft()).block()
        found = []
        while block.isValid():
            corner = layout.blockBoundingRect(block).topLeft() - QPointF(left, top)
            if corner.y() > self.viewport().height():
                break
            found.append((block, corner))
            block = block.next()
        return found

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the text cursor, so that the keyboard can walk through the text."""
        super().focusInEvent(event)
        self.setCursorWidth(2)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the least number of lines when the text size changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        line = self.fontMetrics().lineSpacing() * _LINE_HEIGHT / 100
        self.setMinimumHeight(round(self._lines * line) + frame)
