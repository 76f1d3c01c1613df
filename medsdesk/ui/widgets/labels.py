"""Labels of the type scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.theme import Role


class Paragraph(QLabel):
    """A label whose lines wrap; layouts in splitters never squeeze its last line away."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        """Show a text and claim the height it needs."""
        if text == self.text():
            return
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Claim the height that the new width needs."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Claim the height that another text size needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        # The answer is never less than the least height, so an old claim must go first.
        self.setMinimumHeight(0)
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


def label(text: str = "", role: Role | None = None, *, wrap: bool = False) -> QLabel:
    """Return a plain-text label in a role of the type scale."""
    made = Paragraph(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role is not None:
        made.setProperty("role", role)
    return made


def buddy(text: str, widget: QWidget, role: Role | None = None) -> QLabel:
    """Return a label that names a control, by mnemonic and to a screen reader."""
    made = label(text, role)
    made.setBuddy(widget)
    if not widget.accessibleName():
        widget.setAccessibleName(text.replace("&", "").rstrip(":"))
    return made


def show_line(where: QLabel, words: str) -> None:
    """Show words, or no line at all where there are none."""
    where.setText(words)
    where.setAccessibleName(words)
    where.setVisible(bool(words))
