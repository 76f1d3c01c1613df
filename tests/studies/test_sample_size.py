"""How many items are needed: the table of published formulas, and sentences that follow it."""

from __future__ import annotations

import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.study import StudyDesign
from medsdesk.studies.sample_size import (
    correlation_half_width,
    items_for_correlation,
    items_for_reliability,
    most_unseen,
    pairs_for_win_rate,
    reliability_width,
    shared_items,
    statement,
)
from tests.studies.plans import design


@pytest.mark.parametrize(
    ("reliability", "raters", "width", "items"),  # Bonett 2002
    [
        (0.7, 2, 0.2, 105), (0.7, 3, 0.2, 68), (0.7, 5, 0.2, 51),
        (0.7, 2, 0.3, 49), (0.7, 3, 0.3, 31), (0.7, 5, 0.3, 24),
        (0.6, 3, 0.2, 101), (0.8, 3, 0.2, 36),
    ],
)  # fmt: skip
def test_items_for_a_reliability(reliability: float, raters: int, width: float, items: int) -> None:
    assert items_for_reliability(reliability, raters, width) == items
    if reliability == 0.7:
        found = reliability_width(reliability, raters, items)
        assert found == pytest.approx(width, abs=0.006)
        assert found is not None
        assert found <= width


@pytest.mark.parametrize(("r", "items"), [(0.2, 194), (0.3, 85), (0.4, 47), (0.5, 30)])
def test_items_for_a_correlation(r: float, items: int) -> None:
    assert items_for_correlation(r) == items


def test_width_of_a_correlation() -> None:
    assert correlation_half_width(0.2, 100) == pytest.approx(0.18, abs=0.005)
    assert correlation_half_width(0.2, 3) is None


@pytest.mark.parametrize(("rate", "pairs"), [(0.6, 199), (0.65, 90), (0.7, 49)])
def test_decisive_pairs(rate: float, pairs: int) -> None:
    assert pairs_for_win_rate(rate) == pairs


def _power(n: int, rate: float) -> float:
    """The exact binomial test, written down once more: both tails by their p-values."""
    probability = [math.comb(n, x) * 0.5**n for x in range(n + 1)]
    below = list(accumulate(probability))
    return sum(
        math.comb(n, x) * rate**x * (1 - rate) ** (n - x)
        for x in range(n + 1)
        if 2 * min(below[x], below[n - x]) <= 0.05
    )


@pytest.mark.parametrize("rate", [0.6, 0.65, 0.7, 0.75, 0.8, 0.9])
def test_no_smaller_number_of_pairs_would_do(rate: float) -> None:
    n = pairs_for_win_rate(rate)
    assert _power(n, rate) >= 0.8
    assert all(_power(fewer, rate) < 0.8 for fewer in range(1, n))


def test_rule_of_three() -> None:
    assert most_unseen(100) == pytest.approx(0.03, abs=0.0006)
    assert most_unseen(300) == pytest.approx(0.01, abs=0.0001)
    assert most_unseen(0) == 1


@given(st.integers(2, 9), st.integers(2, 5000))
def test_more_items_never_show_less(raters: int, items: int) -> None:
    now, later = (reliability_width(0.7, raters, n) for n in (items, items + 1))
    assert now is None or (later is not None and later < now)
    assert most_unseen(items + 1) < most_unseen(items)


@pytest.mark.parametrize(
    ("overlap", "shared"), [(0.3, 30), (1.0, 100), (0.0, 0), (0.001, 1), (0.29, 29), (0.07, 7)]
)
def test_shared_items(overlap: float, shared: int) -> None:
    assert shared_items(100, overlap) == shared


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (design(n_items=100), "100 items can show a correlation with a metric of r ≥ 0.3, not r"),
        (design(n_items=84), "r ≥ 0.4, not r = 0.3"),
        (design(n_items=100), "fewer than 3 % have one"),
        (design(n_items=1000), "r ≥ 0.1 ("),
        (design(n_items=3), "too few to show a correlation"),
        (design("A", "B", "C", n_items=99), "3 raters tell an agreement of about 0.7 within ±0.0"),
        (design("A", "B", "C", n_items=100, overlap=0.1), "At least 30 are advised"),
        (design("A"), "one rater"),
        (design("A", "B", overlap=0), "cannot be told"),
        (design("A", "B", n_items=4), "too few to tell how far they agree"),
        (design(kind="pair", n_items=90), "model wins 65 % of decided pairs, not 60 %"),
        (design(kind="pair", n_items=500), "wins 60 % of decided pairs (80"),
        (design(kind="pair", n_items=5), "cannot tell a better model from chance, however"),
        (design(kind="pair", n_items=6), "only where it wins nearly always"),
        (design(n_items=30, repeat_share=0.1), "about 3 items twice; 10 are the least"),
    ],
)  # fmt: skip
def test_the_statement_says_what_can_and_what_cannot_be_shown(
    asked: StudyDesign, said: str
) -> None:
    assert said in statement(asked)


def test_enough_repeats_are_not_spoken_of() -> None:
    assert "twice" not in statement(design(n_items=100, repeat_share=0.1))
