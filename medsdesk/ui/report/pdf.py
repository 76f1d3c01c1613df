"""A report as a PDF file on A4, with a head on every table's page and numbered pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from medsdesk.core.errors import CancelledError
from medsdesk.core.picture import Picture
from medsdesk.services.report_document import Block, Bullets, Grid, Paragraph, Section
from medsdesk.ui.report.grid_pieces import Room, grid_pieces
from medsdesk.ui.report.pieces import Page, Piece, pages
from medsdesk.ui.report.text_lines import TextLines

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.report_document import ReportDocument

_DPI = 600
_MILLIMETRE = _DPI / 25.4
_MARGINS = QMarginsF(16, 16, 16, 14)  # millimetres
_FOOT = 9 * _MILLIMETRE
_BODY, _SMALL, _QUIET = 9.5, 7.5, QColor("#555555")
_INK, _WARM, _MARK = QColor("#000000"), QColor("#fff4e5"), QColor("#8a4b00")
_FEW_LINES = 5  # of notes that stay with the last row of their table
_HIGH = 0.48  # of the page: two pictures stand on one
_HEADS = {1: 18.0, 2: 13.5, 3: 11.0}
_FAMILIES = (
    "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans", "Noto Sans CJK SC",
    "Microsoft YaHei", "PingFang SC", "Yu Gothic", "Hiragino Sans",
)  # fmt: skip


def report_pdf(document: ReportDocument, cancel: CancelToken | None = None) -> bytes:
    """Return a report as a PDF file.

    Made of many short steps and of no window, so that it can be done on a job thread while the
    window goes on.

    Args:
        document: The report.
        cancel: Looked at for each block and each page.

    Raises:
        CancelledError: Stopped.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            _MARGINS,
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(document.title)
    writer.setCreator("MedsDesk")
    _Paper(writer, cancel).write(document)
    buffer.close()
    return bytes(data.data())


class _Paper:
    """The pages of one file."""

    def __init__(self, writer: QPdfWriter, cancel: CancelToken | None) -> None:
        self._writer, self._cancel = writer, cancel
        area = QRectF(writer.pageLayout().paintRectPixels(_DPI))
        self._width, self._height = area.width(), area.height() - _FOOT
        self._room = Room(
            self._width, self._height, _font(_SMALL), _font(_SMALL, bold=True), writer,
            1.2 * _MILLIMETRE, 0.8 * _MILLIMETRE,
        )  # fmt: skip

    def write(self, document: ReportDocument) -> None:
        """Lay the report out, then draw it page by page."""
        found = pages(list(self._document(document)), self._height)
        painter = QPainter(self._writer)
        try:
            for number, page in enumerate(found, start=1):
                if number > 1:
                    self._writer.newPage()
                self._draw(painter, page, document.title, f"{number} of {len(found)}")
        finally:
            painter.end()

    def _draw(self, painter: QPainter, page: Page, title: str, number: str) -> None:
        self._look()
        painter.setPen(_INK)
        for y, piece in page.pieces:
            piece.draw(painter, y)
        painter.setPen(_QUIET)
        font, y = _font(_SMALL), self._height + _FOOT / 2
        left = TextLines(title, font, self._width * 0.8, self._writer)
        left.draw(painter, QPointF(0, y), 0, 1)
        right = TextLines(number, font, self._width * 0.2, self._writer, right=True)
        right.draw(painter, QPointF(self._width * 0.8, y))

    def _look(self) -> None:
        if self._cancel is not None and self._cancel.cancelled:
            raise CancelledError

    # --- what is said ---

    def _document(self, document: ReportDocument) -> Iterator[Piece]:
        yield from self._head(document.title, 1)
        for line in document.about:
            yield from self._text(line, _font(_BODY), ink=_QUIET)
        if document.preliminary:
            yield from self._text(document.preliminary, _font(_BODY, bold=True), ink=_MARK)
        for section in document.sections:
            yield from self._section(section, 2)

    def _section(self, section: Section, level: int) -> Iterator[Piece]:
        yield from self._head(section.title, level)
        for block in section.blocks:
            self._look()
            yield from self._block(block)
        for part in section.parts:
            yield from self._section(part, level + 1)

    def _head(self, text: str, level: int) -> Iterator[Piece]:
        yield from self._text(
            text, _font(_HEADS.get(level, _BODY), bold=True), space=(7.5 - level) * _MILLIMETRE,
            keep=True,
        )  # fmt: skip

    def _block(self, block: Block) -> Iterator[Piece]:
        match block:
            case Paragraph():
                yield from self._paragraph(block)
            case Bullets():
                for place, item in enumerate(block.items, start=1):
                    mark = f"{place}." if block.numbered else "\u2022"
                    yield from self._text(item, _font(_BODY), mark=mark)
            case Grid():
                yield from self._grid(block)
            case Picture():
                yield from self._picture(block)

    def _paragraph(self, block: Paragraph) -> Iterator[Piece]:
        text = f"{block.head} {block.text}" if block.head else block.text
        inks = {"quiet": _QUIET, "warning": _MARK}
        font = _font(_BODY, bold=block.kind in ("lead", "warning"))
        yield from self._text(text, font, ink=inks.get(block.kind, _INK), bold=len(block.head))

    def _grid(self, grid: Grid) -> Iterator[Piece]:
        yield from self._text(
            grid.caption, _font(_BODY, bold=True), space=3.5 * _MILLIMETRE, keep=True
        )
        *rows, last = grid_pieces(grid, self._room)
        notes = list(self._notes(grid))
        few = 0 < len(notes) <= _FEW_LINES
        yield from rows
        yield replace(last, keep=few)
        yield from (replace(each, keep=few and each is not notes[-1]) for each in notes)

    def _notes(self, grid: Grid) -> Iterator[Piece]:
        small, space = _font(_SMALL), _MILLIMETRE / 2
        for place, note in enumerate(grid.notes, start=1):
            yield from self._text(note, small, ink=_QUIET, mark=f"{place}.", space=space)
        for line in grid.below:
            yield from self._text(line, small, ink=_QUIET, space=space)

    def _picture(self, picture: Picture) -> Iterator[Piece]:
        """Yield a picture, which has its title and caption inside."""
        size = QSizeF(picture.width, picture.height) * (_DPI / 96)
        most = QSizeF(self._width, self._height * _HIGH)
        scale = min(1.0, most.width() / size.width(), most.height() / size.height())
        size *= scale
        yield Piece(
            size.height(),
            lambda painter, y: _draw_picture(painter, picture, QRectF(QPointF(0, y), size)),
            3 * _MILLIMETRE,
        )

    def _text(
        self,
        text: str,
        font: QFont,
        *,
        ink: QColor = _INK,
        space: float = 1.6 * _MILLIMETRE,
        keep: bool = False,
        mark: str = "",
        bold: int = 0,
    ) -> Iterator[Piece]:
        """Yield the lines of a text: neither its first nor its last stands alone on a page."""
        left = (4 + 1.5 * len(mark)) * _MILLIMETRE if mark else 0.0
        lines = TextLines(text, font, self._width - left, self._writer, bold=bold)
        before = TextLines(mark, font, left, self._writer)

        def draw(painter: QPainter, y: float, *, place: int) -> None:
            painter.setPen(ink)
            if mark and place == 0:
                before.draw(painter, QPointF(0, y), 0, 1)
            lines.draw(painter, QPointF(left, y), place, 1)
            painter.setPen(_INK)

        for place in range(len(lines)):
            yield Piece(
                lines.line_height,
                partial(draw, place=place),
                space if place == 0 else 0.0,
                keep or (len(lines) > 1 and place in (0, len(lines) - 2)),
            )


def _font(points: float, *, bold: bool = False) -> QFont:
    made = QFont(list(_FAMILIES))
    made.setPointSizeF(points)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("liga"), 0)  # a fingerprint that is copied has two f, not one sign
    return made


def _draw_picture(painter: QPainter, picture: Picture, where: QRectF) -> None:
    """Draw a picture in lines; in points where it has none that can be read."""
    if picture.svg:
        from PySide6.QtSvg import QSvgRenderer

        renderer = QSvgRenderer(QByteArray(picture.svg))
        if renderer.isValid():
            renderer.render(painter, where)
            return
    painter.drawImage(where, QImage.fromData(QByteArray(picture.png)))
