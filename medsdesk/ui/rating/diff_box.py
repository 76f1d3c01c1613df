"""One text in which what was taken out is struck through and what was put in underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor

from medsdesk.ui.results.reading_box import colours_of, part_format
from medsdesk.ui.widgets.text_box import AnswerBox

if TYPE_CHECKING:
    from medsdesk.services.word_diff import TextDiff


class DiffBox(AnswerBox):
    """Shows both sides of a comparison in one reading order.

    Args:
        name: For a screen reader.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, lines=4)

    def show_diff(self, diff: TextDiff) -> None:
        """Show a comparison; line and colour say the same."""
        colours = colours_of(self.palette())
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        plain = QTextCharFormat()
        for part in diff.parts:
            cursor.insertText(part.text, part_format(part, colours) or plain)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)
