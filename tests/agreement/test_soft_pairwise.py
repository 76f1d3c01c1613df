"""Soft pairwise accuracy of metrics that rank models."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.item_pairs import item_pairs
from medsdesk.agreement.permutation import one_sided
from medsdesk.agreement.soft_pairwise import soft_accuracies, soft_pairwise_accuracy


def test_it_is_one_minus_the_difference_of_p_values() -> None:
    human = np.array([[0.8, 0.2], [0.9, 0.3], [0.7, 0.1], [1, 0.4], [0.6, 0]])
    metric = np.array([[3.0, 4], [5, 1], [2, 2], [4, 1], [0, 1]])
    expected = 1 - abs(1 / 32 - one_sided(metric[:, 0] - metric[:, 1]))
    assert soft_pairwise_accuracy(item_pairs(human, metric)) == pytest.approx(expected)


def test_equal_sides_are_equally_sure_and_opposite_ones_are_not() -> None:
    human = np.random.default_rng(1).normal([0, 1, 2], 0.5, (30, 3))
    assert soft_pairwise_accuracy(item_pairs(human, 10 * human)) == 1.0
    assert soft_pairwise_accuracy(item_pairs(human, -human)) < 0.05


def test_the_quick_form_is_near_the_permuted_one() -> None:
    random = np.random.default_rng(2)
    human = random.normal([0, 0.1, 0.2, 0.3], 1, (60, 4))
    metric = human + random.normal(0, 2, human.shape)
    (quick,) = soft_accuracies(item_pairs(human, metric))(np.ones((1, 60)))
    assert quick == pytest.approx(soft_pairwise_accuracy(item_pairs(human, metric)), abs=0.03)


def test_models_without_a_common_item_cannot_be_ranked() -> None:
    human = np.array([[1.0, np.nan], [np.nan, 2.0]])
    assert np.isnan(soft_pairwise_accuracy(item_pairs(human, human)))
    assert np.isnan(soft_accuracies(item_pairs(human, human))(np.ones((3, 2)))).all()


def test_gaps_are_left_out() -> None:
    human = np.array([[1.0, 2, np.nan], [2, 1, 3], [1, 3, 2]])
    metric = np.array([[1.0, 2, 9], [np.nan, 1, 3], [1, 3, 2]])
    assert soft_pairwise_accuracy(item_pairs(human, metric)) == 1.0


def test_models_with_equal_scores_are_as_unsure_as_can_be() -> None:
    human, metric = np.array([[1.0, 2]] * 20), np.zeros((20, 2))
    (quick,) = soft_accuracies(item_pairs(human, metric))(np.ones((1, 20)))
    assert soft_pairwise_accuracy(item_pairs(human, metric)) == pytest.approx(quick, abs=1e-4)
