"""Buttons of the few kinds there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from medsdesk.ui.theme import SMALL

Kind = Literal["primary", "plain", "quiet"]


def button(text: str, do: Callable[[], object], kind: Kind = "plain", tip: str = "") -> QPushButton:
    """Return a push button bound to what it does.

    Args:
        text: On the button, with its mnemonic.
        do: Called when it is pressed.
        kind: One primary button at most on a page; quiet ones look like links.
        tip: One sentence, shown on hover and told to a screen reader.
    """
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    made.setAccessibleName(text.replace("&", "").rstrip("…"))
    if tip:
        made.setToolTip(tip)
        made.setStatusTip(tip)
        made.setAccessibleDescription(tip)
    made.clicked.connect(lambda *_: do())
    return made


def beside(field: QWidget, *buttons: QPushButton) -> QHBoxLayout:
    """Return a line of a dialog: a field and the buttons that fill it."""
    row = QHBoxLayout()
    row.setSpacing(SMALL)
    row.addWidget(field, 1)
    for one in buttons:
        row.addWidget(one)
    return row


def closing(*buttons: QPushButton) -> QHBoxLayout:
    """Return the last line of a dialog: its buttons at the right, the one that acts last."""
    row = QHBoxLayout()
    row.setSpacing(SMALL)
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    return row
