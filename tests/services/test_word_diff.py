"""Two texts are taken apart word by word, whatever the script, and in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services import word_diff
from medsdesk.services.word_diff import DiffPart, diff


def shown(first: str, second: str) -> str:
    """Return the parts in one line: -only first-, +only second+."""
    marks = {"same": "", "first": "-", "second": "+"}
    return "".join(f"{marks[p.kind]}{p.text}{marks[p.kind]}" for p in diff(first, second).parts)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("The heart is normal.", "The heart is large.", "The heart is -normal-+large+."),
        ("No effusion.", "No effusion.", "No effusion."),
        ("", "New.", "+New.+"),
        ("Old.", "", "-Old.-"),
        ("", "", ""),
        ("stable for years", "worse in weeks", "-stable for years-+worse in weeks+"),
        ("心脏正常。", "心脏增大。", "心脏-正常-+增大+。"),
        ("肺炎の疑い", "肺癌の疑い", "肺-炎-+癌+の疑い"),
        ("Лёгкие чистые", "Лёгкие неясные", "Лёгкие -чистые-+неясные+"),
        ("2 mg", "20 mg", "-2-+20+ mg"),
        ("a  b", "a b", "a-  -+ +b"),
    ],
)
def test_words_are_told_apart(first: str, second: str, expected: str) -> None:
    assert shown(first, second) == expected


TEXTS = st.text(alphabet=st.sampled_from("ab .\n心脏,é"), max_size=40)


@given(TEXTS, TEXTS)
def test_each_side_is_its_text(first: str, second: str) -> None:
    found = diff(first, second)
    assert "".join(part.text for part in found.side("first")) == first
    assert "".join(part.text for part in found.side("second")) == second
    assert all(part.text for part in found.parts)
    if first == second:
        assert found.parts == ((DiffPart("same", first),) if first else ())


@given(TEXTS, TEXTS)
def test_long_texts_are_compared_more_roughly_and_lose_nothing(first: str, second: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for most in (0, 2, 5):
            patch.setattr(word_diff, "MOST_PIECES", most)
            found = diff(first, second)
            assert "".join(part.text for part in found.side("first")) == first
            assert "".join(part.text for part in found.side("second")) == second


def test_a_changed_sentence_is_found_in_a_long_text() -> None:
    lines = [f"Line {n} of a made-up report.\n" for n in range(1500)]
    other = [*lines[:700], "This line is new.\n", *lines[700:1400], "So is this.\n", *lines[1400:]]
    found = diff("".join(lines), "".join(other))
    assert found.by == "sentences"
    changes = [part for part in found.parts if part.kind != "same"]
    assert changes == [
        DiffPart("second", "This line is new.\n"),
        DiffPart("second", "So is this.\n"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a" * 200_000, "b" * 200_000),
        ("ab. " * 50_000, ".ba " * 50_000),
        (" ".join(f"w{n * 7919 % 10007}" for n in range(40_000)), "w1 " * 60_000),
    ],
)
def test_200000_characters_take_seconds_at_most(first: str, second: str) -> None:
    began = time.monotonic()
    found = diff(first, second)
    assert time.monotonic() - began < 10
    assert "".join(part.text for part in found.side("second")) == second
