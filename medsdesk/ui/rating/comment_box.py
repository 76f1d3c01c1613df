"""A field for words on the rating screen: no key typed into it is a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from medsdesk.ui.widgets.text_box import TextBox

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent


class CommentBox(TextBox):
    """Words that are typed; Esc and Ctrl+Enter lead out of it.

    Args:
        name: For a screen reader.
        lines: Least lines to show.
        most: Most lines to show; 0 for as many as there is room for.

    Signals:
        typed: The user changed the text.
        entered: It got the keyboard.
        left: The keyboard went elsewhere.
        done: The user wants to go on.
    """

    typed = Signal()
    entered = Signal()
    left = Signal()
    done = Signal()

    def __init__(self, name: str, lines: int = 2, most: int = 0) -> None:
        self._most = most
        super().__init__(name, lines)
        self._putting = False
        self.setAccessibleDescription("Esc goes back to the questions.")
        self.textChanged.connect(self._changed)

    def put(self, text: str) -> None:
        """Show another text; what was typed before cannot be undone into it."""
        if text == self.text:
            return
        self._putting = True
        self.setPlainText(text)
        self._putting = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key as text, but Esc and Ctrl+Enter."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (control and enter):
            self.done.emit()
            event.accept()
            return
        super().keyPressEvent(event)
        event.accept()  # also what changes nothing, such as Backspace in an empty field

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it got the keyboard."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard went elsewhere; not for a menu or another window."""
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in passing:
            self.left.emit()

    def _fit(self) -> None:
        super()._fit()
        if self._most:
            line = self.fontMetrics().lineSpacing()
            self.setMaximumHeight(self.minimumHeight() + (self._most - self._lines) * line)

    def _changed(self) -> None:
        if not self._putting:
            self.typed.emit()
