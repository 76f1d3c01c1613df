"""Spearman, Kendall and partial Spearman, against worked examples and scipy 1.17.1."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement import ranks
from medsdesk.agreement.ranks import (
    kendall_tau_b,
    middle_ranks,
    partial_spearman,
    spearman,
    spearmans,
)

X = np.array([12.0, 2, 1, 12, 2])
Y = np.array([1.0, 4, 7, 1, 0])


def test_the_example_of_scipys_documentation() -> None:
    assert kendall_tau_b(X, Y) == pytest.approx(-0.4714045207910316, abs=1e-12)


def test_many_values_are_compared_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "_CELLS", 7)
    assert kendall_tau_b(X, Y) == pytest.approx(-0.4714045207910316, abs=1e-12)


def test_spearman_as_scipy_has_it() -> None:
    # scipy.stats.spearmanr
    assert spearman(X, Y) == pytest.approx(-0.5407380704358752, abs=1e-12)


def test_equal_values_share_their_ranks() -> None:
    assert middle_ranks(np.array([3.0, 1, 3, 2])).tolist() == [3.5, 1, 3.5, 2]


@pytest.mark.parametrize(
    ("x", "y"),
    [([1.0, 1, 1], [1.0, 2, 3]), ([1.0], [2.0]), ([1.0, np.nan], [np.nan, 2.0]), ([], [])],
)
def test_where_they_are_not_defined_there_is_no_number(x: list[float], y: list[float]) -> None:
    assert math.isnan(spearman(np.array(x), np.array(y)))
    assert math.isnan(kendall_tau_b(np.array(x), np.array(y)))


NUMBERS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12)


@settings(deadline=None, max_examples=60)
@given(NUMBERS)
def test_bounds_symmetry_sign_and_identity(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    for coefficient in (spearman, kendall_tau_b):
        found = coefficient(x, y)
        assert math.isnan(found) or -1 - 1e-12 <= found <= 1 + 1e-12
        assert coefficient(y, x) == pytest.approx(found, nan_ok=True)
        assert coefficient(-x, y) == pytest.approx(-found, nan_ok=True)
        assert coefficient(np.exp(x), y) == pytest.approx(found, nan_ok=True)
        if len(set(x)) > 1:
            assert coefficient(x, x) == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(NUMBERS)
def test_a_resample_is_the_places_repeated(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    draws = np.random.default_rng(1).integers(0, 3, (3, len(x))).astype(np.float64)
    times = draws.astype(int)
    expected = [spearman(np.repeat(x, row), np.repeat(y, row)) for row in times]
    assert spearmans(x, y)(draws) == pytest.approx(expected, nan_ok=True, abs=1e-9)


def test_many_different_values_are_resampled_alike() -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(0, 1, (2, 90))
    y[:9] = 0.0
    draws = random.integers(0, 3, (3, 90))
    for one, other in ((x, y), (y, x), (x, np.round(y)), (np.round(x), y)):
        found = spearmans(one, other)(draws.astype(np.float64))
        again = [spearman(np.repeat(one, row), np.repeat(other, row)) for row in draws]
        assert found == pytest.approx(again)


def test_what_length_alone_explains_is_taken_out() -> None:
    """Both follow length and nothing else: correlated, but not at equal length."""
    random = np.random.default_rng(7)
    length = random.normal(0, 1, 400)
    x, y = length + random.normal(0, 0.3, 400), length + random.normal(0, 0.3, 400)
    assert spearman(x, y) > 0.8
    assert abs(partial_spearman(x, y, [length])) < 0.15


def test_the_partial_is_the_formula_for_one_other() -> None:
    random = np.random.default_rng(8)
    x, y, z = random.integers(0, 6, (3, 30)).astype(np.float64)
    xy, xz, yz = spearman(x, y), spearman(x, z), spearman(y, z)
    formula = (xy - xz * yz) / math.sqrt((1 - xz**2) * (1 - yz**2))
    assert partial_spearman(x, y, [z]) == pytest.approx(formula, abs=1e-12)
    assert partial_spearman(x, y, []) == pytest.approx(xy, abs=1e-12)


def test_without_anything_left_there_is_no_partial() -> None:
    x, y = np.arange(9.0), np.array([2.0, 1, 4, 3, 6, 5, 8, 7, 9])
    assert math.isnan(partial_spearman(x, y, [x]))
    assert math.isnan(partial_spearman(x[:3], y[:3], [y[:3]]))
