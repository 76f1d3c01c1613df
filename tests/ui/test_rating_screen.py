"""The rating screen over made-up items: every answer, mark and correction by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating_view import RatingView
from medsdesk.services.instruments import form_names, load_instrument
from medsdesk.services.rate_study import StudySession
from medsdesk.ui.bridge.desk import Desk
from medsdesk.ui.rating.control import RatingControl
from medsdesk.ui.rating.notice import ALL_DONE, CALIBRATED, LOCKED
from medsdesk.ui.rating.window import RatingWindow
from tests.ui.rating_views import (
    CHINESE,
    COUNTS,
    OUTPUT,
    PAIR,
    SOURCE,
    SUMMARY,
    MemorySession,
    view,
)

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FULL = UserFacingError("The disk is full.", "Make room and press Retry.")


USED = (
    QAccessible.Role.RadioButton, QAccessible.Role.Button, QAccessible.Role.EditableText,
    QAccessible.Role.SpinBox, QAccessible.Role.List, QAccessible.Role.CheckBox,
    QAccessible.Role.ProgressBar, QAccessible.Role.ButtonMenu, QAccessible.Role.ComboBox,
)  # fmt: skip


class Hands:
    """A rating window, what is behind it, and the keys pressed on it."""

    def __init__(
        self, qtbot: QtBot, desk: Desk, window: RatingWindow, session: MemorySession
    ) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.window = window
        self.session = session

    @property
    def control(self) -> RatingControl:
        return self.window.control

    @property
    def seen(self) -> RatingView:
        assert self.control.view is not None
        return self.control.view

    def stored(self, place: int = 0) -> RatingView:
        """Return an item as it is stored."""
        return self.session.views[place]

    def press(self, *keys: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys on what has the keyboard, each after what came before was saved."""
        for key in keys:
            widget = QApplication.focusWidget()
            QTest.keyClick(widget if widget is not None else self.window, key, modifier)
            self.settle()

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        done: list[bool] = []
        self.desk.short.submit(lambda _: True, done.append)
        self.qtbot.waitUntil(lambda: done == [True])

    def wait(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=5_000)


@pytest.fixture
def rate(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Hands]]:
    """Return a function that opens the window over made-up items."""
    opened: list[RatingWindow] = []
    monkeypatch.setattr("medsdesk.ui.rating.window.ask_close_unsaved", lambda _: True)

    def make(*views: RatingView) -> Hands:
        session = MemorySession(*views)
        window = RatingWindow(desk)
        opened.append(window)
        qtbot.addWidget(window)
        window.session.begin(lambda _: cast("StudySession", session))
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        hands = Hands(qtbot, desk, window, session)
        hands.wait(lambda: hands.control.view is not None)
        hands.wait(lambda: QApplication.focusWidget() is not None)
        return hands

    yield make
    for window in opened:
        window.close()


Rate = Callable[..., Hands]


def test_number_keys_rate_and_go_on_and_every_answer_is_saved(rate: Rate) -> None:
    hands = rate(view(), view())
    hands.press(Key.Key_4, Key.Key_5, Key.Key_X, Key.Key_0)
    assert hands.stored().values == {
        "accurate": 4, "thorough": 5, "succinct": "cannot_judge", "harm": 0,
    }  # fmt: skip
    assert hands.stored().complete
    assert hands.control.screen.head.saved.text().startswith("saved ")
    hands.press(Key.Key_Space)
    assert hands.seen.place == 1
    assert "2 of 2 · 1 done" in hands.control.screen.head.progress.text()
    hands.press(Key.Key_2, Key.Key_P)
    assert hands.seen.place == 0
    assert hands.stored(1).values == {"accurate": 2}


def test_up_and_down_walk_backspace_clears_and_enter_chooses(rate: Rate) -> None:
    hands = rate(view())
    hands.press(Key.Key_Down, Key.Key_Down, Key.Key_3, Key.Key_Up, Key.Key_Up, Key.Key_1)
    assert hands.stored().values == {"succinct": 3, "thorough": 1}
    hands.press(Key.Key_Up, Key.Key_Backspace)
    assert hands.stored().values == {"succinct": 3}
    hands.press(Key.Key_Right, Key.Key_Right)
    assert hands.stored().values == {"succinct": 3}  # walking chooses nothing
    hands.press(Key.Key_Return)
    assert hands.stored().values == {"succinct": 3, "thorough": 3}


def test_flag_skip_undo_redo_and_the_way_to_an_item(rate: Rate) -> None:
    hands = rate(view(), view(), view())
    hands.press(Key.Key_F)
    assert hands.stored().flagged
    assert hands.control.screen.head.flagged.isVisible()
    hands.press(Key.Key_F, Key.Key_S)
    assert not hands.stored().flagged
    assert hands.seen.place == 1
    hands.press(Key.Key_Z, modifier=CONTROL)
    hands.press(Key.Key_Z, modifier=CONTROL | SHIFT)
    hands.press(Key.Key_Y, modifier=CONTROL)
    assert [c for c in hands.session.calls if c in ("skip", "undo", "redo")] == [
        "skip", "undo", "redo", "redo",
    ]  # fmt: skip
    hands.press(Key.Key_G)
    dialog = hands.control.keys.go_dialog
    assert dialog is not None
    dialog.number.setFocus()
    dialog.number.selectAll()
    QTest.keyClicks(dialog.number, "3")
    QTest.keyClick(dialog.number, Key.Key_Return)
    hands.wait(lambda: hands.seen.place == 2)


def test_no_key_typed_into_a_field_is_a_command(rate: Rate) -> None:
    hands = rate(view(), view())
    hands.press(Key.Key_C)
    text = "n 4 x s f g m e b p Space"
    hands.type(text)
    hands.press(Key.Key_Backspace, Key.Key_Delete, Key.Key_Up, Key.Key_Down)
    assert hands.seen.place == 0
    assert hands.stored().values == {}
    hands.wait(lambda: hands.session.drafts.get("comment") == text[:-1])
    assert hands.stored().comment == ""
    hands.press(Key.Key_Escape)
    assert hands.stored().comment == text[:-1]
    hands.press(Key.Key_4)
    assert hands.stored().values == {"accurate": 4}


def test_a_comment_is_saved_on_the_way_to_the_next_item_and_a_draft_comes_back(rate: Rate) -> None:
    hands = rate(view(draft={"comment": "typed before the power went"}), view())
    assert hands.control.form is not None
    assert hands.control.form.comment.text == "typed before the power went"
    hands.press(Key.Key_N)
    assert hands.stored().comment == "typed before the power went"
    assert hands.control.form.comment.text == ""
    assert hands.stored(1).comment == ""


def test_counts_are_typed_or_stepped(rate: Rate) -> None:
    hands = rate(view(COUNTS))
    hands.press(Key.Key_1, Key.Key_2, Key.Key_Return, Key.Key_0, Key.Key_Plus, Key.Key_Plus)
    assert hands.stored().values == {"false": 12, "missed": 2}
    hands.press(Key.Key_Minus, Key.Key_Up, Key.Key_3)
    assert hands.stored().values == {"false": 3, "missed": 1}
    hands.press(Key.Key_X)
    assert hands.stored().values["false"] == "cannot_judge"


def test_a_pair_is_rated_on_a_scale_from_a_to_b(rate: Rate) -> None:
    hands = rate(view(PAIR))
    texts = hands.control.screen.outputs.texts
    hands.wait(texts["output_b"].isVisible)
    assert abs(texts["output_a"].width() - texts["output_b"].width()) <= 1
    for key, value in ((Key.Key_1, -2), (Key.Key_3, 0), (Key.Key_5, 2)):
        hands.press(key)
        assert hands.stored().values == {"better": value}
        hands.press(Key.Key_Up)


def test_words_are_marked_by_keyboard(rate: Rate) -> None:
    hands = rate(view())
    box = hands.control.screen.outputs.texts["output_a"]
    hands.press(Key.Key_M)
    assert box.hasFocus()
    hands.press(Key.Key_Right, Key.Key_Right, modifier=CONTROL)
    hands.press(Key.Key_Right, modifier=CONTROL | SHIFT)
    hands.press(Key.Key_1)
    assert "J major or I minor" in hands.control.screen.marks.hint.text()
    assert hands.stored().marks == ()
    hands.press(Key.Key_I)
    [mark] = hands.stored().marks
    assert OUTPUT[mark.start : mark.end].strip() == "with"
    assert (mark.target, mark.type, mark.severity) == ("output_a", "fabrication", "minor")
    assert mark.text_sha256 == box.text_sha256
    hands.press(Key.Key_Left, Key.Key_J)  # the mark at the cursor
    assert hands.stored().marks[0].severity == "major"
    hands.press(Key.Key_Backspace)
    assert hands.stored().marks == ()
    hands.press(Key.Key_Escape, Key.Key_5)
    assert hands.stored().values == {"accurate": 5}


def test_an_omission_is_pinned_to_its_sentence_by_one_key(rate: Rate) -> None:
    hands = rate(view())
    hands.press(Key.Key_M, Key.Key_4)
    assert "Omission is not marked in this text" in hands.control.screen.marks.hint.text()
    hands.press(Key.Key_Tab)
    assert hands.control.screen.source.text.hasFocus()
    hands.press(*[Key.Key_Right] * 110)
    hands.press(Key.Key_4, Key.Key_J)
    [mark] = hands.stored().marks
    assert SOURCE[mark.start : mark.end] == "She is allergic to penicillin."
    assert (mark.target, mark.type) == ("source", "omission")


def test_marks_in_chinese_with_emoji_are_counted_in_code_points(rate: Rate) -> None:
    hands = rate(view(outputs=(CHINESE,)))
    hands.press(Key.Key_M, Key.Key_End)
    hands.press(*[Key.Key_Left] * 3, modifier=SHIFT)
    hands.press(Key.Key_2, Key.Key_J)
    [mark] = hands.stored().marks
    assert CHINESE[mark.start : mark.end] == CHINESE[-3:]
    hands.control.screen.outputs.texts["output_a"].select(CHINESE.index("😷"), len(CHINESE))
    hands.press(Key.Key_1, Key.Key_I)
    assert CHINESE[hands.stored().marks[0].start] == "😷"


def test_the_list_jumps_to_marks_changes_and_deletes_them(rate: Rate) -> None:
    hands = rate(view())
    box = hands.control.screen.outputs.texts["output_a"]
    hands.press(Key.Key_M)
    for word in ("inferior", "known", "left"):
        at = OUTPUT.index(word)
        box.select(at, at + len(word))
        hands.press(Key.Key_1, Key.Key_J)
    hands.press(Key.Key_L)
    listed = hands.control.screen.marks.list
    assert listed.hasFocus()
    assert listed.count() == 3
    hands.press(Key.Key_Home, Key.Key_Down)
    assert OUTPUT[slice(*box.selection)] == "known"
    hands.press(Key.Key_2, Key.Key_I)
    assert [(m.type, m.severity) for m in hands.stored().marks] == [
        ("fabrication", "major"), ("negation", "minor"), ("fabrication", "major"),
    ]  # fmt: skip
    hands.press(Key.Key_Delete)
    assert [OUTPUT[m.start : m.end] for m in hands.stored().marks] == ["inferior", "left"]
    assert hands.stored().values == {}
    hands.press(Key.Key_Escape)
    assert not hands.control.marks.active


def test_a_mark_carries_a_note_and_no_key_typed_into_it_is_a_command(rate: Rate) -> None:
    hands = rate(view(), view())
    box = hands.control.screen.outputs.texts["output_a"]
    panel = hands.control.screen.marks
    hands.press(Key.Key_M, Key.Key_N)
    assert "no mark at the cursor" in panel.hint.text()
    for word in ("inferior", "left"):
        at = OUTPUT.index(word)
        box.select(at, at + len(word))
        hands.press(Key.Key_1, Key.Key_J)
    hands.press(Key.Key_N)
    assert panel.note.hasFocus()
    hands.type("right 1 n x")
    hands.press(Key.Key_Return)
    assert [mark.note for mark in hands.stored().marks] == ["", "right 1 n x"]
    assert panel.list.hasFocus()
    assert "note: right 1 n x" in panel.list.item(1).text()
    hands.press(Key.Key_2, Key.Key_Up)  # a mark of another type keeps its note
    assert [(m.type, m.note) for m in hands.stored().marks] == [
        ("fabrication", ""), ("negation", "right 1 n x"),
    ]  # fmt: skip
    assert panel.note.text() == ""
    hands.press(Key.Key_N)
    hands.type("so")
    panel.list.setCurrentRow(1)  # by mouse: the note stays with its mark
    hands.settle()
    assert [mark.note for mark in hands.stored().marks] == ["so", "right 1 n x"]
    hands.control.screen.keys.buttons["next"].click()
    hands.settle()
    assert not panel.note.isVisible()


def test_commands_work_on_a_russian_keyboard(rate: Rate) -> None:
    hands = rate(view(), view())
    for letter in "чт":  # X and N
        pressed(hands, letter)
    assert hands.stored().values == {"accurate": "cannot_judge"}
    assert hands.seen.place == 1
    marking = []
    for letter in "ьЬ":  # M
        pressed(hands, letter)
        marking.append(hands.control.marks.active)
    assert marking == [True, False]
    pressed(hands, "с")  # C
    assert hands.control.form is not None
    assert hands.control.form.comment.hasFocus()
    pressed(hands, "я")
    assert hands.control.form.comment.text == "я"


def pressed(hands: Hands, letter: str) -> None:
    """Press a key as a keyboard of another script does."""
    widget = QApplication.focusWidget()
    assert widget is not None
    key = ord(letter.upper())
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(widget, event)
    hands.settle()


def test_an_output_is_corrected_compared_and_reset(rate: Rate) -> None:
    hands = rate(view(), view())
    hands.press(Key.Key_E)
    edit = hands.control.screen.outputs.edit
    assert edit.box.hasFocus()
    hands.press(Key.Key_End, modifier=CONTROL)
    hands.type(" n 4 x")
    hands.wait(lambda: hands.session.drafts.get("edit") == OUTPUT + " n 4 x")
    hands.wait(lambda: "Underlined" in edit.state.text())
    hands.press(Key.Key_Escape)
    assert hands.stored().edited == OUTPUT + " n 4 x"
    hands.wait(hands.control.screen.outputs.corrected.isVisible)
    assert hands.stored().values == {}
    hands.press(Key.Key_E)
    edit.reset_button.click()
    hands.settle()
    assert hands.stored().edited is None
    assert not hands.control.screen.outputs.editing or edit.box.text == OUTPUT


def test_what_cannot_be_saved_stays_is_told_and_is_saved_again(rate: Rate) -> None:
    hands = rate(view(), view())
    hands.session.broken = FULL
    hands.press(Key.Key_4)
    assert "Not saved. The disk is full." in hands.control.screen.head.saved.text()
    assert "Make room" in hands.control.screen.messages.text
    assert hands.control.state.values == {"accurate": 4}
    hands.press(Key.Key_C)
    hands.type("words")
    hands.press(Key.Key_Escape)
    assert hands.control.form is not None
    assert hands.control.form.comment.text == "words"
    hands.session.broken = None
    hands.control.screen.head.retry.click()
    hands.settle()
    assert hands.stored().values == {"accurate": 4}
    assert hands.stored().comment == "words"
    assert hands.control.screen.head.saved.text().startswith("saved ")


def test_a_break_covers_the_texts_and_stops_the_clock(rate: Rate) -> None:
    hands = rate(view(), view())
    hands.session.calls.clear()
    hands.press(Key.Key_B)
    assert not hands.control.screen.source.text.isVisible()
    hands.press(Key.Key_4)
    assert hands.stored().values == {}
    assert hands.session.calls[:1] == ["pause"]
    hands.press(Key.Key_Space)
    assert hands.control.screen.source.text.isVisible()
    assert "resume" in hands.session.calls
    assert hands.seen.place == 0


def test_a_locked_set_is_shown_and_takes_nothing(rate: Rate) -> None:
    hands = rate(view(locked=True, values={"accurate": 2}, comment="Fine."))
    assert hands.control.screen.notice.words.text() == LOCKED
    hands.press(Key.Key_4, Key.Key_X, Key.Key_Backspace, Key.Key_M, Key.Key_E)
    assert hands.stored().values == {"accurate": 2}
    assert not hands.control.marks.active
    assert not hands.control.screen.outputs.editing
    hands.press(Key.Key_C)
    hands.type("more")
    assert hands.stored().comment == "Fine."


def test_after_a_calibration_item_the_agreed_points_stand_beside_the_own_ones(rate: Rate) -> None:
    done = view(
        calibration=True,
        values={"accurate": 4, "thorough": 1, "succinct": 3, "harm": 0},
        complete=True,
        agreed={"accurate": 4, "thorough": 3, "succinct": 3, "harm": 1},
    )
    hands = rate(done, view())
    assert hands.control.screen.notice.words.text() == CALIBRATED
    assert hands.control.form is not None
    rows = hands.control.form.rows
    assert rows["accurate"].state.text() == "as agreed: 4 Good"
    assert rows["thorough"].state.text() == "agreed: 3 Fair"


def test_the_end_is_told(rate: Rate) -> None:
    values = {"accurate": 4, "thorough": 1, "succinct": 3, "harm": 0}
    hands = rate(view(values=values, complete=True))
    assert hands.control.screen.notice.words.text() == ALL_DONE


def test_forms_may_change_from_item_to_item(rate: Rate) -> None:
    hands = rate(view(), view(COUNTS), view(PAIR), view(SUMMARY))
    for form in (COUNTS, PAIR, SUMMARY):
        hands.press(Key.Key_N)
        assert hands.control.form is not None
        assert hands.control.form.form is form
    assert hands.control.screen.marks.isVisible()


def test_a_large_text_comes_at_once(rate: Rate) -> None:
    large = "The heart is normal in size. 心影不大。\n" * 1_600
    hands = rate(view(), view(source=large, outputs=(large[:20_000],)))
    assert len(large) > 50_000
    hands.press(Key.Key_N)
    assert hands.control.screen.source.text.given == large
    hands.press(Key.Key_PageDown, modifier=SHIFT)
    assert hands.control.screen.source.text.verticalScrollBar().value() > 0
    hands.press(Key.Key_4)
    assert hands.stored(1).values == {"accurate": 4}


def test_typing_ahead_never_rates_an_item_that_was_not_seen(rate: Rate) -> None:
    hands = rate(view(), view())
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, Key.Key_N)
    QTest.keyClick(widget, Key.Key_4)  # before the next item is on the screen
    hands.settle()
    assert [v.values for v in hands.session.views] == [{}, {}]


def test_closing_saves_what_was_typed(rate: Rate) -> None:
    hands = rate(replace(view(), form=SUMMARY))
    hands.press(Key.Key_C)
    hands.type("last words")
    hands.window.close()
    hands.wait(lambda: hands.stored().comment == "last words")


@pytest.mark.parametrize("form", form_names())
def test_every_control_of_every_form_has_a_name(rate: Rate, form: str) -> None:
    hands = rate(view(load_instrument(form), reference="Made up."))
    found = list(controls(QAccessible.queryAccessibleInterface(hands.window)))
    assert len(found) > 15
    assert [role for role, name in found if not name.strip()] == []


def controls(part: QAccessibleInterface | None) -> Iterator[tuple[str, str]]:
    """Yield role and name of everything below a part that can be used by keyboard or mouse."""
    if part is None or not part.isValid() or part.state().invisible:
        return
    if part.role() in USED:
        yield part.role().name, part.text(QAccessible.Text.Name)
    for number in range(part.childCount()):
        yield from controls(part.child(number))
