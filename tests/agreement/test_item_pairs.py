"""Pairs of answers to the same input: worked examples, gaps, and resamples of models."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement import item_pairs
from medsdesk.agreement.item_pairs import Order, by_item, mean_over
from medsdesk.agreement.ranks import kendall_tau_b, spearman
from tests.agreement.worked import Floats, tables

# mt-metrics-eval's own tests: 21 pairs.
HUMAN = np.array([[1.0, 1, 1, 2, 2, 3, 4]])
METRIC = np.array([[1.0, 1, 2, 2, 4, 3, 3]])


@pytest.mark.parametrize(("threshold", "right"), [(0.0, 14), (1.0, 10)])
def test_pairwise_accuracy_as_published(threshold: float, right: int) -> None:
    for human, metric in ((HUMAN, METRIC), (METRIC, HUMAN)):
        found = by_item(human, metric, "acc_eq", threshold)(None)
        assert found[0, 0] == pytest.approx(right / 21)


def _two(seed: int) -> list[tuple[Floats, Floats]]:
    made = []
    for human in tables(seed, 20):
        metric = np.random.default_rng(seed).integers(0, 5, human.shape).astype(np.float64)
        metric[0, 0] = np.nan
        made.append((human, metric))
    return made


@pytest.mark.parametrize(
    ("order", "plain"), [("kendall_tau_b", kendall_tau_b), ("spearman", spearman)]
)
def test_each_item_has_the_coefficient_of_its_row(order: Order, plain: object) -> None:
    assert callable(plain)
    for human, metric in _two(1):
        expected = [plain(h, m) for h, m in zip(human, metric, strict=True)]
        found = by_item(human, metric, order)(None)
        assert found[0] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("order", ["kendall_tau_b", "spearman", "acc_eq"])
def test_a_model_drawn_twice_is_there_twice_but_no_pair_with_itself(order: Order) -> None:
    human, metric = np.array([[1.0, 2, 3], [3, 3, 1]]), np.array([[5.0, 4, 9], [1, 2, 0]])
    draws = np.array([[1.0, 1, 1], [2, 0, 1], [3, 0, 0]])
    found = by_item(human, metric, order)(draws)
    assert found[0] == pytest.approx(by_item(human, metric, order)(None)[0])
    assert np.isnan(found[2]).all()
    if order == "kendall_tau_b":
        doubled = [
            kendall_tau_b(h[[0, 0, 2]], m[[0, 0, 2]]) for h, m in zip(human, metric, strict=True)
        ]
        assert found[1] == pytest.approx(doubled)
    if order == "spearman":
        doubled = [spearman(h[[0, 0, 2]], m[[0, 0, 2]]) for h, m in zip(human, metric, strict=True)]
        assert found[1] == pytest.approx(doubled)


def test_many_draws_are_made_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    human, metric = _two(2)[3]
    draws = np.ones((9, human.shape[1]))
    at_once = by_item(human, metric, "spearman")(draws)
    monkeypatch.setattr(item_pairs, "_CELLS", 1)
    assert by_item(human, metric, "spearman")(draws) == pytest.approx(at_once, nan_ok=True)


def test_an_item_with_one_answer_or_equal_ratings_has_no_number() -> None:
    human = np.array([[1.0, np.nan], [2, 2], [1, 2]])
    metric = np.array([[1.0, 2], [3, 4], [5, 5]])
    assert np.isnan(by_item(human, metric, "kendall_tau_b")(None)).all()
    accuracies = by_item(human, metric, "acc_eq")(None)[0]
    assert np.isnan(accuracies[0])
    assert accuracies[1:].tolist() == [0, 0]


def test_the_mean_leaves_out_what_has_no_number() -> None:
    items = np.array([[1.0, np.nan, 4.0]])
    draws = np.array([[1.0, 1, 1], [2, 5, 1], [0, 3, 0]])
    assert mean_over(items, draws) == pytest.approx([2.5, 2.0, np.nan], nan_ok=True)
