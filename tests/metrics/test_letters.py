"""Letters that are options and letters that are words."""

from __future__ import annotations

import pytest

from medsdesk.metrics.letters import ALIEN, MISMATCH, SEVERAL, choice_at, latin, single, text_at

OPTIONS = {"A": "heart", "B": "heart failure", "C": "E. coli", "D": "-"}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("B", "B"),
        ("B: heart failure", "B"),
        ("(B) and (C)", "BC"),
        ("B, C", "BC"),
        ("B, C and D", "BCD"),
        ("B; D", "BD"),
        ("B, A patient", "B"),  # a comma, then a word
        ("B because of vitamin C and D", "B"),
        ("D: vitamins A, C and E, E: rest", "DE"),
        ("B: heart failure, E. coli", "B"),  # a genus inside an option's text
        ("C. E. coli", "C"),
        ("C. coli", ""),
        ("A man", ""),
        ("B is wrong", ""),
        ("c:", "C"),
        ("c d", ""),
        ("K", ""),
        ("", ""),
    ],
)
def test_choice_at(text: str, letters: str) -> None:
    assert choice_at(text, 0, OPTIONS).letters == frozenset(letters)


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("B: gut", "B"),
        ("(B) gut", "B"),
        ("B: heart failure, C: gut", "BC"),
        ("A: heart failure", "AB"),
        ("B: heart failures", ""),  # a slip of spelling
        ("B: heart fail", ""),  # cut short
        ("B: сердце", "B"),
        ("B. It beats too weakly.", ""),  # a reason, not a text
    ],
)
def test_a_letter_with_another_text_decides_for_nothing(text: str, possible: str) -> None:
    found = choice_at(text, 0, OPTIONS)
    assert frozenset().union(*found.possible) == frozenset(possible)
    assert bool(found.letters) != bool(possible)
    assert (found.reason in (ALIEN, MISMATCH)) == bool(possible)


def test_an_english_text_for_an_option_in_another_script_is_a_translation() -> None:
    options = {"A": "心脏", "B": "心力衰竭"}
    assert choice_at("B: heart failure", 0, options).letters == {"B"}
    assert choice_at("B: Ca2+ 正确", 0, options).reason == ALIEN


def test_indecision_and_mismatch_are_told_apart() -> None:
    assert choice_at("A or B", 0, OPTIONS).reason == SEVERAL
    assert choice_at("A: heart failure", 0, OPTIONS).reason == MISMATCH
    assert single(frozenset("AB")).reason == SEVERAL
    assert single(frozenset()).letters == frozenset()


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("heart failure.", "B"),  # the longer of two that fit
        ("heart", "A"),
        ("heart, since it pumps", "A"),
        ("heart-lung machine", ""),
        ("kidney", ""),
    ],
)
def test_text_at(text: str, letters: str) -> None:
    assert text_at(text, 0, OPTIONS) == frozenset(letters)


def test_text_of_two_options_decides_for_neither() -> None:
    assert text_at("RNA (+)", 0, {"A": "RNA (+)", "B": "RNA (-)"}) == frozenset()


def test_cyrillic_look_alikes() -> None:
    assert [latin(letter) for letter in "АВСЕD"] == ["A", "B", "C", "E", "D"]
