"""A line for words on one mark: no key typed into it is a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

_LONGEST = 500  # characters
_DONE = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NoteField(QLineEdit):
    """What the rater says of a mark; Enter and Esc lead out of it.

    Signals:
        left: The keyboard went elsewhere.
        done: The rater wants to go on.
    """

    left = Signal()
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(_LONGEST)
        self.setAccessibleName("Note on the mark")
        self.setAccessibleDescription("Enter and Esc go back to the list of marks.")
        self.setPlaceholderText("Note on this mark (N)")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key as text, but Enter and Esc."""
        if event.key() in _DONE:
            self.done.emit()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard went elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()
