"""A table as rows that fit a page's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from medsdesk.ui.report.pieces import Piece
from medsdesk.ui.report.text_lines import TextLines

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPagedPaintDevice, QPainter

    from medsdesk.services.report_document import Grid

_SOFT, _LINE = QColor("#eeeeee"), QColor("#999999")
_MOST = 0.6  # of the width that one unbroken word may claim
_SHORT = 14  # letters of a head above numbers that stays on one line
_SMALL = 0.4  # of the page that a table may take and still stay whole


@dataclass(frozen=True, slots=True)
class Room:
    """Where tables stand.

    Attributes:
        width: Of the page.
        height: Of the page: no row is higher.
        font: Of cells.
        strong: Of heads.
        device: The paper.
        gap: Beside the text of a cell.
        above: Above and below it.
    """

    width: float
    height: float
    font: QFont
    strong: QFont
    device: QPagedPaintDevice
    gap: float
    above: float


def grid_pieces(grid: Grid, room: Room) -> Iterator[Piece]:
    """Yield the head of a table and its rows; rows that are too high come in parts.

    A small table stays on one page.
    """
    widths = column_widths(grid, room)
    numbers = [column.number for column in grid.columns]
    names = [column.name for column in grid.columns]
    head = _Row(names, widths, numbers, room, is_head=True)
    [drawn] = head.pieces(None)
    rows = [piece for row in grid.rows for piece in _Row(row, widths, numbers, room).pieces(drawn)]
    yield drawn
    small = sum(row.height for row in rows) <= _SMALL * room.height
    for place, row in enumerate(rows, start=1):
        yield replace(row, keep=small and place < len(rows))


def column_widths(grid: Grid, room: Room) -> list[float]:
    """Return the widths of columns, which fill the page and never more.

    Each has what its longest cell takes, where all fit. Else numbers stay on one line and words
    whole, as far as there is room, and the rest goes to the columns that lack most.
    """
    wide, words = zip(
        *(_measured(grid, place, room) for place in range(len(grid.columns))), strict=True
    )
    whole = [
        wide[place] if column.number else words[place] for place, column in enumerate(grid.columns)
    ]
    for least, wanted in ((wide, wide), (whole, wide), (words, whole)):
        left, lacking = room.width - sum(least), sum(wanted) - sum(least)
        if left >= 0:
            share = [w - n if lacking else n for w, n in zip(wanted, least, strict=True)]
            return [n + left * s / sum(share) for n, s in zip(least, share, strict=True)]
    return [each * room.width / sum(words) for each in words]


def _measured(grid: Grid, place: int, room: Room) -> tuple[float, float]:
    """Return how wide the cells of a column are, and how wide their longest word is."""
    cell, head = (QFontMetricsF(font, room.device) for font in (room.font, room.strong))
    column, most = grid.columns[place], _MOST * room.width
    cells = dict.fromkeys(row[place] for row in grid.rows)
    words = dict.fromkeys(word for text in cells for word in text.split())
    # A short head above numbers stays on one line.
    short = column.number and len(column.name) <= _SHORT
    heads = [column.name] if short else column.name.split()
    of_head = [*map(head.horizontalAdvance, heads), 0.0]
    wide = max(*map(cell.horizontalAdvance, cells), *of_head)
    word = max(*map(cell.horizontalAdvance, words), *of_head)
    edges = 3 * room.gap
    return wide + edges, min(word, most) + edges


class _Row:
    """A row, whose cells are broken into lines when it is measured and again when it is drawn.

    Nothing but the words is kept between the two: a report may have many thousand rows.
    """

    def __init__(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        numbers: Sequence[bool],
        room: Room,
        *,
        is_head: bool = False,
    ) -> None:
        self._cells, self._widths, self._numbers = cells, widths, numbers
        self._room, self._is_head = room, is_head
        lines = self._lines()
        self._step = max(each.line_height for each in lines)
        self._many = max(len(each) for each in lines)

    def pieces(self, head: Piece | None) -> Iterator[Piece]:
        """Yield the row, in parts where a page cannot hold it."""
        above = head.height if head else 0.0
        at_most = max(1, int((self._room.height - above - 2 * self._room.above) / self._step))
        for first in range(0, max(1, self._many), at_most):
            many = min(at_most, self._many - first) if not self._is_head else self._many
            yield Piece(
                height=many * self._step + 2 * self._room.above,
                draw=partial(self._draw, first=first, many=many),
                keep=self._is_head,
                head=head,
            )
            if self._is_head:
                return

    def _lines(self) -> list[TextLines]:
        room = self._room
        font = room.strong if self._is_head else room.font
        return [
            TextLines(cell, font, width - 2 * room.gap, room.device, right=number)
            for cell, width, number in zip(self._cells, self._widths, self._numbers, strict=True)
        ]

    def _draw(self, painter: QPainter, y: float, *, first: int, many: int) -> None:
        room, x = self._room, 0.0
        bottom = y + many * self._step + 2 * room.above
        if self._is_head:
            painter.fillRect(QRectF(0, y, room.width, bottom - y), _SOFT)
        for lines, width in zip(self._lines(), self._widths, strict=True):
            lines.draw(painter, QPointF(x + room.gap, y + room.above), first, many)
            x += width
        painter.save()
        painter.setPen(QPen(_LINE, room.gap / 8))
        painter.drawLine(QLineF(0, bottom, room.width, bottom))
        painter.restore()
