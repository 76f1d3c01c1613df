"""JSON in pieces reads as the whole does, and every fault has its place and its words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.tasks import json_stream
from medsdesk.tasks.json_stream import (
    ENDS_EARLY,
    EXTRA_COMMA,
    MALFORMED,
    NO_COMMA,
    TOO_DEEP,
    BrokenJsonError,
    JsonStream,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def in_pieces(text: str, size: int) -> Callable[[int], str]:
    """Return a reader that gives so many characters at a time, however many are asked for."""
    pieces = iter([text[at : at + size] for at in range(0, len(text), size)])
    return lambda _: next(pieces, "")


def elements(text: str, size: int = 5) -> tuple[list[Any], list[str]]:
    faults: list[BrokenJsonError] = []
    stream = JsonStream(in_pieces(text, size), piece=size)
    found: list[Any] = []
    try:
        found.extend(stream.elements(faults.append))
    except BrokenJsonError as error:
        faults.append(error)
    return found, [fault.reason for fault in faults]


@given(
    st.lists(VALUES, max_size=5),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_a_list_in_pieces_has_the_elements_of_the_whole(
    values: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    assert elements(text, size) == (values, [])


@given(st.dictionaries(st.text(), VALUES, max_size=5), st.integers(1, 40))
def test_an_object_in_pieces_has_the_members_of_the_whole(
    members: dict[str, Any], size: int
) -> None:
    stream = JsonStream(in_pieces(f" {json.dumps(members)} \n", size), piece=size)
    assert {key: stream.value() for key in stream.members()} == members
    assert stream.peek() == ""


def test_the_place_counts_what_was_taken_over_all_pieces() -> None:
    stream = JsonStream(in_pieces('  [1, "two"]', 3), piece=3)
    assert stream.place == 0
    stream.value()
    assert stream.place == 12


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected", "reasons"),
    [
        ('[{"a": 1} {"a": 2}]', [{"a": 1}, {"a": 2}], [NO_COMMA]),
        ('[{"a": 1},{"a": 2},]', [{"a": 1}, {"a": 2}], [EXTRA_COMMA]),
        ('[{"a": 1},{"a" 2},{"a": 3}]', [{"a": 1}, {"a": 3}], [MALFORMED]),
        ('[{"a": "say "x" "},{"a": 3}]', [{"a": 3}], [MALFORMED]),
        ('[{"a": 1},{"a": 2,{"a": 3}]', [{"a": 1}], [MALFORMED]),
        ('[nul, {"a": 3}, {"a": 4}]', [{"a": 3}, {"a": 4}], [MALFORMED]),
        ('[{"a": 1}; {"a": 2}, {"a": 3}]', [{"a": 1}, {"a": 3}], [MALFORMED]),
        ('[{"a": 1}, {"a": "\\u00zz and more"}, {"a": 3}]', [{"a": 1}, {"a": 3}], [MALFORMED]),
        ('[{"a": 1}, {"a": "\\ud83', [{"a": 1}], [MALFORMED]),
        ('[{"a": 1}, {"a": "open', [{"a": 1}], [ENDS_EARLY]),
        ('[{"a": 1}, {"a": 2}', [{"a": 1}, {"a": 2}], [ENDS_EARLY]),
        ('[{"a": 1},', [{"a": 1}], [ENDS_EARLY]),
        ("[", [], [ENDS_EARLY]),
        ("", [], [ENDS_EARLY]),
        ("x", [], [MALFORMED]),
    ],
)
def test_a_broken_list_gives_what_is_whole_and_tells_the_rest(
    text: str, expected: list[Any], reasons: list[str], size: int
) -> None:
    assert elements(text, size) == (expected, reasons)


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("{", ENDS_EARLY, 1),
        ("{1: 2}", MALFORMED, 1),
        ('{"a" 2}', MALFORMED, 5),
        ('{"a": 2', ENDS_EARLY, 7),
        ('{"a": 2 "b": 3}', MALFORMED, 8),
        ('{"a": 2,', ENDS_EARLY, 8),
        ('{"a": nothing that JSON knows}', MALFORMED, 6),
    ],
)
def test_a_broken_object_is_refused_at_its_place(
    text: str, reason: str, place: int, size: int
) -> None:
    stream = JsonStream(in_pieces(text, size), piece=size)
    with pytest.raises(BrokenJsonError) as caught:
        [stream.value() for _ in stream.members()]
    assert (caught.value.reason, caught.value.place) == (reason, place)


def test_control_characters_in_a_text_are_read_and_told() -> None:
    stream = JsonStream(in_pieces('"two\nlines" "one line"', 4), piece=4)
    assert (stream.value(), stream.loose) == ("two\nlines", True)
    assert (stream.value(), stream.loose) == ("one line", False)


def test_deep_nesting_is_told_and_not_a_crash() -> None:
    assert elements('[{"a": 1},' + "[" * 100_000 + ',{"a": 2},{"a": 3}]', 10_000) == (
        [{"a": 1}, {"a": 2}, {"a": 3}],
        [TOO_DEEP],
    )


@pytest.mark.parametrize("size", [30, 60, 10_000])
@pytest.mark.parametrize(
    "items",
    [
        [{"a": n} for n in range(50)],
        [{"a": [{"b": n}, {"b": n}]} for n in range(50)],
        [{"a": {"b": n}, "c": 1} for n in range(50)],
        [{"a": 'she said }, {"a": 1}, { and "},{"'} for _ in range(50)],
        [[n, {"a": 1}, {"b": 2}] for n in range(50)],
    ],
)
def test_many_objects_at_once_are_the_same_as_one_by_one(items: list[Any], size: int) -> None:
    assert elements(json.dumps(items), size) == (items, [])
    assert elements(json.dumps(items, separators=(",", ":")), size) == (items, [])


def test_a_broken_object_among_many_is_told_alone() -> None:
    good = ",".join('{"a": 1}' for _ in range(100))
    found, reasons = elements(f'[{good},{{"a" 5 and more that is none}},{good}]', 10_000)
    assert (len(found), reasons) == (200, [MALFORMED])


def test_numbers_beyond_all_measure_are_read() -> None:
    [number, exact] = elements(f"[{'9' * 5000}, {'9' * 300}]", 1000)[0]
    assert number == float("inf")
    assert exact == 10**300 - 1


def test_a_text_without_an_end_is_not_followed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE_CHARS", 100)
    asked: list[int] = []

    def read(size: int) -> str:
        asked.append(size)
        return '["' if len(asked) == 1 else "x" * size

    stream = JsonStream(read, piece=10)
    stream.take("[")
    with pytest.raises(BrokenJsonError) as caught:
        stream.value()
    assert caught.value.reason == json_stream.TOO_LONG
    assert sum(asked) < 500


def test_a_rest_of_a_line_can_be_skipped() -> None:
    stream = JsonStream(in_pieces("broken line\n7\nno end", 2), piece=2)
    stream.skip_line()
    assert stream.value() == 7
    stream.skip_line()
    stream.skip_line()
    assert stream.peek() == ""


def test_a_fault_says_its_place_and_nothing_of_the_text() -> None:
    with pytest.raises(BrokenJsonError) as caught:
        JsonStream(in_pieces('{"name": Zebra, and more of it}', 4)).value()
    assert str(caught.value) == f"{MALFORMED}, at character 9"
    assert caught.value.__cause__ is None
