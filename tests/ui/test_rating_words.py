"""What the rating screen counts, finds and words, without a window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Criterion
from medsdesk.core.study_rating import Mark
from medsdesk.ui.rating import marking
from medsdesk.ui.rating.answering import (
    count_for,
    keys_of,
    meanings,
    numbers_of,
    point_for,
    progress_words,
)
from medsdesk.ui.rating.code_points import CodePoints, covered_twice, spread
from medsdesk.ui.rating.item_state import ItemState
from medsdesk.ui.rating.keys import COMMANDS, command_for
from medsdesk.ui.rating.marking import Place
from medsdesk.ui.rating.passages import sentence_at, word_at
from tests.ui.rating_views import COUNTS, HARM, PAIR, SUMMARY, view

PIECES = ("a", " ", "\n", "\r\n", "é", "心", "😷", "𝛼", "\u200d", "👨‍👩‍👧", "\t", "م")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(TEXTS)
def test_places_are_those_of_the_document_and_come_back(text: str) -> None:
    document = QTextDocument()
    document.setPlainText(text)
    points = CodePoints(text)
    for place, sign in enumerate(text):
        inside = sign == "\n" and place > 0 and text[place - 1] == "\r"
        there = points.to_document(place)
        if inside:
            assert there == points.to_document(place - 1)
            continue
        shown = "\u2029" if sign in "\r\n" else sign
        first = shown.encode("utf-16-be", "surrogatepass")[:2]
        assert str(document.characterAt(there)).encode("utf-16-be", "surrogatepass") == first
        assert points.to_text(there) == place
    assert points.to_document(len(text)) == document.characterCount() - 1
    assert points.to_text(document.characterCount() - 1) == len(text)


def test_a_place_inside_a_sign_that_counts_twice_stands_before_it() -> None:
    points = CodePoints("a😷b")
    assert [points.to_document(n) for n in range(4)] == [0, 1, 3, 4]
    assert [points.to_text(n) for n in range(5)] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("stretches", "lanes", "twice"),
    [
        ([], [], []),
        ([(0, 5), (5, 9)], [0, 0], []),
        ([(0, 5), (3, 9)], [0, 1], [(3, 5)]),
        ([(0, 9), (2, 4), (3, 6)], [0, 1, 2], [(2, 6)]),
        ([(4, 6), (0, 5)], [1, 0], [(4, 5)]),
        ([(0, 4), (0, 4)], [0, 1], [(0, 4)]),
    ],
)
def test_overlapping_marks_lie_below_each_other(
    stretches: list[tuple[int, int]], lanes: list[int], twice: list[tuple[int, int]]
) -> None:
    assert spread(stretches) == lanes
    assert covered_twice(stretches) == twice


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("She had pain. He had none.", 3, "She had pain."),
        ("She had pain. He had none.", 16, "He had none."),
        ("Troponin 2.5 ng/mL. Stent placed.", 10, "Troponin 2.5 ng/mL."),
        ("患者胸痛。心电图正常。", 6, "心电图正常。"),
        ("One line\nanother line", 12, "another line"),
        ("no stop at all", 4, "no stop at all"),
        ("", 0, ""),
        ("He asked “why?” Then left.", 4, "He asked “why?”"),
    ],
)
def test_a_sentence_is_found_around_a_place(text: str, place: int, found: str) -> None:
    begin, end = sentence_at(text, place)
    assert text[begin:end] == found


@given(st.text(st.sampled_from("ab. \n。!😷"), max_size=40), st.integers(0, 40))
def test_sentences_and_words_lie_inside_their_text(text: str, place: int) -> None:
    place = min(place, len(text))
    for begin, end in (sentence_at(text, place), word_at(text, place)):
        assert 0 <= begin <= end <= len(text)
        assert text[begin:end] == text[begin:end].strip()


@pytest.mark.parametrize(
    ("place", "found"), [(0, "Aspirin"), (7, "Aspirin"), (9, "100"), (12, "mg"), (14, "mg")]
)
def test_a_word_is_found_around_a_place(place: int, found: str) -> None:
    begin, end = word_at("Aspirin 100 mg", place)
    assert "Aspirin 100 mg"[begin:end] == found


def mark(target: str, start: int, end: int, kind: str = "negation", grave: str = "major") -> Mark:
    return Mark(target, start, end, "0" * 64, kind, grave)  # type: ignore[arg-type]  # plain words here


def test_marks_are_added_changed_and_taken_out_in_order() -> None:
    marks = marking.with_mark((), Place("output_a", 5, 9, "0" * 64), "negation", "major")
    marks = marking.with_mark(marks, Place("output_a", 1, 9, "0" * 64), "fabrication", "minor")
    marks = marking.with_mark(marks, Place("source", 7, 9, "0" * 64), "omission", "major")
    assert [(m.target, m.start) for m in marks] == [("source", 7), ("output_a", 1), ("output_a", 5)]
    assert marking.mark_at(marks, "output_a", 6) == 2  # the shorter of two around it
    assert marking.mark_at(marks, "output_a", 2) == 1
    assert marking.mark_at(marks, "output_b", 6) is None
    assert marking.with_severity(marks, 2, "minor")[2].severity == "minor"
    changed = marking.with_type(marks, 2, "causality")
    assert [m.type for m in changed] == ["omission", "fabrication", "causality"]
    assert marking.without_mark(marks, 1) == (marks[0], marks[2])


def test_the_same_stretch_with_the_same_type_is_one_mark() -> None:
    place = Place("output_a", 5, 9, "0" * 64)
    marks = marking.with_mark((), place, "negation", "major")
    assert len(marking.with_mark(marks, place, "negation", "minor")) == 1
    assert len(marking.with_mark(marks, place, "causality", "minor")) == 2


def test_a_mark_is_told_in_words() -> None:
    words = marking.mark_words(SUMMARY, mark("output_a", 4, 8), "Has no\nallergies", pair=False)
    assert words == "Negation, major (output): “no a”"
    long = mark("output_b", 0, 400)
    assert "…" in marking.mark_words(SUMMARY, long, "word " * 80, pair=True)


def test_types_and_severities_have_their_keys() -> None:
    assert [marking.type_for(SUMMARY, k) is None for k in ("1", "4", "5", "0", "x", "")] == [
        False, False, True, True, True, True,
    ]  # fmt: skip
    assert [getattr(marking.severity_for(SUMMARY, k), "id", "") for k in ("j", "I", "k")] == [
        "major", "minor", "",
    ]  # fmt: skip
    omission, fabrication = SUMMARY.marks[3], SUMMARY.marks[0]
    assert marking.may_stand(omission, "source")
    assert not marking.may_stand(omission, "output_a")
    assert marking.may_stand(fabrication, "output_b")


@pytest.mark.parametrize(
    ("criterion", "key", "value"),
    [
        (SUMMARY.criteria[0], "1", 1),
        (SUMMARY.criteria[0], "5", 5),
        (SUMMARY.criteria[0], "0", None),
        (SUMMARY.criteria[0], "6", None),
        (HARM, "0", 0),
        (PAIR.criteria[0], "1", -2),
        (PAIR.criteria[0], "3", 0),
        (PAIR.criteria[0], "5", 2),
        (PAIR.criteria[0], "0", None),
    ],
)
def test_a_digit_chooses_its_point(criterion: Criterion, key: str, value: int | None) -> None:
    assert point_for(criterion, key) == value
    assert keys_of(criterion)
    assert all(f"{digit} " in meanings(criterion) for digit in numbers_of(criterion).values())


@pytest.mark.parametrize(
    ("key", "before", "typing", "after"),
    [
        ("1", None, False, 1),
        ("2", 1, True, 12),
        ("2", 1, False, 2),
        ("3", 12, True, 3),  # 123 would be too many
        ("0", None, False, 0),
        ("+", None, False, 1),
        ("=", 4, False, 5),
        ("-", 4, False, 3),
        ("-", None, False, 0),
        ("+", 99, False, 99),
        ("a", 4, False, None),
        ("+", "cannot_judge", False, 1),
    ],
)
def test_a_count_is_typed_or_stepped(
    key: str, before: int | None, typing: bool, after: int | None
) -> None:
    assert count_for(key, before, typing=typing) == after
    assert COUNTS.criteria[0].is_count


def test_every_key_of_the_screen_is_there_once_and_starts_one_command() -> None:
    keys = [key for command in COMMANDS.values() for key in command.keys]
    assert len(keys) == len(set(keys))
    assert not set(keys) & set("XJIKTL0123456789")  # these answer and mark
    assert command_for("Z", control=True, shift=False) == "undo"
    assert command_for("Z", control=True, shift=True) == "redo"
    assert command_for("Z", control=False, shift=False) == ""
    assert command_for("N", control=False, shift=True) == "next"
    assert command_for("N", control=True, shift=False) == ""


def test_where_one_is_is_told_in_words() -> None:
    assert progress_words(view(place=11, total=30, done=9)) == "12 of 30 · 9 done"
    words = progress_words(view(place=11, total=30, done=9, minutes_left=14.2))
    assert words == "12 of 30 · 9 done · about 14 minutes left"
    assert "2 hours" in progress_words(view(total=9, minutes_left=118.0))
    assert "1 minute left" in progress_words(view(total=9, minutes_left=0.2))
    assert "left" not in progress_words(view(total=9, done=9, minutes_left=3.0))


def test_saved_is_said_only_after_the_save_and_a_failed_answer_stays() -> None:
    state = ItemState()
    state.load(view())
    state.choose("accurate", 4)
    assert state.status == "Saving…"
    state.commit("14:02:03")
    assert state.status == "saved 14:02:03"
    state.choose("thorough", 2)
    state.fail("thorough", UserFacingError("The disk is full.", "Make room."))
    assert state.status == "Not saved. The disk is full."
    state.load(view(values={"accurate": 4}))
    assert state.values == {"accurate": 4, "thorough": 2}
    state.load(view(place=1))
    assert (state.values, state.failed) == ({}, {})
