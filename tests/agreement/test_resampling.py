"""Resamples are seeded and honest, and their intervals cover what they promise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from medsdesk.agreement import resampling
from medsdesk.agreement.resampling import bca, jackknife, percentile, resampled

Floats = NDArray[np.float64]


def _mean(values: Floats) -> Callable[[Floats], Floats]:
    return lambda draws: np.asarray(draws @ values / draws.sum(axis=1))


def test_each_draw_has_as_many_things_as_there_are() -> None:
    drawn = resampled(7, lambda draws: draws, resamples=50)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(axis=1) == 7).all()


def test_the_same_seed_draws_alike_and_another_does_not() -> None:
    first, again, other = (resampled(9, lambda d: d, 20, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_many_things_are_drawn_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(40.0)
    at_once = percentile(resampled(40, _mean(values), 400), 40)
    monkeypatch.setattr(resampling, "_CELLS", 1000)
    in_parts = resampled(40, _mean(values), 400)
    assert len(in_parts) == 400
    assert percentile(in_parts, 40) == pytest.approx(at_once, abs=1.5)
    assert len(jackknife(40, _mean(values))) == 40


def test_leaving_one_out_leaves_one_out() -> None:
    assert jackknife(3, _mean(np.array([1.0, 2.0, 6.0]))) == pytest.approx([4.0, 3.5, 1.5])


def test_the_percentile_interval_of_a_mean_is_students() -> None:
    values = np.random.default_rng(3).normal(0, 1, 12)
    low, high = percentile(resampled(12, _mean(values), 20_000), 12) or (0, 0)
    half = 2.2009851600829496 * values.std(ddof=1) / np.sqrt(12)  # scipy 1.17.1, t.ppf(.975, 11)
    assert (high - low) / 2 == pytest.approx(half, rel=0.05)


@pytest.mark.parametrize("figures", [[], [np.nan] * 10, [1.0] * 8 + [np.nan] * 2, [1.0] * 10])
def test_resamples_that_tell_nothing_give_no_interval(figures: list[float]) -> None:
    assert percentile(np.array(figures), 5) is None
    assert bca(np.array(figures), 1.0, np.array([1.0, 2.0])) is None


def test_one_thing_has_no_interval() -> None:
    assert percentile(np.arange(10.0), 1) is None
    assert bca(np.arange(10.0), 4.0, np.array([1.0])) is None


def test_a_value_beyond_all_resamples_has_no_bca_interval() -> None:
    assert bca(np.arange(10.0), 20.0, np.arange(5.0)) is None


def test_bca_without_spread_or_skew_is_near_the_percentiles() -> None:
    figures = np.arange(1001.0)
    for leave_one_out in (np.ones(30), np.tile([1.0, 3.0], 15)):
        plain = percentile(figures, 30)
        assert bca(figures, 500.0, leave_one_out) == pytest.approx(plain, abs=3)


def test_a_few_undefined_resamples_are_left_out() -> None:
    figures = np.concatenate([np.arange(97.0), [np.nan] * 3])
    low, high = percentile(figures, 50) or (np.nan, np.nan)
    assert 0 < low < high < 96


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Means of skewed things: 1,000 studies of 30, true mean 1."""
    random = np.random.default_rng(11)
    held = 0
    for study in range(1000):
        values = random.gamma(4.0, 0.25, 30)
        figures = resampled(30, _mean(values), 500, seed=study)
        low, high = percentile(figures, 30) or (2, 2)
        held += low <= 1.0 <= high
    assert 920 <= held <= 970
