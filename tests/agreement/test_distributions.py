"""Quantiles of t and F, against scipy 1.17.1 and by their own laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement.distributions import (
    f_probability,
    f_quantile,
    incomplete_beta,
    t_quantile,
)


@pytest.mark.parametrize(
    ("p", "df1", "df2", "expected"),
    [  # scipy.stats.f.ppf, scipy 1.17.1
        (0.975, 5, 3.3, 12.553549787381687),
        (0.025, 5, 3.3, 0.1310522366627564),
        (0.975, 7, 21, 2.968630335010687),
        (0.95, 1, 1, 161.4476387975882),
        (0.975, 120.5, 840.25, 1.2932120525993003),
    ],
)
def test_f_as_scipy_has_it(p: float, df1: float, df2: float, expected: float) -> None:
    assert f_quantile(p, df1, df2) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("p", "df", "expected"),
    [  # scipy.stats.t.ppf, scipy 1.17.1
        (0.975, 16, 2.1199052992212546),
        (0.975, 1, 12.706204736174694),
        (0.025, 9, -2.2621571627982053),
        (0.5, 4, 0.0),
    ],
)
def test_t_as_scipy_has_it(p: float, df: float, expected: float) -> None:
    assert t_quantile(p, df) == pytest.approx(expected, rel=1e-9)


def test_nothing_lies_below_zero_and_outside_the_unit_interval() -> None:
    assert f_probability(-1.0, 3, 4) == 0.0
    assert [incomplete_beta(2, 3, x) for x in (-0.5, 0.0, 1.0, 1.5)] == [0.0, 0.0, 1.0, 1.0]


def test_the_uniform_distribution_is_a_beta_distribution() -> None:
    assert incomplete_beta(1, 1, 0.25) == pytest.approx(0.25, abs=1e-14)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.02, 0.98), st.floats(0.3, 500, allow_nan=False), st.floats(0.3, 500))
def test_the_quantile_undoes_the_probability(p: float, df1: float, df2: float) -> None:
    assert f_probability(f_quantile(p, df1, df2), df1, df2) == pytest.approx(p, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.5, 50), st.floats(0.5, 50), st.floats(0.001, 0.999))
def test_the_beta_function_is_symmetric(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) + incomplete_beta(b, a, 1 - x) == pytest.approx(1, abs=1e-11)


def test_many_degrees_of_freedom_make_the_normal_distribution() -> None:
    assert t_quantile(0.975, 1e7) == pytest.approx(1.959964, abs=1e-5)
    assert math.isfinite(f_quantile(0.975, 0.5, 0.5))
