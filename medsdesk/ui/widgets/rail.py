"""The left rail: one button for each page that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from medsdesk.ui.theme import LARGE, SMALL, TINY
from medsdesk.ui.widgets.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent

    from medsdesk.ui.widgets.icons import IconName


class Rail(QFrame):
    """Buttons of the pages, in a column; the page shown is the one pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self._group = QButtonGroup(self)
        self._icons: list[tuple[QToolButton, IconName]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        self._layout.setSpacing(TINY)
        self._layout.addStretch(1)

    def add(self, action: QAction, name: IconName) -> None:
        """Add the button of a page; pressing it triggers the page's action."""
        made = QToolButton()
        made.setObjectName("place")
        made.setCheckable(True)
        made.setText(action.text().replace("&", ""))
        made.setAccessibleName(made.text())
        made.setToolTip(action.toolTip())
        made.setStatusTip(action.statusTip())
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda *_: action.trigger())
        self._group.addButton(made, len(self._icons))
        self._icons.append((made, name))
        self._layout.insertWidget(self._layout.count() - 1, made)
        self._draw()

    def show_page(self, index: int) -> None:
        """Mark the page that is shown."""
        self._group.button(index).setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons anew in other colours or at another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the icons out where there is no room for all of them."""
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        side = round(self.fontMetrics().height() * 1.4)
        colour = self.palette().windowText().color().name()
        each = side + self.fontMetrics().height() + 2 * LARGE
        roomy = self.height() >= len(self._icons) * (each + TINY) + 2 * SMALL
        style = Qt.ToolButtonStyle
        for made, name in self._icons:
            made.setToolButtonStyle(
                style.ToolButtonTextUnderIcon if roomy else style.ToolButtonTextOnly
            )
            made.setIcon(icon(name, colour))
            made.setIconSize(QSize(side, side))
