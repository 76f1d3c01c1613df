"""The few icons, drawn as lines in the theme's colours so that they stay sharp at every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

IconName = Literal[
    "workbench", "evaluate", "results", "studies", "compare", "leaderboard", "models", "settings"
]
_PIXELS = 96  # drawn large, scaled down by Qt
_GRID = 24.0


def icon(name: IconName, colour: str) -> QIcon:
    """Return an icon in a colour."""
    pixmap = QPixmap(_PIXELS, _PIXELS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_PIXELS / _GRID, _PIXELS / _GRID)
    pen = QPen(QColor(colour), 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(_SHAPES[name]())
    painter.end()
    return QIcon(pixmap)


def _workbench() -> QPainterPath:
    """Return a sheet with lines and a tick."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(4.5, 3, 15, 18), 2, 2)
    for y, end in ((7.5, 16), (11, 16)):
        _line(path, (8, y), (end, y))
    _line(path, (8, 16), (10, 18), (15, 14))
    return path


def _evaluate() -> QPainterPath:
    """Return a list of lines, a tick before two of them."""
    path = QPainterPath()
    for y in (6, 12, 18):
        _line(path, (11, y), (20, y))
    for y in (6, 12):
        _line(path, (3.5, y), (5.5, y + 2), (8.5, y - 2.5))
    path.addEllipse(QPointF(6, 18), 1.6, 1.6)
    return path


def _results() -> QPainterPath:
    """Return a table under a magnifying glass."""
    path = QPainterPath()
    _line(path, (3.5, 6), (14, 6))
    _line(path, (3.5, 11), (8.5, 11))
    _line(path, (3.5, 16), (8.5, 16))
    path.addEllipse(QPointF(14.5, 13.5), 4.5, 4.5)
    _line(path, (17.8, 16.8), (21, 20))
    return path


def _studies() -> QPainterPath:
    """Return two speech bubbles side by side, a tick in the one in front."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(3.5, 9.5, 12.5, 8), 2, 2)
    _line(path, (6.5, 17.5), (6.5, 20.5), (9.5, 17.5))
    _line(path, (7, 13.5), (9, 15.3), (12.5, 11.8))
    _line(path, (8, 6.5), (8, 5.5), (9.5, 4), (19, 4), (20.5, 5.5), (20.5, 11), (19, 12.5))
    return path


def _compare() -> QPainterPath:
    """Return points around a rising line between two axes."""
    path = QPainterPath()
    _line(path, (4, 3.5), (4, 20), (20.5, 20))
    _line(path, (6.5, 17), (19.5, 5.5))
    for x, y in ((8.5, 11.5), (13, 15.5), (13.5, 6.5), (18, 11)):
        path.addEllipse(QPointF(x, y), 1.3, 1.3)
    return path


def _leaderboard() -> QPainterPath:
    """Return three bars, the middle one the highest."""
    path = QPainterPath()
    for x, top in ((3.5, 12.5), (9.5, 4.5), (15.5, 9.0)):
        path.addRoundedRect(QRectF(x, top, 5, 20.5 - top), 1, 1)
    return path


def _models() -> QPainterPath:
    """Return a stack of three layers."""
    path = QPainterPath()
    _line(path, (12, 3.5), (20.5, 8), (12, 12.5), (3.5, 8), (12, 3.5))
    _line(path, (3.5, 12), (12, 16.5), (20.5, 12))
    _line(path, (3.5, 16), (12, 20.5), (20.5, 16))
    return path


def _settings() -> QPainterPath:
    """Return three sliders."""
    path = QPainterPath()
    for y, knob in ((6, 15.0), (12, 8.0), (18, 13.0)):
        _line(path, (4, y), (knob - 2.2, y))
        _line(path, (knob + 2.2, y), (20, y))
        path.addEllipse(QPointF(knob, y), 2.2, 2.2)
    return path


def _line(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)


_SHAPES: dict[IconName, Callable[[], QPainterPath]] = {
    "workbench": _workbench,
    "evaluate": _evaluate,
    "results": _results,
    "studies": _studies,
    "compare": _compare,
    "leaderboard": _leaderboard,
    "models": _models,
    "settings": _settings,
}
