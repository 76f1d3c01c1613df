"""Tie calibration: the published example, the search against trying all, and held-out items."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.item_pairs import by_item, item_pairs
from medsdesk.agreement.tie_calibration import calibrated_accuracies, tie_calibrated
from tests.agreement.worked import Floats


def test_the_published_example() -> None:
    """mt-metrics-eval: thresholds 0, 2, 4, 6, 8 give 3, 3, 4, 4 and 3 of 6 pairs."""
    human, metric = np.array([[1.0, 1, 1, 4]]), np.array([[0.0, 2, 6, 8]])
    of_six = [by_item(human, metric, "acc_eq", at)(None)[0, 0] * 6 for at in (0, 2, 4, 6, 8)]
    assert of_six == pytest.approx([3, 3, 4, 4, 3])
    found = tie_calibrated(item_pairs(human, metric), 1)
    assert found is not None
    assert found.threshold == 4.0
    assert found.accuracy == pytest.approx(4 / 6)
    assert np.isnan(found.held_out).all()


def _study(seed: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    human = random.integers(1, 4, (15, 4)).astype(np.float64)
    metric = np.round(human * 2 + random.normal(0, 3, human.shape), 1)
    human[random.random(human.shape) < 0.15] = np.nan
    return human, metric


def _tried(human: Floats, metric: Floats) -> tuple[float, float]:
    """Try every difference there is."""
    gaps = np.abs(metric[:, :, None] - metric[:, None])[
        np.isfinite(human[:, :, None] + human[:, None])
    ]
    tries = {
        float(at): float(np.nanmean(by_item(human, metric, "acc_eq", at)(None)))
        for at in np.unique(np.append(gaps, 0.0))
    }
    best = max(tries.values())
    return min(at for at, value in tries.items() if value > best - 1e-12), best


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_what_trying_all_finds(seed: int) -> None:
    human, metric = _study(seed)
    found = tie_calibrated(item_pairs(human, metric), 1)
    assert found is not None
    threshold, accuracy = _tried(human, metric)
    assert found.accuracy == pytest.approx(accuracy)
    assert found.threshold == pytest.approx(threshold)


def test_a_resample_is_calibrated_anew() -> None:
    human, metric = _study(20)
    draws = np.random.default_rng(2).integers(0, 3, (6, len(human))).astype(np.float64)
    expected = [
        _tried(
            np.repeat(human, row.astype(int), axis=0), np.repeat(metric, row.astype(int), axis=0)
        )[1]
        for row in draws
    ]
    make = calibrated_accuracies(item_pairs(human, metric))
    assert make(draws, None) == pytest.approx(expected)
    both = make(draws, np.ones((6, 4)))
    assert both == pytest.approx(expected)


def test_a_draw_without_pairs_has_no_number() -> None:
    human, metric = np.array([[1.0, 2], [np.nan, 2]]), np.array([[1.0, 2], [3, 4]])
    make = calibrated_accuracies(item_pairs(human, metric))
    for models in (None, np.ones((2, 2))):
        found = make(np.array([[0.0, 2], [1, 1]]), models)
        assert found == pytest.approx([np.nan, 1], nan_ok=True)


def test_noise_gains_nothing_on_items_left_out() -> None:
    random = np.random.default_rng(5)
    human = random.integers(1, 4, (200, 4)).astype(np.float64)
    found = tie_calibrated(item_pairs(human, random.normal(0, 1, human.shape)), 1)
    assert found is not None
    assert found.accuracy > float(np.nanmean(found.held_out)) - 0.02
    assert np.isfinite(found.held_out).all()


def test_the_dealing_depends_on_the_seed_alone() -> None:
    human, metric = _study(3)
    first, again = (tie_calibrated(item_pairs(human, metric), 9) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.held_out == pytest.approx(again.held_out, nan_ok=True)


def test_without_a_pair_there_is_none() -> None:
    assert tie_calibrated(item_pairs(np.array([[1.0, np.nan]]), np.array([[1.0, 2.0]])), 1) is None
