"""Limits of agreement."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.bland_altman import clustered_limits, limits_of_agreement

# Bland and Altman, Lancet 1986: peak flow by two meters, 17 subjects.
LARGE = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0]
)
MINI = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0]
)


def test_the_published_example() -> None:
    found = limits_of_agreement(LARGE, MINI, spread=2)
    assert found is not None
    assert found.n == 17
    assert (found.mean, found.sd) == pytest.approx((-2.12, 38.77), abs=0.01)
    assert (found.lower, found.upper) == pytest.approx((-79.6, 75.4), abs=0.1)
    # Published: bias -22.0 to 17.8, lower limit -114.3 to -45.1, upper limit 40.9 to 110.1
    assert found.mean_ci95 == pytest.approx((-22.0, 17.8), abs=0.1)
    assert found.lower_ci95 == pytest.approx((-114.3, -45.1), abs=0.2)
    assert found.upper_ci95 == pytest.approx((40.9, 110.1), abs=0.2)


def test_the_other_way_round_the_sign_turns() -> None:
    one, other = limits_of_agreement(LARGE, MINI), limits_of_agreement(MINI, LARGE)
    assert one is not None
    assert other is not None
    assert (other.mean, other.lower, other.upper) == pytest.approx(
        (-one.mean, -one.upper, -one.lower)
    )


def test_gaps_are_left_out_and_one_pair_is_too_few() -> None:
    first = np.array([1.0, np.nan, 3.0])
    assert limits_of_agreement(first, np.array([1.0, 2.0, np.nan])) is None
    found = limits_of_agreement(first, np.array([1.0, 2.0, 3.0]))
    assert found is not None
    assert (found.n, found.sd) == (2, 0.0)


def test_several_differences_of_an_item_widen_the_intervals() -> None:
    random = np.random.default_rng(1)
    of_item = random.normal(1, 2, (60, 1))
    apart = of_item + random.normal(0, 0.1, (60, 4))
    apart[0, 1:] = np.nan
    found = clustered_limits(apart)
    known = apart[np.isfinite(apart)]
    plain = limits_of_agreement(known, np.zeros_like(known))
    assert found is not None
    assert plain is not None
    assert (found.mean, found.sd, found.lower) == pytest.approx((plain.mean, plain.sd, plain.lower))
    wide, narrow = found.mean_ci95 or (0, 0), plain.mean_ci95 or (0, 0)
    assert wide[1] - wide[0] > 1.7 * (narrow[1] - narrow[0])
    assert clustered_limits(apart[:1, :1]) is None
