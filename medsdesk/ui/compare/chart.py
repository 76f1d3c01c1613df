"""A plot on the screen or for a file; the one module that imports pyqtgraph, when it is needed."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from medsdesk.ui.compare.plots import SYMBOLS, Cell, Dot, Line, Plot, Words
from medsdesk.ui.theme import SMALL, TINY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from medsdesk.ui.compare.ink import Ink
    from medsdesk.ui.compare.plots import Stroke, Ticks

# Its own clean-up at the end would call quit handlers that are not its own.
pg.setConfigOptions(exitCleanup=False, antialias=True)

_SYMBOLS = dict(zip(SYMBOLS, ("o", "s", "t1", "d", "x", "star", "t", "+"), strict=True))
_STROKES: dict[Stroke, Qt.PenStyle] = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_DOT = 0.62  # of the height of a line of text
_NEAR = 0.9  # of the same: how far the pointer may be from a point
_NAMES_SHARE = 0.34  # of the width, at most, for names at the left


class _Shapes(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Lines, cells and words; drawn in pixels, so that they are as sharp as the text around."""

    def __init__(self, plot: Plot, ink: Ink) -> None:
        super().__init__()
        self._plot = plot
        self._ink = ink

    def boundingRect(self) -> QRectF:
        (left, right), (low, high) = self._plot.x_range, self._plot.y_range
        return QRectF(left, low, right - left, high - low)

    def paint(self, painter: QPainter, *_: object) -> None:
        place = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._ink.font)
        for shape in self._plot.shapes:
            if isinstance(shape, Line):
                self._line(painter, shape, [place.map(QPointF(*point)) for point in shape.points])
            elif isinstance(shape, Cell):
                box = QRectF(shape.x - 0.5, shape.y - 0.5, 1.0, 1.0)
                self._cell(painter, shape, place.mapRect(box).adjusted(1, 1, -1, -1))
            elif isinstance(shape, Words):
                self._words(painter, shape, place.map(QPointF(shape.x, shape.y)))
        painter.restore()

    def _line(self, painter: QPainter, line: Line, points: Sequence[QPointF]) -> None:
        ink = self._ink
        colour = QColor(ink.text) if line.kind is None else ink.of(line.kind)
        painter.setPen(QPen(colour, line.width, _STROKES[line.stroke]))
        for one, other in pairwise(points):
            painter.drawLine(one, other)

    def _cell(self, painter: QPainter, cell: Cell, box: QRectF) -> None:
        ink = self._ink
        painter.setPen(QPen(QColor(ink.guide), 1))
        if cell.value is None:
            painter.setBrush(QBrush(QColor(ink.guide), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(box)
            return
        fill = ink.of_value(cell.value)
        painter.setBrush(fill)
        painter.drawRect(box)
        painter.setPen(ink.on(fill))
        room = QFontMetricsF(ink.font)
        if room.horizontalAdvance(cell.text) <= box.width() and room.height() <= box.height():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cell.text)

    def _words(self, painter: QPainter, words: Words, at: QPointF) -> None:
        metrics = QFontMetricsF(self._ink.font)
        wide, high = metrics.horizontalAdvance(words.text) + 2 * TINY, metrics.height()
        left = at.x() - wide - SMALL if words.side < 0 else at.x() + SMALL
        box = QRectF(left, at.y() - high - 1, wide, high)
        back = QColor(self._ink.surface)
        back.setAlpha(215)
        painter.fillRect(box, back)
        painter.setPen(QColor(self._ink.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words.text)


class _Ring(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """What shows where the chosen row of the table stands in the picture."""

    def __init__(self, plot: Plot, ink: Ink) -> None:
        super().__init__()
        self._plot = plot
        self._ink = ink
        self.row: int | None = None
        self.setZValue(50)

    def boundingRect(self) -> QRectF:
        (left, right), (low, high) = self._plot.x_range, self._plot.y_range
        return QRectF(left, low, right - left, high - low)

    def paint(self, painter: QPainter, *_: object) -> None:
        if self.row is None:
            return
        place = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        far = QFontMetricsF(self._ink.font).height() * _DOT
        for width, colour in ((5, self._ink.surface), (2.5, self._ink.focus)):
            painter.setPen(QPen(QColor(colour), width))
            for shape in self._plot.shapes:
                if isinstance(shape, Dot) and shape.row == self.row:
                    painter.drawEllipse(place.map(QPointF(shape.x, shape.y)), far, far)
                elif isinstance(shape, Cell) and shape.row == self.row:
                    box = place.mapRect(QRectF(shape.x - 0.5, shape.y - 0.5, 1, 1))
                    painter.drawRect(box.adjusted(2, 2, -2, -2))
        painter.restore()


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis whose figures are those of the data, never thousandths of them."""

    def updateAutoSIPrefix(self) -> None:
        """Scale nothing."""


class Chart(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """One picture; the table beside it says the same to keyboard and screen reader.

    Signals:
        pointed: Row of the table that was clicked.
        opened: Row of the table that was double-clicked.
    """

    pointed = Signal(int)
    opened = Signal(int)

    _plot: Plot | None = None  # here, because the class above resizes before it is made
    _ink: Ink | None = None

    def __init__(self, *, cached: bool = True) -> None:
        super().__init__(axisItems={side: _Axis(side) for side in ("left", "bottom")})
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setAccessibleName("Picture")
        self._cached = cached
        self._tips: tuple[str, ...] = ()
        self._ring: _Ring | None = None
        self._marked: list[tuple[float, float, int]] = []
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    def show_plot(self, plot: Plot | None, ink: Ink, tips: tuple[str, ...] = ()) -> None:
        """Draw a picture, or none."""
        item = self.getPlotItem()
        item.clear()
        self._plot, self._ink, self._tips, self._ring = plot, ink, tips, None
        self.setBackground(ink.surface)
        if plot is None:
            return
        item.disableAutoRange()
        item.addItem(_Shapes(plot, ink), ignoreBounds=True)
        for dots in self._dots(plot, ink):
            item.addItem(dots, ignoreBounds=True)
        self._ring = _Ring(plot, ink)
        item.addItem(self._ring, ignoreBounds=True)
        self._marked = [
            (shape.x, shape.y, shape.row)
            for shape in plot.shapes
            if isinstance(shape, Dot | Cell) and shape.row is not None
        ]
        item.setRange(xRange=plot.x_range, yRange=plot.y_range, padding=0)
        self._fit_axes()

    def choose(self, row: int | None) -> None:
        """Put a ring around what a row of the table says."""
        if self._ring is not None and self._ring.row != row:
            self._ring.row = row
            self._ring.update()

    def row_at(self, at: QPointF) -> int | None:
        """Return the row of what is drawn at a point of the scene, or None."""
        plot, ink = self._plot, self._ink
        if plot is None or ink is None or not self._marked:
            return None
        box = self.getPlotItem().getViewBox()
        inside = box.mapSceneToView(at)
        x, y = inside.x(), inside.y()
        if any(isinstance(shape, Cell) for shape in plot.shapes):
            hit = (row for a, b, row in self._marked if abs(a - x) <= 0.5 and abs(b - y) <= 0.5)
            return next(hit, None)
        wide, high = (abs(each) for each in box.viewPixelSize())
        near = QFontMetricsF(ink.font).height() * _NEAR
        apart, row = min((hypot((a - x) / wide, (b - y) / high), row) for a, b, row in self._marked)
        return row if apart <= near else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give names on the axes the room there is now."""
        super().resizeEvent(event)
        self._fit_axes()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover text away."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def _dots(self, plot: Plot, ink: Ink) -> Iterator[pg.ScatterPlotItem]:
        """Yield the marks of each kind, which are drawn alike and so together."""
        kinds: defaultdict[int, list[Dot]] = defaultdict(list)
        for shape in plot.shapes:
            if isinstance(shape, Dot):
                kinds[shape.kind].append(shape)
        for kind, dots in kinds.items():
            open_lines = SYMBOLS[kind % len(SYMBOLS)] in ("cross", "plus")
            made = pg.ScatterPlotItem(
                [dot.x for dot in dots],
                [dot.y for dot in dots],
                symbol=symbol_of(kind),
                brush=pg.mkBrush(ink.of(kind)),
                pen=pg.mkPen(ink.of(kind) if open_lines else QColor(ink.surface), width=1),
                size=QFontMetricsF(ink.font).height() * _DOT,
                pxMode=True,
                useCache=self._cached,
            )
            made.setZValue(20)
            yield made

    def _fit_axes(self) -> None:
        plot, ink = self._plot, self._ink
        if plot is None or ink is None:
            return
        metrics = QFontMetricsF(ink.font)
        line = metrics.height()
        names_room = self.width() * _NAMES_SHARE
        widest = max(
            (metrics.horizontalAdvance(text) for _, text in plot.y_ticks or ()),
            default=metrics.horizontalAdvance("−0000.0"),
        )
        beside = min(widest, names_room) + (line if plot.y_name else 0) + 3 * TINY
        below = line * (2 if plot.x_name else 1) + 3 * TINY
        left, right = plot.x_range
        wide, high = self.width() - beside, self.height() - below
        self._dress("bottom", plot.x_name, plot.x_ticks, (wide / (right - left) * 0.94, wide))
        self._dress("left", plot.y_name, plot.y_ticks, (names_room, high))
        item = self.getPlotItem()
        item.getAxis("left").setWidth(beside)
        item.getAxis("bottom").setHeight(below)
        item.layout.activate()

    def _dress(self, side: str, name: str, ticks: Ticks | None, room: tuple[float, float]) -> None:
        """Give an axis its look; names get no more room than there is, in pixels."""
        ink = self._ink
        if ink is None:
            return
        metrics, right = QFontMetricsF(ink.font), Qt.TextElideMode.ElideRight
        axis = self.getPlotItem().getAxis(side)
        axis.enableAutoSIPrefix(enable=False)
        axis.setPen(QPen(QColor(ink.guide), 1))
        axis.setTextPen(QColor(ink.text))
        axis.setStyle(tickFont=ink.font, tickTextOffset=TINY, autoExpandTextSpace=False)
        if ticks is not None:
            ticks = tuple((at, metrics.elidedText(text, right, room[0])) for at, text in ticks)
        axis.setTicks(None if ticks is None else [list(ticks)])
        elided = metrics.elidedText(name, right, room[1])
        axis.setLabel(elided or None, color=ink.text)
        axis.label.setFont(ink.font)
        axis.showLabel(bool(name))

    def _hover(self, at: QPointF) -> None:
        row = self.row_at(at)
        if row is None or row >= len(self._tips):
            QToolTip.hideText()
            return
        where = self.viewport().mapToGlobal(self.mapFromScene(at))
        QToolTip.showText(where, self._tips[row], self)

    def _click(self, event: MouseClickEvent) -> None:
        row = self.row_at(event.scenePos())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            (self.opened if event.double() else self.pointed).emit(row)


class Legend(QWidget):
    """What colours and shapes mean, in as many lines as it takes."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[tuple[str, int], ...] = ()
        self._ink: Ink | None = None

    def show_entries(self, entries: tuple[tuple[str, int], ...], ink: Ink) -> None:
        """Show names beside their marks; nothing is shown where there are none."""
        self._entries, self._ink = entries, ink
        self.setVisible(bool(entries))
        self.setAccessibleName("Legend: " + ", ".join(name for name, _ in entries))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many lines as the width asks for."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the entries."""
        if self._ink is not None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(self._ink.surface))
            paint_legend(painter, QRectF(self.rect()), self._entries, self._ink)

    def _fit(self) -> None:
        if self._ink is not None:
            self.setFixedHeight(round(legend_height(self.width(), self._entries, self._ink)))


def symbol_of(kind: int) -> str:
    """Return pyqtgraph's name of a kind's shape."""
    return _SYMBOLS[SYMBOLS[kind % len(SYMBOLS)]]


def legend_height(width: float, entries: Sequence[tuple[str, int]], ink: Ink) -> float:
    """Return the height of a legend at a width, in pixels."""
    return _legend_places(width, entries, ink)[1]


def paint_legend(
    painter: QPainter, room: QRectF, entries: Sequence[tuple[str, int]], ink: Ink
) -> None:
    """Draw names beside their marks, line by line."""
    from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol

    metrics = QFontMetricsF(ink.font)
    places, _ = _legend_places(room.width(), entries, ink)
    size = metrics.height() * _DOT
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(ink.font)
    for (name, kind), (x, y) in zip(entries, places, strict=True):
        middle = y + metrics.height() / 2
        painter.save()
        painter.translate(room.left() + x + size, room.top() + middle)
        drawSymbol(painter, symbol_of(kind), size, pg.mkPen(ink.of(kind)), pg.mkBrush(ink.of(kind)))
        painter.restore()
        painter.setPen(QColor(ink.text))
        box = QRectF(room.left() + x + 2 * size, room.top() + y, room.width(), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)


def _legend_places(
    width: float, entries: Sequence[tuple[str, int]], ink: Ink
) -> tuple[list[tuple[float, float]], float]:
    metrics = QFontMetricsF(ink.font)
    mark = 2 * metrics.height() * _DOT
    places: list[tuple[float, float]] = []
    x, y = 0.0, 0.0
    for name, _ in entries:
        wide = mark + metrics.horizontalAdvance(name) + 2 * SMALL
        if x and x + wide > width:
            x, y = 0.0, y + metrics.height() + TINY
        places.append((x, y))
        x += wide
    return places, y + metrics.height() + TINY if entries else 0.0
