"""Colours and font of a picture: the window's on the screen, dark on white in print."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from medsdesk.ui.colours import LIGHT, SERIES_ON_DARK, SERIES_ON_LIGHT, contrast

PRINT_POINTS = 10.0
_PLUS, _MINUS = 0, 1  # the kinds whose colours stand for figures above and below 0


@dataclass(frozen=True, slots=True)
class Ink:
    """What a picture is drawn with.

    Attributes:
        surface: Behind everything.
        text: What is read.
        guide: Lines that only guide the eye.
        focus: Around what is chosen.
        series: Of the kinds.
        font: Of all texts.
    """

    surface: str
    text: str
    guide: str
    focus: str
    series: tuple[str, ...]
    font: QFont

    def of(self, kind: int) -> QColor:
        """Return the colour of a kind."""
        return QColor(self.series[kind % len(self.series)])

    def of_value(self, value: float) -> QColor:
        """Return the colour of a figure from -1 to 1: the stronger, the farther from 0."""
        full = self.of(_PLUS if value >= 0 else _MINUS)
        share, back = min(1.0, abs(value)), QColor(self.surface)
        mixed = (
            round(b + share * (f - b))
            for b, f in zip(back.getRgb()[:3], full.getRgb()[:3], strict=True)  # type: ignore[index]  # PySide says object
        )
        return QColor(*mixed)

    def on(self, colour: QColor) -> QColor:
        """Return black or white, whichever is read better on a colour."""
        return QColor(max(("#000000", "#ffffff"), key=lambda own: contrast(own, colour.name())))


def of_window(font: QFont) -> Ink:
    """Return the ink of the theme in use."""
    palette = QApplication.palette()  # a page's own has the rules of the theme mixed in
    roles = QPalette.ColorRole
    base = palette.color(roles.Base)
    return Ink(
        surface=base.name(),
        text=palette.color(roles.Text).name(),
        guide=palette.color(roles.Mid).name(),
        focus=palette.color(roles.Highlight).name(),
        series=SERIES_ON_DARK if base.lightness() < 128 else SERIES_ON_LIGHT,
        font=font,
    )


def for_print() -> Ink:
    """Return dark ink on white, whatever the window looks like."""
    font = QFont(QApplication.font())
    font.setPointSizeF(PRINT_POINTS)
    return Ink(LIGHT.surface, LIGHT.text, LIGHT.edge, LIGHT.focus, SERIES_ON_LIGHT, font)
