"""Word-level edit distance: by hand, against the plain table, and by what a distance must obey."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.metrics.edit_distance import Edits, edit_words, edits, levenshtein

WORDS = st.lists(st.sampled_from("abcd"), max_size=70)
TEXTS = st.text(st.sampled_from("ab .,<é中のя1\n"), max_size=40)


def table(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the distance by the definition, cell by cell."""
    row = list(range(len(other) + 1))
    for i, x in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@pytest.mark.parametrize(
    ("output", "corrected", "expected"),
    [
        ("No acute fracture.", "No acute fracture.", Edits(0, 4, 4)),
        # one word replaced: 1 of 4
        ("No acute fracture.", "No old fracture.", Edits(1, 4, 4)),
        # one inserted, one deleted at another place: 2
        ("the left lung is clear", "left lung is quite clear", Edits(2, 5, 5)),
        # a phrase moved is two deletions and two insertions, since shifts are not counted
        ("a b c d", "c d a b", Edits(4, 4, 4)),
        ("", "a b", Edits(2, 0, 2)),
        ("a b", "", Edits(2, 2, 0)),
        # signs that turn a finding round are words of their own
        ("creatinine < 2.5", "creatinine > 2.5", Edits(1, 5, 5)),
        ("2.5 mg", "25 mg", Edits(3, 4, 2)),
        # case is kept, spaces are not
        ("us  normal", "US\nnormal", Edits(1, 2, 2)),
        # Unicode forms and dashes of one character are the same
        ("caf\u00e9 5\u20137 \uff15\uff10", "cafe\u0301 5-7 50", Edits(0, 5, 5)),
        ("右肺下叶结节", "左肺下叶结节", Edits(1, 6, 6)),
        ("右下葉に結節あり", "右下葉に結節なし", Edits(2, 8, 8)),
        ("Pas d’anévrysme", "Pas d’anévrisme", Edits(1, 4, 4)),
        ("Очаговых изменений нет", "Очаговых изменений не выявлено", Edits(2, 3, 4)),
        ("Sin lesión ósea", "Sin lesiones óseas", Edits(2, 3, 3)),
    ],
)
def test_by_hand(output: str, corrected: str, expected: Edits) -> None:
    assert edits(output, corrected) == expected


def test_the_rate_is_per_hundred_words_of_the_corrected_text() -> None:
    assert Edits(1, 4, 4).rate == 25.0
    assert Edits(6, 8, 2).rate == 300.0  # most of it deleted
    assert Edits(0, 0, 0).rate == 0.0
    assert Edits(2, 2, 0).rate is None


@given(WORDS, WORDS)
def test_it_is_the_distance_of_the_table(one: list[str], other: list[str]) -> None:
    assert levenshtein(one, other) == table(one, other)


@given(WORDS, WORDS, WORDS)
def test_it_is_a_metric_within_its_bounds(one: list[str], other: list[str], via: list[str]) -> None:
    distance = levenshtein(one, other)
    assert levenshtein(one, one) == 0
    assert (distance == 0) == (one == other)
    assert distance == levenshtein(other, one)
    assert distance <= levenshtein(one, via) + levenshtein(via, other)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))


@given(TEXTS, TEXTS)
def test_texts_of_any_script_keep_to_it_too(one: str, other: str) -> None:
    found = edits(one, other)
    assert found.distance == table(edit_words(one), edit_words(other))
    assert edits(one, one).distance == 0
    assert found.rate is None or found.rate >= 0


@pytest.mark.parametrize(
    "words", [("lung", "clear", "left", "nodule", "old"), tuple("肺结节左右上")]
)
def test_sixty_kilobytes_take_about_a_second(words: Sequence[str]) -> None:
    draw = random.Random(7)
    spaced = " " if len(words[0]) > 1 else ""
    size = len(spaced.join(words).encode()) // len(words)
    texts = [spaced.join(draw.choices(words, k=60_000 // size)) for _ in range(2)]
    start = time.process_time()
    found = edits(*texts)
    assert time.process_time() - start < 2
    assert 0 < found.distance < max(found.output, found.corrected)
