"""A header comes out in one form whatever the form of the file's."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.core.task import Case
from medsdesk.tasks.task_header import TaskHeader, key_of, read_header, unknown_keys


def _read(raw: dict[str, Any], *, mixed: bool = False) -> tuple[TaskHeader, list[str]]:
    faults: list[str] = []
    return read_header(raw, mixed=mixed, tell=faults.append), faults


@pytest.mark.parametrize("listed", [True, False])
def test_texts_and_lists_of_texts_read_the_same(listed: bool) -> None:
    plain = {
        "Contributors": "A",
        "Source": "B",
        "URL": "C",
        "Categories": "D",
        "Reasoning": "E",
        "Definition": "F",
        "Input_language": "G",
        "Output_language": "H",
        "Instruction_language": "I",
        "Domains": "J",
        "Split Type": "Test",
    }
    raw = {key: [value] for key, value in plain.items()} if listed else dict(plain)
    header = TaskHeader(
        definition="F",
        source="B",
        categories=("D",),
        domains=("J",),
        input_languages=("G",),
        output_languages=("H",),
        instruction_languages=("I",),
        contributors=("A",),
        url=("C",),
        reasoning=("E",),
        split="Test",
    )
    assert _read(raw) == (header, [])


def test_several_texts_are_joined_and_blank_ones_left_out() -> None:
    header, faults = _read(
        {"Definition": ["One.", "", "Two."], "Source": ["A", "B"], "Split Type": ["Train", "Test"]}
    )
    assert (header.definition, header.source, header.split) == ("One.\nTwo.", "A; B", "Train/Test")
    assert faults == []


def test_cases_are_read_and_what_is_none_is_told() -> None:
    header, faults = _read(
        {
            "Definition": "D",
            "Positive Examples": [
                {"input": "a", "output": "b", "explanation": "c"},
                {"input": "d", "output": ["e", "f"]},
                {"input": "g", "output": []},
                "h",
            ],
            "Negative Examples": {"input": "a"},
        }
    )
    assert header.positive == (Case("a", "b"), Case("d", "e"))
    assert header.negative == ()
    assert faults == [
        "Positive Examples 3 has no input or no output",
        "Positive Examples 4 is not an object but text",
        "Negative Examples is not a list but an object",
    ]


@pytest.mark.parametrize(
    ("raw", "reasons"),
    [
        ({}, ["Definition is missing"]),
        ({"Definition": [" "]}, ["Definition is missing"]),
        ({"Definition": None, "Positive Examples": ""}, ["Definition is missing"]),
        ({"Definition": 5}, ["Definition is no text but a number", "Definition is missing"]),
        ({"Definition": "x", "URL": [{}]}, ["URL is no text but an object"]),
        (
            {"Definition": "a\0b\ud800"},
            ["Definition has characters that are no text; they were replaced"],
        ),
    ],
)
def test_faults_of_a_header_have_their_words(raw: dict[str, Any], reasons: list[str]) -> None:
    header, faults = _read(raw)
    assert faults == reasons
    if "replaced" in reasons[0]:
        assert header.definition == "a\ufffdb\ufffd"


def test_bytes_that_are_not_utf8_are_mended_and_told() -> None:
    header, faults = _read({"Definition": "caf\udce9", "Source": "é"}, mixed=True)
    assert (header.definition, header.source) == ("café", "é")
    assert faults == ["Definition has bytes that are not UTF-8 and were read as Windows-1252"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Split Type", "split_type"),
        (" split  type: ", "split_type"),
        ("Split", "split_type"),
        ("Text Domains", "domains"),
        ("Instences", "instances"),
        ("Input_languages", "input_language"),
        ("Positive Examples", "positive_examples"),
        ("Mood", "mood"),
    ],
)
def test_keys_have_one_name(key: str, name: str) -> None:
    assert key_of(key) == name


def test_keys_that_mean_nothing_are_named_where_they_can_be() -> None:
    raw = {"Definition": "x", "Version": "1", "Mrs Zebra, 81 years old, says that": "y"}
    assert unknown_keys(raw) == ("Version", "a name that is not shown")
