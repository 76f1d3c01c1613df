"""Cohen's kappa, plain and weighted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement.kappa import Weights, distance, kappa, kappas

FIRST = np.array([1, 2, 3, 4, 5, 3, 2, 1, 4, np.nan, 2], dtype=np.float64)
SECOND = np.array([1, 3, 3, 5, 5, 2, 2, 2, 4, 3, np.nan], dtype=np.float64)
WEIGHTS: tuple[Weights, ...] = ("identity", "linear", "quadratic")


@pytest.mark.parametrize(
    ("weights", "expected"),  # sklearn.metrics.cohen_kappa_score, scikit-learn 1.9.1
    [("identity", 0.4461538461538461), ("linear", 0.7049180327868853), ("quadratic", 0.875)],
)
def test_as_another_program_has_it(weights: Weights, expected: float) -> None:
    assert kappa(FIRST, SECOND, weights) == pytest.approx(expected, abs=1e-12)


def test_cohens_own_form() -> None:
    """2 x 2 table 20 5 / 10 15: p_o .7, p_e .5."""
    x = np.repeat([1.0, 1.0, 2.0, 2.0], [20, 5, 10, 15])
    y = np.repeat([1.0, 2.0, 1.0, 2.0], [20, 5, 10, 15])
    assert kappa(x, y) == pytest.approx(0.4)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_where_it_is_not_defined_there_is_no_number(weights: Weights) -> None:
    same = np.full(4, 3.0)
    assert np.isnan(kappa(same, same, weights))
    assert np.isnan(kappa(np.array([1.0, np.nan]), np.array([np.nan, 1.0]), weights))


def test_a_point_nobody_chose_still_lies_between() -> None:
    assert distance(np.array([1.0, 2.0, 5.0]), "linear")[0].tolist() == [0, 1, 4]
    assert distance(np.array([1.0, 2.0, 5.0]), "quadratic")[0].tolist() == [0, 1, 16]
    assert distance(np.array([1.0, 2.0, 5.0]), "identity")[0].tolist() == [0, 1, 1]


RATINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=20)


@settings(deadline=None, max_examples=60)
@given(RATINGS, st.sampled_from(WEIGHTS))
def test_bounds_symmetry_and_identity(pairs: list[tuple[int, int]], weights: Weights) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    found = kappa(x, y, weights)
    assert np.isnan(found) or -1 - 1e-9 <= found <= 1 + 1e-9
    assert kappa(y, x, weights) == pytest.approx(found, nan_ok=True)
    if len(set(x)) > 1:
        assert kappa(x, x, weights) == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(RATINGS)
def test_names_of_categories_do_not_matter(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    assert kappa(6 - x, 6 - y) == pytest.approx(kappa(x, y), nan_ok=True)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_a_resample_is_the_items_repeated(weights: Weights) -> None:
    x, y = FIRST[:9], SECOND[:9]
    draws = np.random.default_rng(1).integers(0, 3, (4, 9)).astype(np.float64)
    expected = [
        kappa(np.repeat(x, row.astype(int)), np.repeat(y, row.astype(int)), weights)
        for row in draws
    ]
    assert kappas(FIRST, SECOND, weights)(draws) == pytest.approx(expected)
