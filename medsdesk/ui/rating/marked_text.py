"""A text to read and to mark in: marked stretches are tinted and underlined, each numbered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from medsdesk.ui.colours import AA_TEXT, contrast
from medsdesk.ui.rating.code_points import CodePoints, covered_twice, spread
from medsdesk.ui.results.reading_box import colours_of
from medsdesk.ui.widgets.reading_text import ReadingText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from medsdesk.ui.colours import Colours

_LANE = 3  # pixels between underlines that lie below each other
_MOST_LANES = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A marked stretch as it is drawn.

    Attributes:
        number: Of the mark in the list, from 1.
        start: First character, in code points.
        end: One past the last.
        hue: Which of the tints it has; the same for the same type.
        dotted: Whether its line is dotted, for what is minor.
        current: Whether it is the mark that is looked at.
    """

    number: int
    start: int
    end: int
    hue: int
    dotted: bool = False
    current: bool = False


def tint(colours: Colours, hue: int) -> tuple[QColor, QColor]:
    """Return line and background of a type of mark."""
    pairs = (
        (colours.danger, colours.danger_back),
        (colours.accent, colours.soft),
        (colours.warn, colours.warn_back),
        (colours.good, colours.good_back),
        (colours.quiet, colours.raised),
    )
    line, back = pairs[hue % len(pairs)]
    return QColor(line), QColor(back)


class MarkedText(ReadingText):
    """Shows one text; counts places in code points.

    Args:
        name: For a screen reader.
        lines: Least lines to show.

    Signals:
        entered: It got the keyboard.
        chosen: A stretch was chosen with the mouse.
        moved: The cursor stands elsewhere.
    """

    entered = Signal()
    chosen = Signal()
    moved = Signal()

    def __init__(self, name: str, lines: int = 4) -> None:
        super().__init__(name, lines)
        self.takes: Callable[[QKeyEvent], bool] | None = None
        """Asked first about each key; says whether the key was meant for it."""
        self.text_sha256 = ""
        self._points = CodePoints("")
        self._stretches: tuple[Stretch, ...] = ()
        self._gutter = _Gutter(self)
        self.cursorPositionChanged.connect(self.moved)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._gutter.update())

    @property
    def cursor_place(self) -> int:
        """Where the cursor stands, in code points."""
        return self._points.to_text(self.textCursor().position())

    @property
    def selection(self) -> tuple[int, int]:
        """Begin and end of what is selected, in code points; two equal places for nothing."""
        cursor = self.textCursor()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        return self._points.to_text(begin), self._points.to_text(end)

    def show_text(self, text: str) -> None:
        """Show a text from its beginning, with nothing marked; the same text is left alone."""
        if text == self.given:
            return
        self._points = CodePoints(text)
        self.text_sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        self._stretches = ()
        self.setExtraSelections([])
        self.put(text)

    def show_stretches(self, stretches: Sequence[Stretch]) -> None:
        """Draw marked stretches in place of those drawn before."""
        if tuple(stretches) == self._stretches:
            return
        self._stretches = tuple(stretches)
        self._tint()
        self._gutter.fit(shown=bool(stretches))
        self.viewport().update()

    def select(self, begin: int, end: int) -> None:
        """Select a stretch and bring it into view."""
        cursor = self.textCursor()
        cursor.setPosition(self._points.to_document(begin))
        cursor.setPosition(self._points.to_document(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def event(self, event: QEvent) -> bool:
        """Leave Tab to the screen first, which Qt would take before all other keys."""
        tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            taken = self.takes is not None and event.key() in tabs and self.takes(event)
            if taken:
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the screen; those it does not want walk through the text."""
        if self.takes is not None and self.takes(event):
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it got the keyboard."""
        super().focusInEvent(event)
        self.entered.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell that something was chosen."""
        super().mouseReleaseEvent(event)
        if self.textCursor().hasSelection():
            self.chosen.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines under marked stretches, one below the other where these overlap."""
        super().paintEvent(event)
        if not self._stretches:
            return
        painter = QPainter(self.viewport())
        painter.setClipRect(event.rect())
        colours = colours_of(self.palette())
        lanes = spread([(s.start, s.end) for s in self._stretches])
        for stretch, lane in zip(self._stretches, lanes, strict=True):
            self._underline(painter, stretch, min(lane, _MOST_LANES - 1), colours)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margin with the numbers beside the text."""
        super().resizeEvent(event)
        self._gutter.fit(shown=bool(self._stretches))

    def changeEvent(self, event: QEvent) -> None:
        """Tint anew in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._stretches:
            self._tint()

    def starts(self) -> list[tuple[float, list[int]]]:
        """Return the bottom of each line in view on which marks begin, and their numbers."""
        found: dict[float, list[int]] = {}
        for stretch in self._stretches:
            pieces = self._pieces(stretch)
            if pieces:
                found.setdefault(pieces[0][2], []).append(stretch.number)
        return sorted(found.items())

    def _tint(self) -> None:
        colours = colours_of(self.palette())
        spans = [(s.start, s.end, tint(colours, s.hue)[1]) for s in self._stretches]
        readable = contrast(colours.text, colours.line) >= AA_TEXT
        deep = QColor(colours.line if readable else colours.raised)
        spans += [(b, e, deep) for b, e in covered_twice([(b, e) for b, e, _ in spans])]
        made = []
        for begin, end, back in spans:
            selection = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            form.setBackground(back)
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._points.to_document(begin))
            cursor.setPosition(self._points.to_document(end), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, form
            made.append(selection)
        self.setExtraSelections(made)

    def _underline(self, painter: QPainter, stretch: Stretch, lane: int, colours: Colours) -> None:
        width = 3 if stretch.current else 2
        style = Qt.PenStyle.DotLine if stretch.dotted else Qt.PenStyle.SolidLine
        painter.setPen(QPen(tint(colours, stretch.hue)[0], width, style))
        for left, right, bottom in self._pieces(stretch):
            y = bottom + _LANE * lane
            painter.drawLine(QPointF(left, y), QPointF(right, y))

    def _pieces(self, stretch: Stretch) -> list[tuple[float, float, float]]:
        """Return left, right and bottom of each line's part of a stretch that can be seen."""
        begin = self._points.to_document(stretch.start)
        end = self._points.to_document(stretch.end)
        found = []
        for block, corner in self.seen_blocks():
            low, high = begin - block.position(), end - block.position()
            if high <= 0 or low >= block.length():
                continue
            layout = block.layout()
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                first, last = line.textStart(), line.textStart() + line.textLength()
                if low >= last or high <= first:
                    continue
                left, right = line.cursorToX(max(low, first)), line.cursorToX(min(high, last))
                x1, x2 = _number(left) + corner.x(), _number(right) + corner.x()
                found.append((x1, x2, corner.y() + line.y() + line.height()))
        return found


class _Gutter(QWidget):
    """The margin left of a text in which the numbers of its marks stand."""

    def __init__(self, box: MarkedText) -> None:
        super().__init__(box)
        self._box = box
        self.hide()

    def fit(self, *, shown: bool) -> None:
        """Take the room for two numbers beside the text, or none where nothing is marked."""
        width = self.fontMetrics().horizontalAdvance("88 88") + 6 if shown else 0
        self._box.setViewportMargins(width, 0, 0, 0)
        seen = self._box.viewport().geometry()
        self.setGeometry(QRect(seen.left() - width, seen.top(), width, seen.height()))
        self.setVisible(shown)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the numbers beside the lines on which the marks begin."""
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        height = self.fontMetrics().height()
        for bottom, numbers in self._box.starts():
            words = " ".join(map(str, numbers[:2])) + ("…" if len(numbers) > 2 else "")
            where = QRect(2, round(bottom) - height, self.width() - 4, height)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


def _number(found: object) -> float:
    """Return the place across, which Qt gives together with the place in the text."""
    return float(found[0] if isinstance(found, tuple) else str(found))
