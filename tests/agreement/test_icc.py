"""ICC(2,1) and ICC(2,k)."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.icc import icc
from tests.agreement.worked import FOUR_JUDGES, tables


def test_shrout_and_fleiss() -> None:
    found = icc(FOUR_JUDGES)
    assert found is not None
    assert found.single == pytest.approx(0.289764, abs=1e-6)
    assert found.average == pytest.approx(0.620051, abs=1e-6)
    # pingouin 0.7.0 rounds to two digits.
    assert found.single_ci95 == pytest.approx((0.02, 0.76), abs=0.005)
    assert found.average_ci95 == pytest.approx((0.07, 0.93), abs=0.005)


def test_items_with_gaps_are_left_out() -> None:
    gapped = np.vstack([FOUR_JUDGES, [5, np.nan, 5, 5]])
    assert icc(gapped) == icc(FOUR_JUDGES)


@pytest.mark.parametrize(
    "table",
    [
        [[1.0, 2.0]],  # one item
        [[1.0], [2.0], [3.0]],  # one rater
        [[1.0, 2.0], [1.0, 2.0]],  # raters differ, items do not
        [[3.0, 3.0], [3.0, 3.0]],
        [[1.0, np.nan], [np.nan, 2.0]],
    ],
)
def test_where_it_is_not_defined_there_is_none(table: list[list[float]]) -> None:
    assert icc(np.array(table)) is None


def test_raters_a_step_apart_agree_less_than_wholly() -> None:
    """Absolute agreement: of a constant difference the ICC knows."""
    apart = icc(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 5.0]]))
    same = icc(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]))
    assert apart is not None
    assert same is not None
    assert apart.single < 0.9
    assert same.single == pytest.approx(1)
    assert same.single_ci95 == pytest.approx((1, 1), abs=1e-6)


def test_the_mean_of_raters_is_surer_and_order_does_not_matter() -> None:
    for table in tables(3):
        found = icc(table)
        if found is None:
            continue
        turned = icc(table[::-1, ::-1])
        assert turned is not None
        assert turned.single == pytest.approx(found.single)
        assert found.single <= 1 + 1e-12
        if found.single > 0:
            assert found.average >= found.single - 1e-12
            assert found.single_ci95[0] <= found.single <= found.single_ci95[1]
