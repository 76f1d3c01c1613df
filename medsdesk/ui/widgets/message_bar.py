"""A bar above the page for what went wrong or well, which never takes the keyboard away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from medsdesk.ui.command_words import in_window
from medsdesk.ui.theme import MEDIUM, SMALL, TINY, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.ui.theme import Tone


class MessageBar(QFrame):
    """Shows the latest message until it is closed or replaced."""

    def __init__(self) -> None:
        super().__init__()
        self._message = label(role="strong", wrap=True)
        self._hint = label(wrap=True)
        close = button("Dismiss", self.hide, "quiet", "Close this message.")
        words = QVBoxLayout()
        words.setSpacing(TINY // 2)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        layout.addLayout(words, 1)
        layout.addWidget(close)
        self.setObjectName("bar")
        self.setAccessibleName("Message")
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; empty when closed."""
        if self.isHidden():
            return ""
        return f"{self._message.text()} {self._hint.text()}".strip()

    def tell_error(self, error: UserFacingError) -> None:
        """Say what is wrong and what to do."""
        self.tell(in_window(error.message), in_window(error.hint), "danger")

    def tell(self, message: str, hint: str = "", tone: Tone = "good") -> None:
        """Say something."""
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        set_tone(self, tone)
        self.setAccessibleDescription(f"{message} {hint}".strip())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
