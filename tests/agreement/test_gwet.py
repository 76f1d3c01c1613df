"""Gwet's coefficients and Randolph's kappa."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.gwet import gwet, gwets, randolph
from medsdesk.agreement.kappa import Weights
from tests.agreement.worked import FOUR_RATERS, tables

GAP = np.nan
GAPPED = np.array(
    [
        [1, 1, 2], [2, 2, GAP], [3, GAP, 3], [3, 3, 3], [2, 3, 3], [1, 2, 1], [5, 4, 5],
        [GAP, GAP, 4], [2, 2, 2], [4, 4, 5],
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "expected"),  # irrCAC 0.4.4
    [("identity", 0.77544), ("quadratic", 0.91400), ("linear", 0.85874)],
)
def test_krippendorffs_table(weights: Weights, expected: float) -> None:
    assert gwet(FOUR_RATERS, weights) == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize(
    ("weights", "expected"),  # irrCAC 0.4.4
    [
        ("identity", 0.541179169534), ("linear", 0.780412823891), ("quadratic", 0.916457811195),
    ],
)  # fmt: skip
def test_a_table_with_gaps(weights: Weights, expected: float) -> None:
    assert gwet(GAPPED, weights) == pytest.approx(expected, abs=1e-11)


def test_rare_categories_do_not_make_agreement_vanish() -> None:
    """118 of 125 alike: kappa is about 0, AC1 .94 (the form of Gwet 2008, table 1)."""
    table = np.repeat([[1.0, 1.0], [1.0, 2.0], [2.0, 1.0]], [118, 5, 2], axis=0)
    assert gwet(table) == pytest.approx(0.9408, abs=5e-4)
    assert randolph(table) == pytest.approx(2 * 118 / 125 - 1)


def test_unused_points_of_the_scale_count() -> None:
    table = np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0]])
    assert gwet(table, "identity", (1, 2, 3, 4, 5)) > gwet(table)
    assert randolph(table, (1, 2, 3)) == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))


@pytest.mark.parametrize("table", [np.full((3, 2), 2.0), np.array([[1.0, GAP], [GAP, 2.0]])])
def test_where_it_is_not_defined_there_is_no_number(table: np.typing.NDArray[np.float64]) -> None:
    assert np.isnan(gwet(table))
    assert np.isnan(randolph(table))


def test_bounds_and_order() -> None:
    for table in tables(8):
        for weights in ("identity", "linear", "quadratic"):
            found = gwet(table, weights)
            assert np.isnan(found) or found <= 1 + 1e-12
            assert gwet(table[::-1, ::-1], weights) == pytest.approx(found, nan_ok=True)


def test_equal_raters_agree_wholly() -> None:
    column = np.array([1.0, 2.0, 3.0, 3.0])
    twice = np.column_stack([column, column])
    assert gwet(twice, "quadratic") == pytest.approx(1)
    assert randolph(twice) == pytest.approx(1)


@pytest.mark.parametrize("weights", ["identity", "quadratic"])
def test_a_resample_is_the_items_repeated(weights: Weights) -> None:
    draws = np.random.default_rng(4).integers(0, 3, (4, len(GAPPED))).astype(np.float64)
    points = (1, 2, 3, 4, 5)
    expected = [gwet(np.repeat(GAPPED, row.astype(int), axis=0), weights, points) for row in draws]
    assert gwets(GAPPED, weights, points)(draws) == pytest.approx(expected)
