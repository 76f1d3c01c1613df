"""A text to read: laid in only as far as it can be read at once, and with differences marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from medsdesk.ui.colours import CONTRAST, DARK, LIGHT
from medsdesk.ui.theme import TINY
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy
from medsdesk.ui.widgets.text_box import AnswerBox

if TYPE_CHECKING:
    from medsdesk.services.word_diff import DiffPart
    from medsdesk.ui.colours import Colours

AT_ONCE = 20_000
"""Characters laid in at first; the layout of ten times as many would be felt."""


class ReadingBox(QWidget):
    """A title and a read-only text below it; of a very long one the rest comes when asked for.

    Args:
        title: Above the text, with its mnemonic.
        lines: Least lines to show.
    """

    def __init__(self, title: str, lines: int = 3) -> None:
        super().__init__()
        self.box = AnswerBox(title.replace("&", ""), lines)
        # Its least height is what it asks for; more comes from the room there is.
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._title = buddy(title, self.box, "strong")
        self.more = button("Show all of the text", self._show_all, "quiet")
        self.more.hide()
        self._parts: Sequence[_Part] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TINY)
        layout.addWidget(self._title)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.more)

    @property
    def text(self) -> str:
        """The text that is laid in."""
        return self.box.text

    def set_title(self, title: str) -> None:
        """Name the text otherwise."""
        self._title.setText(title)
        self.box.setAccessibleName(title)

    def show_text(self, text: str, empty: str = "") -> None:
        """Show a text; ``empty`` stands in the place of one that is blank."""
        self.box.setPlaceholderText(empty)
        self._show([(text, None)], AT_ONCE)

    def show_parts(self, parts: Sequence[DiffPart]) -> None:
        """Show one side of a comparison: what only it has is underlined, or struck through.

        Line and colour say it both, for those who do not see the one or the other.
        """
        colours = colours_of(self.palette())
        self.box.setPlaceholderText("(empty)")
        self._show([(part.text, part_format(part, colours)) for part in parts], AT_ONCE)

    def _show(self, parts: Sequence[_Part], most: int) -> None:
        self._parts = parts
        self.box.clear()
        cursor = QTextCursor(self.box.document())
        plain, left = QTextCharFormat(), most
        cursor.beginEditBlock()
        for text, form in parts:
            if left > 0:
                cursor.insertText(text[:left], form if form is not None else plain)
            left -= len(text)
        cursor.endEditBlock()
        self.box.moveCursor(QTextCursor.MoveOperation.Start)
        self.more.setVisible(left < 0)
        self.more.setText(
            f"The first {most:,} characters are shown. Show all {most - left:,} of them"
        )

    def _show_all(self) -> None:
        self._show(self._parts, sum(len(text) for text, _ in self._parts))
        self.box.setFocus()


def colours_of(palette: QPalette) -> Colours:
    """Return the theme's colours by what the palette writes on."""
    base = palette.color(QPalette.ColorRole.Base).name()
    return next((known for known in (LIGHT, DARK, CONTRAST) if known.surface == base), LIGHT)


_Part = tuple[str, QTextCharFormat | None]


def part_format(part: DiffPart, colours: Colours) -> QTextCharFormat | None:
    """Return how a part of a comparison is written; None for what both sides have."""
    if part.kind == "same":
        return None
    form = QTextCharFormat()
    if part.kind == "first":
        form.setFontStrikeOut(True)
        form.setForeground(QColor(colours.danger))
        form.setBackground(QColor(colours.danger_back))
    else:
        form.setFontUnderline(True)
        form.setForeground(QColor(colours.good))
        form.setBackground(QColor(colours.good_back))
    return form
