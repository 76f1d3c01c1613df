"""Paired permutation tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from medsdesk.agreement.item_pairs import by_item
from medsdesk.agreement.permutation import cells_swapped, one_sided, signs, two_sided
from tests.agreement.worked import Floats


def test_the_published_example() -> None:
    first, second = np.array([0.8, 0.9, 0.7, 1, 0.6]), np.array([0.2, 0.3, 0.1, 0.4, 0])
    assert one_sided(first - second) == 1 / 32
    assert one_sided(second - first) == 1.0
    assert two_sided(first - second) == 2 / 32


def test_all_signs_of_few_and_a_thousand_of_many() -> None:
    assert signs(3).shape == (8, 3)
    assert len(np.unique(signs(3), axis=0)) == 8
    assert signs(40, 1).shape == (1000, 40)
    assert (signs(40, 1) == signs(40, 1)).all()


def test_gaps_are_left_out_and_nothing_proves_nothing() -> None:
    assert one_sided(np.array([np.nan, 1.0, 1.0])) == 0.25
    assert one_sided(np.array([np.nan])) == 1.0
    assert two_sided(np.empty(0)) == 1.0
    assert two_sided(np.zeros(30)) == 1.0


def test_many_differences_are_never_surer_than_the_draws() -> None:
    assert two_sided(np.ones(60)) == 1 / 1001
    assert two_sided(np.tile([1.0, -1.0], 30)) > 0.9


def test_chance_is_called_chance_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    found = [two_sided(random.normal(0, 1, 25), seed=study) for study in range(400)]
    assert 0.02 <= float(np.mean(np.array(found) <= 0.05)) <= 0.09


def _follows(human: Floats) -> Callable[[Floats], float]:
    return lambda scores: float(np.nanmean(by_item(human, scores, "kendall_tau_b")(None)))


def test_a_metric_that_follows_is_told_from_one_that_does_not() -> None:
    random = np.random.default_rng(2)
    human = random.integers(1, 6, (40, 5)).astype(np.float64)
    near, far = human + random.normal(0, 0.5, human.shape), random.normal(0, 1, human.shape)
    assert cells_swapped(near, far, _follows(human)) < 0.01
    assert cells_swapped(far, far + 1, _follows(human)) > 0.9


def test_without_a_figure_there_is_no_p_value() -> None:
    human = np.ones((3, 2))
    assert np.isnan(cells_swapped(np.zeros((3, 2)), human, lambda _: float("nan")))
