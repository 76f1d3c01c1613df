"""The two text fields: one to write clinical text in, one to read an answer in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from medsdesk.ui.shortcuts import DEEDS

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent

_OURS = frozenset(QKeySequence(key).toString() for deed in DEEDS.values() for key in deed.keys)


class TextBox(QPlainTextEdit):
    """A plain text field; Tab leaves it, and the window's shortcuts work inside it.

    Args:
        name: For a screen reader.
        lines: Least lines to show.
    """

    def __init__(self, name: str, lines: int = 3) -> None:
        super().__init__()
        self._lines = lines
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self._fit()

    @property
    def text(self) -> str:
        """The whole text."""
        return self.toPlainText()

    def replace(self, text: str) -> None:
        """Put another text in; the old one comes back with Undo."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def event(self, event: QEvent) -> bool:
        """Leave the window's own shortcuts to the window; on some systems they edit text."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            pressed = QKeySequence(event.keyCombination()).toString()
            if pressed in _OURS:
                event.ignore()
                return False
        return super().event(event)

    def set_lines(self, lines: int) -> None:
        """Show at least so many lines."""
        self._lines = lines
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the least number of lines when the text size changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        self.setMinimumHeight(self._lines * self.fontMetrics().lineSpacing() + frame)


class AnswerBox(TextBox):
    """A text that is only appended to; it can be selected and walked through by keyboard."""

    def __init__(self, name: str, lines: int = 6) -> None:
        super().__init__(name, lines)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def append(self, piece: str) -> None:
        """Add to the end; what is selected stays so, and the view follows if it was at the end."""
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - self.fontMetrics().lineSpacing()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)
        if at_end:
            bar.setValue(bar.maximum())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the text cursor, so that the keyboard can walk through a text that is read-only."""
        super().focusInEvent(event)
        self.setCursorWidth(2)
