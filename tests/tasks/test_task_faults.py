"""Every fault of an instance has its words, and what can be read is read."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.tasks.task_faults import (
    DUPLICATE_ID,
    EMPTY_OUTPUT_LEFT_OUT,
    NO_OBJECT,
    NO_OUTPUT,
    NOT_UTF8,
    InstanceChecker,
    kind_of,
    plain_name,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"input": "a", "output": "b"}, ("", "a", ("b",))),
        ({"id": "x", "input": "a", "output": ["b"]}, ("x", "a", ("b",))),
        ({"id": "", "input": "a", "output": ["b", "c"]}, ("", "a", ("b", "c"))),
        ({"id": None, "input": " a\t", "output": "b\n"}, ("", " a\t", ("b\n",))),
        ({"id": 7, "input": "a", "output": "b"}, ("7", "a", ("b",))),
        ({"Id": "x", " INPUT ": "a", "Output": "b"}, ("x", "a", ("b",))),
        ({"input": "a", "Input": "z", "output": "b"}, ("", "a", ("b",))),
        ({"Input": "z", "input": "a", "output": "b"}, ("", "a", ("b",))),
    ],
)
def test_a_good_instance_is_read_as_it_stands(raw: dict[str, Any], expected: Any) -> None:
    assert InstanceChecker(mixed=False).read(raw) == (expected, ())


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, NO_OBJECT),
        ([1], NO_OBJECT),
        ("text", NO_OBJECT),
        ({}, "it has no input"),
        ({"input": None, "output": "b"}, "it has no input"),
        ({"input": "", "output": "b"}, "its input is empty"),
        ({"input": " \n", "output": "b"}, "its input is empty"),
        ({"input": 3, "output": "b"}, "its input is no text but a number"),
        ({"input": ["a"], "output": "b"}, "its input is no text but a list"),
        ({"input": {}, "output": "b"}, "its input is no text but an object"),
        ({"input": True, "output": "b"}, "its input is no text but true or false"),
        ({"input": "a\0", "output": "b"}, "its input has characters in it that are no text"),
        ({"input": "\ud800", "output": "b"}, "its input has characters in it that are no text"),
        ({"input": "a", "output": ""}, "its output is empty"),
        ({"input": "a", "output": 1.5}, "its output is no text but a number"),
        ({"input": "a", "output": NAN}, "its output is no text but NaN"),
        ({"input": "a", "output": []}, "its output is an empty list"),
        ({"input": "a", "output": ["", " "]}, "its outputs are all empty"),
        (
            {"input": "a", "output": ["b", None]},
            "in the list of outputs: it has no output",
        ),
        (
            {"input": "a", "output": ["b", NAN]},
            "in the list of outputs: its output is no text but NaN",
        ),
    ],
)
def test_an_instance_that_cannot_be_used_is_refused_with_its_reason(raw: Any, reason: str) -> None:
    assert InstanceChecker(mixed=False).read(raw) == (None, (reason,))


@pytest.mark.parametrize("raw", [{"input": "a"}, {"input": "a", "output": None}])
def test_an_instance_without_an_output_is_kept_and_told(raw: dict[str, Any]) -> None:
    assert InstanceChecker(mixed=False).read(raw) == (("", "a", ()), (NO_OUTPUT,))


def test_an_empty_output_among_others_is_left_out_and_told() -> None:
    read = InstanceChecker(mixed=False).read({"input": "a", "output": ["b", ""]})
    assert read == (("", "a", ("b",)), (EMPTY_OUTPUT_LEFT_OUT,))


def test_an_id_that_comes_again_is_told_and_the_item_kept() -> None:
    checker = InstanceChecker(mixed=False)
    raw = {"id": "x", "input": "a", "output": "b"}
    assert checker.read(raw)[1] == ()
    assert checker.read(raw) == (("x", "a", ("b",)), (DUPLICATE_ID,))
    assert checker.read({**raw, "id": ""})[1] == ()


def test_bytes_that_are_not_utf8_are_mended_in_a_mixed_file_alone() -> None:
    raw = {"input": "caf\udce9", "output": ["na\udcefve", "b"]}
    assert InstanceChecker(mixed=True).read(raw) == (("", "café", ("naïve", "b")), (NOT_UTF8,))
    assert InstanceChecker(mixed=False).read(raw)[0] is None
    clean = {"input": "café", "output": "b"}
    assert InstanceChecker(mixed=True).read(clean) == (("", "café", ("b",)), ())
    assert InstanceChecker(mixed=True).read({"input": "caf\udce9", "output": 1})[0] is None


def test_what_is_worth_knowing_is_counted() -> None:
    checker = InstanceChecker(mixed=False)
    assert checker.notes() == ()
    checker.read({"id": [1], "input": "x" * 200_000, "output": "b", "explanation": "why"})
    checker.read({"id": True, "input": "a", "output": "b", "explanation": "why"})
    checker.read({"id": "\0", "input": "a", "output": "b", "Mrs Zebra, born in 1950, says": 1})
    assert checker.notes() == (
        "2 items have a key that is not read: explanation.",
        "1 item has a key that is not read: a name that is not shown.",
        "1 item has an input of more than 100,000 characters; the longest has 200,000.",
        "3 items have an id that is no text; it is not used.",
    )


def test_keys_in_other_letters_are_noted() -> None:
    checker = InstanceChecker(mixed=False)
    for raw in ({"Input": "a", "OUTPUT": "b"}, {"input": "a", "output": "b"}):
        assert checker.read(raw) == (("", "a", ("b",)), ())
    assert "1 item has a key in other letters" in checker.notes()[0]


def test_kinds_and_names_are_told_in_plain_words() -> None:
    assert kind_of(None) == "null"
    assert kind_of("x") == "text"
    assert plain_name("Split Type") == "Split Type"
    assert plain_name("x" * 31) == "a name that is not shown"
