"""Labels of the type scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.theme import Role


def label(text: str = "", role: Role | None = None, *, wrap: bool = False) -> QLabel:
    """Return a plain-text label in a role of the type scale."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
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
