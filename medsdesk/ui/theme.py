"""The look of the window: palette, type scale and the few rules that Fusion does not have."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from medsdesk.ui.colours import CONTRAST, DARK, LIGHT, Colours

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.config.settings import Theme

# The spacing scale, in pixels at 100 %.
TINY, SMALL, MEDIUM, LARGE = 4, 8, 12, 20

_OUTLINED = ("QComboBox", "QAbstractSpinBox", "QCheckBox", "QRadioButton")
_BASE = "medsdesk_points"  # the system's text size, before any of ours

Role = Literal["title", "heading", "strong", "quiet", "badge"]
Tone = Literal["plain", "danger", "warn", "good"]

_RULES = Template("""
QMainWindow, QDialog, QWidget#page { background: $window; }
QFrame#card { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame#rail { background: $surface; border: none; border-right: 1px solid $line; }
QFrame#bar[tone="warn"] { background: $warn_back; border: 1px solid $warn; border-radius: 6px; }
QFrame#bar[tone="danger"] { background: $danger_back; border: 1px solid $danger;
  border-radius: 6px; }
QFrame#bar[tone="good"] { background: $good_back; border: 1px solid $good; border-radius: 6px; }
QFrame#bar[tone="plain"] { background: $raised; border: 1px solid $line; border-radius: 6px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="badge"] { font-weight: 600; border-radius: 4px; padding: 2px 8px;
  border: 1px solid $edge; background: $raised; color: $text; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="good"] { color: $good; }
QLabel[role="badge"][tone="danger"] { background: $danger_back; border-color: $danger; }
QLabel[role="badge"][tone="warn"] { background: $warn_back; border-color: $warn; }
QLabel[role="badge"][tone="good"] { background: $good_back; border-color: $good; }
QPushButton, QToolButton#plain { background: $surface; color: $text; border: 1px solid $edge;
  border-radius: 6px; padding: 5px 12px; }
QPushButton:hover, QToolButton#plain:hover { background: $raised; }
QPushButton:pressed, QToolButton#plain:pressed { background: $soft; }
QPushButton:focus, QToolButton#plain:focus { border: 2px solid $focus; padding: 4px 11px; }
QPushButton:disabled { color: $faint; border-color: $line; background: $window; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[kind="quiet"], QToolButton#fold { background: transparent; color: $accent;
  border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }
QPushButton[kind="quiet"]:hover, QToolButton#fold:hover { background: $raised; }
QPushButton[kind="quiet"]:focus, QToolButton#fold:focus { border: 1px solid $focus; }
QPushButton[kind="quiet"]:disabled { color: $faint; background: transparent; }
QToolButton#chip { background: $surface; color: $text; border: 1px solid $edge;
  border-radius: 10px; padding: 3px 10px; }
QToolButton#chip:hover { background: $raised; }
QToolButton#chip:checked { background: $soft; border: 2px solid $accent; padding: 2px 9px; }
QToolButton#chip:focus { border: 2px solid $focus; padding: 2px 9px; }
QToolButton#place { background: transparent; color: $quiet; border: 2px solid transparent;
  border-radius: 8px; padding: 8px 6px; }
QToolButton#place:hover { background: $raised; color: $text; }
QToolButton#place:checked { background: $soft; color: $text; font-weight: 600; }
QToolButton#place:focus { border-color: $focus; }
QPlainTextEdit, QTextEdit#reading, QTextBrowser, QTreeView, QTableView, QLineEdit,
QListView#topics, QListView#lines {
  background: $surface; color: $text; border: 1px solid $edge; border-radius: 6px;
  selection-background-color: $accent; selection-color: $on_accent;
  placeholder-text-color: $quiet; }
QLineEdit { padding: 4px 6px; }
QPlainTextEdit:focus, QTextEdit#reading:focus, QTextBrowser:focus, QTreeView:focus,
QTableView:focus, QLineEdit:focus, QListView#topics:focus, QListView#lines:focus {
  border: 2px solid $focus; }
QLineEdit:focus { padding: 3px 5px; }
QAbstractSpinBox, QComboBox { min-height: ${control}px; }
QPlainTextEdit:read-only { background: $surface; }
QTreeView::indicator, QListView::indicator, QCheckBox::indicator { width: ${box}px;
  height: ${box}px; }
QTreeView::item { padding: 3px 2px; }
QTreeView::item:hover, QTableView::item:hover { background: $raised; color: $text; }
QTreeView::item:selected, QTableView::item:selected, QListView#topics::item:selected,
QListView#lines::item:selected {
  background: $soft; color: $text; }
QTableView { gridline-color: $line; }
QTableView::item { padding: 1px 6px; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $quiet; border: none;
  border-bottom: 1px solid $line; padding: 4px 6px; }
QHeaderView::section:horizontal { font-weight: 600; }
QTableView QHeaderView::section:horizontal { padding: 4px 9px; }
QHeaderView::section:vertical { color: $text; }
QTableCornerButton::section { background: $surface; border: none;
  border-bottom: 1px solid $line; }
QRadioButton { border: 2px solid transparent; border-radius: 6px; padding: 2px 6px 2px 4px; }
QRadioButton:hover { background: $raised; }
QRadioButton:checked { background: $soft; font-weight: 600; }
QRadioButton:focus, QCheckBox:focus { border: 2px solid $focus; }
QCheckBox { border: 2px solid transparent; border-radius: 6px; padding: 2px 4px; }
QFrame#rule { background: $line; border: none; }
QFrame#criterion { border: none; border-left: 3px solid transparent; padding-left: 4px; }
QFrame#criterion[current="true"] { border-left: 3px solid $accent; }
QListView#topics::item { padding: 6px 8px; }
QListView#served::item { padding: 3px 6px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 13px; }
QScrollBar:horizontal { height: 13px; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $accent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#clear { background: transparent; }
QStatusBar { background: $surface; color: $quiet; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QMenuBar { background: $surface; color: $text; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 4px 10px; background: transparent; }
QMenuBar::item:selected { background: $soft; color: $text; }
QToolTip { background: $surface; color: $text; border: 1px solid $edge; padding: 4px; }
QProgressBar { border: 1px solid $edge; border-radius: 4px; text-align: center;
  background: $surface; color: $text; }
QProgressBar::chunk { background: $soft; border-radius: 3px; }
""")


FUSION = "medsdesk.fusion"
"""Property of an application that was begun with the argument ``-style fusion``.

Asking Qt for a style makes Python build QStyle with all its enumerations, which costs a start
more than the widgets do.
"""


class Look(QObject):
    """Applies theme and text size to the application, and follows the system's colour scheme.

    Args:
        app: The application.
        parent: Owns it.
    """

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._theme: Theme = "system"
        self._percent = 0
        if app.property(_BASE) is None:
            size = app.font().pointSizeF()
            app.setProperty(_BASE, size if size > 0 else QFontInfo(app.font()).pointSizeF())
        self._points = float(app.property(_BASE))
        if app.property(FUSION) is None:
            app.setStyle("Fusion")
            app.setProperty(FUSION, "set")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        if self._theme == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}[self._theme]

    def apply(self, theme: Theme, percent: int) -> None:
        """Use a theme and a text size in percent of the system's; nothing is done twice."""
        if (theme, percent) == (self._theme, self._percent):
            return
        self._theme, self._percent = theme, percent
        schemes = {"light": Qt.ColorScheme.Light, "system": Qt.ColorScheme.Unknown}
        # Native parts, such as title bars and file dialogs, follow where the system lets them.
        self._app.styleHints().setColorScheme(schemes.get(theme, Qt.ColorScheme.Dark))
        self._paint()

    def _system_changed(self) -> None:
        if self._theme == "system" and self._percent:
            self._paint()

    def _paint(self) -> None:
        points = self._points * self._percent / 100
        font = QFont(self._app.font())
        font.setPointSizeF(points)
        self._app.setFont(font)
        self._app.setPalette(palette(self.colours))
        for name in _OUTLINED:
            self._app.setPalette(outlined(self.colours), name)  # type: ignore[arg-type]  # takes str alone
        self._app.setStyleSheet(style_sheet(self.colours, points))


def style_sheet(colours: Colours, points: float) -> str:
    """Return the rules for a set of colours and a body size in points."""
    named = {name: getattr(colours, name) for name in Colours.__slots__}
    sizes = {"title": f"{points * 1.35:.1f}", "heading": f"{points * 1.12:.1f}"}
    sizes["control"] = f"{points * 2.2:.0f}"
    sizes["box"] = f"{points * 1.5:.0f}"
    return _RULES.substitute(named | sizes)


def palette(colours: Colours) -> QPalette:
    """Return the palette that Fusion draws its controls with."""
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.BrightText: colours.danger,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.Accent: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.quiet,
        QPalette.ColorRole.Mid: colours.edge,
        QPalette.ColorRole.Dark: colours.edge,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    return made


def outlined(colours: Colours) -> QPalette:
    """Return the palette for the controls that Fusion draws an outline around.

    Fusion takes a darker shade of the window's colour for it, which cannot be seen on a dark
    window; a lighter shade of the edge colour comes out as the edge colour.
    """
    made = palette(colours)
    made.setColor(QPalette.ColorRole.Window, QColor(colours.edge).lighter(140))
    return made


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Give a label or bar a tone and draw it anew."""
    if widget.property("tone") == tone:
        return
    widget.setProperty("tone", tone)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Apply the rules again after a property they look at has changed."""
    application = QApplication.instance()
    if not isinstance(application, QApplication) or not application.styleSheet():
        return  # there are no rules yet, and all widgets will meet them when they come
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
