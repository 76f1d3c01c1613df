"""Reads the keys of the rating screen; what is typed into a text field never gets here."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from medsdesk.ui.rating.answering import count_for, point_for
from medsdesk.ui.rating.go_dialog import GoDialog
from medsdesk.ui.rating.keys import command_for, latin

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from medsdesk.core.rating import Criterion
    from medsdesk.ui.bridge.study_desk import Act
    from medsdesk.ui.rating.control import RatingControl

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_LAST_CHARACTER = 0xFFFF  # beyond are keys without one, such as F1
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES: dict[str, Act] = {
    "previous": lambda session: session.previous(),
    "next": lambda session: session.next(),
    "skip": lambda session: session.skip(),
    "undo": lambda session: session.undo(),
    "redo": lambda session: session.redo(),
}


class KeyReader(QObject):
    """Turns keys into commands and answers.

    Args:
        control: Does what is asked.
    """

    def __init__(self, control: RatingControl) -> None:
        super().__init__(control)
        self._control = control
        self._typed_into = ""  # the question whose count is being typed
        self.go_dialog: GoDialog | None = None

    def takes(self, event: QKeyEvent) -> bool:
        """Return whether a key was meant for the screen, and do what it asks."""
        control = self._control
        if control.screen.covered:
            return self._ends_break(event)
        control.desk.touch()
        if control.view is None:
            return False
        if control.marks.takes(event):
            return True
        name = _name(event)
        command = command_for(name, control=_held(event), shift=_shifted(event)) if name else ""
        if command:
            self.run(command)
            return True
        return not _held(event) and self._answers(event)

    def run(self, command: str) -> None:
        """Do a command by its name."""
        control, screen = self._control, self._control.screen
        self._typed_into = ""
        if command in _MOVES:
            control.move(_MOVES[command])
        elif command == "flag" and control.view is not None:
            wanted = not control.view.flagged
            control.move(lambda session: session.flag(flagged=wanted))
        elif command == "go":
            self._ask_place()
        elif command == "comment" and control.form is not None:
            control.form.go_comment()
        elif command == "mark":
            was = control.marks.active
            control.marks.toggle()
            if was:
                control.take_keyboard()
        elif command == "edit":
            control.open_editor()
        elif command == "reference":
            screen.source.toggle_reference()
        elif command == "pause":
            control.take_break()

    def _answers(self, event: QKeyEvent) -> bool:
        """Return whether a key answers the current question or walks between them."""
        form = self._control.form
        key = Qt.Key(event.key())
        if key in _PAGES:
            self._scroll(_PAGES[key], source=_shifted(event))
            return True
        if form is None or form.question is None:
            return False
        if key in _STEPS:
            self._typed_into = ""
            form.move_by(_STEPS[key])
            form.take_keyboard()
            return True
        return self._rates(form.question, key, event.text())

    def _rates(self, question: Criterion, key: Qt.Key, text: str) -> bool:
        control, form = self._control, self._control.form
        if form is None:
            return False
        typing = self._typed_into == question.id
        self._typed_into = ""
        if latin(text) == "X":
            control.answer(question.id, "cannot_judge")
            form.move_by(1)
        elif key == Qt.Key.Key_Backspace:
            control.answer(question.id, None)
        elif question.is_count and key in _ENTER:
            form.move_by(1)
        elif question.is_count:
            before = control.state.values.get(question.id)
            number = count_for(text, before, typing=typing)
            if number is None:
                return False
            self._typed_into = question.id if text.isdigit() else ""
            control.answer(question.id, number)
        elif (point := point_for(question, text)) is not None:
            control.answer(question.id, point)
            form.move_by(1)
        else:
            return False
        return True

    def _ends_break(self, event: QKeyEvent) -> bool:
        if _name(event) in ("Space", "B") or event.key() == Qt.Key.Key_Escape:
            self._control.end_break()
        return True

    def _ask_place(self) -> None:
        view = self._control.view
        if view is None:
            return
        self.go_dialog = GoDialog(view, self._control.screen)
        self.go_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.go_dialog.chosen.connect(
            lambda place: self._control.move(lambda session: session.go_to(place))
        )
        self.go_dialog.first_open_wanted.connect(
            lambda: self._control.move(lambda session: session.first_open())
        )
        self.go_dialog.finished.connect(self._asked)
        self.go_dialog.open()

    def _asked(self) -> None:
        self.go_dialog = None

    def _scroll(self, pages: int, *, source: bool) -> None:
        texts = self._control.screen.texts
        for target, text in texts.items():
            if (target == "source") == source:
                bar = text.verticalScrollBar()
                bar.setValue(bar.value() + pages * bar.pageStep())


def _name(event: QKeyEvent) -> str:
    """Return a key's name in the table: ``Space`` or a capital letter; empty for others."""
    if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return ""
    if event.key() == Qt.Key.Key_Space:
        return "Space"
    letter = latin(chr(event.key())) if event.key() <= _LAST_CHARACTER else ""
    return letter if letter in ascii_uppercase else ""


def _held(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _shifted(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
