"""Marking by keyboard and mouse: which text, which words, which type, how grave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from medsdesk.ui.rating import marking
from medsdesk.ui.rating.keys import latin
from medsdesk.ui.rating.mark_drawing import MarkDrawing
from medsdesk.ui.rating.mark_note import MarkNote
from medsdesk.ui.rating.marking import Place
from medsdesk.ui.rating.passages import sentence_at, word_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent

    from medsdesk.core.rating import Instrument, MarkType
    from medsdesk.core.rating_view import RatingView
    from medsdesk.core.study_rating import Mark, MarkTarget
    from medsdesk.ui.rating.mark_panel import MarkPanel
    from medsdesk.ui.rating.marked_text import MarkedText

_DELETE = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}


class MarkControl(QObject):
    """Turns what is selected into marks; stores nothing itself.

    Args:
        texts: The texts that can be marked, by their names.
        panel: Types and list.
        parent: Owns this.

    Signals:
        marked: All marks of the item; to be committed.
        entered: Marking has begun.
        rested: Marking is over.
        left: Marking has ended; the questions want the keyboard.
    """

    marked = Signal(object)
    entered = Signal()
    rested = Signal()
    left = Signal()

    def __init__(
        self, texts: Mapping[MarkTarget, MarkedText], panel: MarkPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._panel = panel
        self._drawing = MarkDrawing(texts, panel)
        self._form: Instrument | None = None
        self._pair = False
        self._locked = False
        self._waiting: tuple[Place, MarkType] | None = None
        self._current = -1
        self._note = MarkNote(panel)
        self.marks: tuple[Mark, ...] = ()
        self.active = False
        panel.type_pressed.connect(self._take_type)
        panel.severity_pressed.connect(self._take_severity)
        panel.looked_at.connect(self._look_at)
        panel.list.takes = self._takes_in_list
        panel.note.left.connect(self.flush)
        panel.note.done.connect(panel.list.setFocus)
        for target, text in texts.items():
            text.chosen.connect(lambda target=target: self._chosen(target))
            text.moved.connect(self._tell)

    def show_item(self, view: RatingView, marks: tuple[Mark, ...]) -> None:
        """Show the marks of an item."""
        other = self._form is None or self._form != view.form
        self._form, self._pair, self._locked = view.form, len(view.outputs) > 1, view.locked
        self._panel.setVisible(bool(view.form.marks))
        if other:
            self._panel.show_form(view.form)
        self._panel.set_locked(locked=view.locked)
        self.marks = marking.in_order(marks)
        self._current = min(self._current, len(self.marks) - 1)
        self._draw()

    def toggle(self) -> None:
        """Put the cursor into a text to mark in, or leave it."""
        if self.active:
            self.leave()
        elif (texts := self._open_texts()) and not self._locked:
            self.enter(texts[1 if texts[0] == "source" and len(texts) > 1 else 0])

    def enter(self, target: MarkTarget) -> None:
        """Mark in a text."""
        self.active = True
        self._waiting = None
        self._texts[target].setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()
        self.entered.emit()

    def leave(self) -> None:
        """Mark no more; what was chosen without a severity yet is dropped."""
        was, self.active, self._waiting = self.active, False, None
        if was:
            self._drawing.say_resting()
            self.rested.emit()

    def flush(self) -> None:
        """Have a note that was changed committed now."""
        changed = self._note.changed(self.marks)
        if changed != self.marks and not self._locked:
            self._commit(changed)

    def takes(self, event: QKeyEvent) -> bool:
        """Return whether a key was meant for marking, and do what it asks."""
        target = self._target
        if not self.active or target is None or self._locked:
            return False
        key = Qt.Key(event.key())
        if key in _TABS:
            self._next_text(target, _TABS[key])
        elif key == Qt.Key.Key_Escape or _letter(event) == "M":
            if self._waiting is None:
                self.leave()
                self.left.emit()
            self._waiting = None
            self._tell()
        elif key in _DELETE:
            number = marking.mark_at(self.marks, target, self._texts[target].cursor_place)
            if number is not None:
                self._commit(marking.without_mark(self.marks, number))
        elif _letter(event) == "T":
            text = self._texts[target]
            text.select(*sentence_at(text.given, text.cursor_place))
        elif _letter(event) == "L":
            self._panel.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            return self._takes_kind(_letter(event), target)
        return True

    def _takes_kind(self, letter: str, target: MarkTarget) -> bool:
        if self._form is None:
            return False
        if letter == "N":
            number = marking.mark_at(self.marks, target, self._texts[target].cursor_place)
            if number is None:
                self._panel.say("There is no mark at the cursor to write a note on.")
            else:
                self._note.write(number)
            return True
        kind = marking.type_for(self._form, letter)
        grave = marking.severity_for(self._form, letter)
        if kind is not None:
            self._take_type(kind)
        elif grave is not None:
            self._take_severity(grave)
        return kind is not None or grave is not None or (letter.isdigit() and letter != "")

    def _takes_in_list(self, event: QKeyEvent) -> bool:
        """Change the current mark from the list."""
        key, row = Qt.Key(event.key()), self._panel.list.currentRow()
        letter = _letter(event)
        if key == Qt.Key.Key_Escape:
            self.leave()
            self.left.emit()
        elif not 0 <= row < len(self.marks) or self._form is None or self._locked:
            return False
        elif key in _DELETE:
            self._commit(marking.without_mark(self.marks, row))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter(self.marks[row].target)
        elif letter == "N":
            self._note.write(row)
        elif (kind := marking.type_for(self._form, letter)) is not None:
            if marking.may_stand(kind, self.marks[row].target):
                self._commit(marking.with_type(self.marks, row, kind.id))
        elif (grave := marking.severity_for(self._form, letter)) is not None:
            self._commit(marking.with_severity(self.marks, row, grave.id))
        else:
            return False
        return True

    @property
    def _target(self) -> MarkTarget | None:
        """The text that has the keyboard."""
        return next((t for t in self._open_texts() if self._texts[t].hasFocus()), None)

    def _open_texts(self) -> list[MarkTarget]:
        """Return the texts on the screen in which some type may stand."""
        kinds = self._form.marks if self._form is not None else ()
        return [
            target
            for target, text in self._texts.items()
            if not text.isHidden() and any(marking.may_stand(k, target) for k in kinds)
        ]

    def _next_text(self, target: MarkTarget, step: int) -> None:
        texts = self._open_texts()
        self.enter(texts[(texts.index(target) + step) % len(texts)])

    def _chosen(self, target: MarkTarget) -> None:
        """Begin to mark where something was selected with the mouse."""
        if not self._locked and target in self._open_texts():
            self.enter(target)

    def _take_type(self, kind: MarkType) -> None:
        target = self._target
        if target is None or self._locked or self._form is None:
            return
        if not marking.may_stand(kind, target):
            self._panel.say(f"{kind.label} is not marked in this text. Tab goes to the other one.")
            return
        text = self._texts[target]
        begin, end = text.selection
        if begin == end:  # an omission is pinned to its sentence, anything else to a word
            take = sentence_at if target == "source" else word_at
            begin, end = take(text.given, text.cursor_place)
        if begin == end:
            self._panel.say("Select some words first: hold Shift and press the arrow keys.")
            return
        text.select(begin, end)
        place = Place(target, begin, end, text.text_sha256)
        if self._form.severities:
            self._waiting = (place, kind)
            self._tell()
        else:
            self._add(place, kind, "")

    def _take_severity(self, grave: MarkType) -> None:
        if self._waiting is not None:
            place, kind = self._waiting
            self._add(place, kind, grave.id)
            return
        target = self._target
        if target is not None and not self._locked:
            number = marking.mark_at(self.marks, target, self._texts[target].cursor_place)
            if number is not None:
                self._commit(marking.with_severity(self.marks, number, grave.id))

    def _add(self, place: Place, kind: MarkType, severity: str) -> None:
        self._waiting = None
        made = marking.with_mark(self.marks, place, kind.id, severity)
        text = self._texts[place.target]
        text.select(place.end, place.end)
        self._commit(made)

    def _commit(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        self._draw()
        self._tell()
        self.marked.emit(marks)

    def _draw(self) -> None:
        if self._form is not None:
            self._drawing.draw(self._form, self.marks, self._current, pair=self._pair)
            self._note.follow(self.marks)

    def _tell(self) -> None:
        """Say what can be done now."""
        target = self._target
        if not self.active or self._form is None or target is None:
            return
        if self._waiting is not None:
            self._drawing.say_question(self._form, self._waiting[1])
        else:
            self._drawing.say_place(self._form, self.marks, target, pair=self._pair)

    def _look_at(self, number: int) -> None:
        """Show the mark that is current in the list."""
        if number < len(self.marks):
            self.flush()
            self._current = number
            self._drawing.show_mark(self.marks[number])
            self._note.show(self.marks[number])
            self._draw()


def _letter(event: QKeyEvent) -> str:
    """Return the key's letter in capitals; empty with Ctrl, Alt or Meta."""
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return "" if event.modifiers() & ~plain else latin(event.text())
