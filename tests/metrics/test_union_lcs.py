"""ROUGE-L by hand and, token for token, against the package it stands in for."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rouge
import rouge.rouge_score
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.metrics import union_lcs
from medsdesk.metrics.union_lcs import common_length, common_words, rouge_l

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RESULTS = (
    "authors_results_rationale_zh_en_ru.csv",
    "corrupted_predictions.csv",
)

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=16)
PIECES = st.lists(st.sampled_from(["a", "b", "c.", "d e", ".", " ", ". .", "0.5", "\u3000"]))


# The package carries no types.
MAKE: Callable[[], Any] = rouge.Rouge
THEIR_WORDS: Callable[..., Any] = rouge.rouge_score._recon_lcs
THEIR_LENGTH: Callable[..., int] = rouge.rouge_score._len_lcs


def theirs(answer: str, reference: str) -> float | None:
    try:
        return float(100 * MAKE().get_scores(answer, reference)[0]["rouge-l"]["f"])
    except ValueError:  # what the package raises where a text has no sentence
        return None


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("a b c", "a b c", 100.0),
        ("a b", "c d", 0.0),
        # subsequence "a b"; two of three and two of four words: 2 * (2/3) (1/2) / (7/6)
        ("a x b", "a b c d", 400 / 7),
        # repeats count once: {a, b} on both sides
        ("a a a b", "a b", 100.0),
        # the union over sentences: "b" from the first, "a" from the second
        ("b. a", "a b", 100.0),
        ("...", "a", None),
        ("a", "..", None),
        ("   ", "a", 0.0),
    ],
)
def test_by_hand(answer: str, reference: str, expected: float | None) -> None:
    found = rouge_l(answer, reference)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-5))


@given(WORDS, WORDS, st.sampled_from([1, 3, 256]))
def test_the_same_words_of_the_same_subsequence(
    first: list[str], second: list[str], b: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(union_lcs, "_BLOCK", b)
        assert common_words(first, second) == set(THEIR_WORDS(first, second)._ngrams)
        assert common_length(first, second) == THEIR_LENGTH(first, second)


@settings(max_examples=300)
@given(PIECES.map(" ".join), PIECES.map("".join))
def test_the_same_figure_for_any_text(answer: str, reference: str) -> None:
    for pair in ((answer, reference), (reference, answer)):
        expected = theirs(*pair)
        assert rouge_l(*pair) == (None if expected is None else pytest.approx(expected, abs=1e-9))


def rows(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as table:
        yield from csv.DictReader(table)


@pytest.mark.skipif(not SHARED.exists(), reason="shared/data is not beside this checkout")
@pytest.mark.parametrize("name", RESULTS)
def test_the_same_figure_for_every_real_answer(name: str) -> None:
    for row in rows(name):
        for text in (row["output"], row["output"].lower()):
            assert rouge_l(text, row["GT"]) == pytest.approx(theirs(text, row["GT"]), abs=1e-9)


def test_long_texts_take_seconds_and_no_recursion() -> None:
    # A cell of 200,000 characters, as one sentence and as 2,000: the package stops at the first.
    random_words = random.Random(7)
    one, other = ([f"w{random_words.randrange(5000)}" for _ in range(34_000)] for _ in "ab")
    started = time.perf_counter()
    whole = rouge_l(" ".join(one), " ".join(other))
    parted = rouge_l(_in_sentences(one), _in_sentences(other))
    assert time.perf_counter() - started < 60
    assert whole is not None
    assert parted is not None
    assert 0 < whole < 100
    assert 0 < parted <= 100


def _in_sentences(words: list[str]) -> str:
    return ". ".join(" ".join(words[at : at + 17]) for at in range(0, len(words), 17))
