"""Pictures for documents and files: title, legend, plot and caption on white, as SVG and PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter

from medsdesk.core.picture import Picture
from medsdesk.ui.compare.chart import Chart, legend_height, paint_legend
from medsdesk.ui.compare.ink import for_print
from medsdesk.ui.theme import LARGE, MEDIUM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medsdesk.ui.compare.ink import Ink
    from medsdesk.ui.compare.plots import Plot, Scene

WIDTH, PLOT_HEIGHT = 900, 480
_LINE = 26  # pixels for each name at the left
_SCALE = 2
_TITLE = 1.25


def pictures_of(scenes: Iterable[Scene]) -> tuple[Picture, ...]:
    """Return every scene that has a picture; those without stay out."""
    return tuple(picture for scene in scenes if (picture := picture_of(scene)) is not None)


def picture_of(scene: Scene) -> Picture | None:
    """Draw a scene for a document; None where it has no picture."""
    if scene.plot is None:
        return None
    from PySide6.QtSvg import QSvgGenerator

    sheet = _Sheet(scene, scene.plot)
    drawing = QByteArray()
    buffer = QBuffer(drawing)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(WIDTH, sheet.height))
    generator.setViewBox(QRectF(0, 0, WIDTH, sheet.height))
    generator.setResolution(sheet.dots_per_inch)
    generator.setTitle(scene.title)
    generator.setDescription(scene.caption)
    painter = QPainter(generator)
    sheet.paint(painter)
    painter.end()
    buffer.close()
    png = _png(sheet)
    sheet.close()
    return Picture(
        scene.name, scene.title, scene.caption, bytes(drawing.data()), png, WIDTH, sheet.height
    )


def _png(sheet: _Sheet) -> bytes:
    image = QImage(WIDTH * _SCALE, sheet.height * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    painter = QPainter(image)
    sheet.paint(painter)
    painter.end()
    made = QByteArray()
    buffer = QBuffer(made)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(made.data())


class _Sheet:
    """One page with a picture, laid out once and painted twice."""

    def __init__(self, scene: Scene, plot: Plot) -> None:
        self._scene, self._plot = scene, plot
        self._ink: Ink = for_print()
        self._title = QFont(self._ink.font)
        self._title.setPointSizeF(self._ink.font.pointSizeF() * _TITLE)
        self._title.setBold(True)
        inner = WIDTH - 2 * LARGE
        self._legend = legend_height(inner, plot.legend, self._ink)
        self._title_height = _height(scene.title, self._title, inner)
        self._caption_height = _height(scene.caption, self._ink.font, inner)
        names = len(plot.y_ticks or ()) * _LINE + 4 * _LINE
        self._plot_height = max(PLOT_HEIGHT, names)
        self._chart = Chart(cached=False)
        self._chart.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._chart.resize(inner, self._plot_height)
        self._chart.show()
        self._chart.show_plot(plot, self._ink)
        self.dots_per_inch = self._chart.logicalDpiX()
        parts = (self._title_height, self._legend, self._plot_height, self._caption_height)
        self.height = round(sum(parts) + 2 * LARGE + 3 * MEDIUM)

    def paint(self, painter: QPainter) -> None:
        """Paint everything from top to bottom."""
        plot, ink, inner = self._plot, self._ink, WIDTH - 2 * LARGE
        painter.fillRect(QRectF(0, 0, WIDTH, self.height), QColor(ink.surface))
        y = float(LARGE)
        _write(
            painter,
            self._scene.title,
            self._title,
            ink,
            QRectF(LARGE, y, inner, self._title_height),
        )
        y += self._title_height + MEDIUM
        paint_legend(painter, QRectF(LARGE, y, inner, self._legend), plot.legend, ink)
        y += self._legend + MEDIUM
        self._chart.scene().prepareForPaint()
        self._chart.scene().render(
            painter,
            QRectF(LARGE, y, inner, self._plot_height),
            QRectF(0, 0, inner, self._plot_height),
        )
        y += self._plot_height + MEDIUM
        _write(
            painter,
            self._scene.caption,
            ink.font,
            ink,
            QRectF(LARGE, y, inner, self._caption_height),
        )

    def close(self) -> None:
        """Let the widget that held the plot go."""
        self._chart.hide()  # its own close() takes parts away that Qt still asks for
        self._chart.deleteLater()


def _height(text: str, font: QFont, width: float) -> float:
    room = QRectF(0, 0, width, 10_000)
    return QFontMetricsF(font).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()


def _write(painter: QPainter, text: str, font: QFont, ink: Ink, room: QRectF) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink.text))
    painter.drawText(room, Qt.TextFlag.TextWordWrap, text)
