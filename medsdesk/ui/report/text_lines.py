"""A text broken into lines of a width, which can be drawn a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout, QTextOption

from medsdesk.services.report_words import legible

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice, QPainter, QTextLine

_LEADING = 1.15  # of a line's own height
_LINE_END = "\u2028"  # the only end of a line that QTextLayout knows


class TextLines:
    """A text in lines.

    Args:
        text: What is written; its line ends are kept.
        font: Its font.
        width: In points of the device; what is too long for it breaks anywhere.
        device: Where it will be drawn, for the size of the font.
        right: Whether it stands at the right.
        bold: How many characters from the first are bold.
    """

    def __init__(
        self,
        text: str,
        font: QFont,
        width: float,
        device: QPagedPaintDevice,
        *,
        right: bool = False,
        bold: int = 0,
    ) -> None:
        self._layout = QTextLayout(legible(text).replace("\n", _LINE_END), font, device)
        option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        if bold:
            self._layout.setFormats([_bold(bold)])
        self._lines: list[QTextLine] = []
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, 0))
            self._lines.append(line)
        self._layout.endLayout()

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def line_height(self) -> float:
        """The height of one line, the highest of them; some scripts need more than others."""
        return max((line.height() for line in self._lines), default=0.0) * _LEADING

    def draw(self, painter: QPainter, at: QPointF, first: int = 0, many: int | None = None) -> None:
        """Draw some lines, the first of them at a place."""
        last = len(self._lines) if many is None else first + many
        for place, line in enumerate(self._lines[first:last]):
            line.draw(painter, at + QPointF(0, place * self.line_height))


def _bold(length: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = 0, length
    heavy = QTextCharFormat()
    heavy.setFontWeight(QFont.Weight.Bold)
    made.format = heavy
    return made
