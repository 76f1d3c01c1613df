"""Adjusted p-values, against the published example and scipy 1.17.1."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement.multiplicity import benjamini_hochberg, holm

# Benjamini and Hochberg 1995, section 3.1.
PUBLISHED = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip


def test_the_published_example() -> None:
    assert sum(p <= 0.05 for p in benjamini_hochberg(PUBLISHED)) == 4
    assert sum(p <= 0.05 for p in holm(PUBLISHED)) == 3


def test_as_other_programs_have_it() -> None:
    # scipy.stats.false_discovery_control; Holm by hand: 3 x .01, 2 x .03, max(.06, .04).
    assert benjamini_hochberg((0.01, 0.04, 0.03)) == pytest.approx((0.03, 0.04, 0.04))
    assert holm((0.01, 0.04, 0.03)) == pytest.approx((0.03, 0.06, 0.06))


def test_nothing_stays_nothing() -> None:
    assert holm(()) == benjamini_hochberg(()) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_order_is_kept_and_nothing_gets_smaller(p_values: list[float]) -> None:
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p_values)
        assert all(p - 1e-12 <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
        for (p, a), (q, b) in zip(
            zip(p_values, adjusted, strict=True),
            zip(p_values[1:], adjusted[1:], strict=False),
            strict=False,
        ):
            assert a <= b if p <= q else b <= a
    assert all(
        b <= a + 1e-12 for b, a in zip(benjamini_hochberg(p_values), holm(p_values), strict=True)
    )
