"""Areas under ROC curves and thresholds at a fixed sensitivity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement.roc import auc, aucs, curve, threshold_at

TRUE = np.array([False, False, True, True])
SCORES = np.array([0.1, 0.4, 0.35, 0.8])


def test_the_worked_example() -> None:
    assert auc(TRUE, SCORES) == 0.75


@pytest.mark.parametrize("positive", [np.zeros(3, dtype=bool), np.ones(3, dtype=bool)])
def test_one_kind_alone_has_no_area(positive: np.typing.NDArray[np.bool_]) -> None:
    scores = np.array([1.0, 2.0, 3.0])
    assert np.isnan(auc(positive, scores))
    assert np.isnan(aucs(positive, scores)(np.ones((1, 3)))).all()
    assert curve(positive, scores).shape == (0, 3)
    assert threshold_at(positive, scores) is None


def test_the_curve_goes_from_nothing_to_all() -> None:
    points = curve(TRUE, SCORES)
    assert points[0].tolist() == [-np.inf, 0, 0]
    assert points[-1].tolist() == [0.8, 1, 1]
    assert (np.diff(points, axis=0)[1:] >= 0).all()


def test_the_threshold_finds_enough_of_what_is_unacceptable() -> None:
    acceptable = np.array([False] * 20 + [True] * 30)
    scores = np.concatenate([np.arange(20.0), np.arange(10.0, 40.0)])
    found = threshold_at(acceptable, scores, 0.95)
    assert found is not None
    assert (found.value, found.sensitivity) == (18.0, 0.95)
    assert found.specificity == pytest.approx(21 / 30)
    assert found.negative_predictive_value == pytest.approx(21 / 22)


def test_flagging_all_leaves_nothing_to_predict() -> None:
    found = threshold_at(np.array([True, False]), np.array([1.0, 2.0]), 1.0)
    assert found is not None
    assert (found.specificity, found.negative_predictive_value) == (0.0, None)


CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=15)


@settings(deadline=None, max_examples=60)
@given(CASES)
def test_it_is_the_chance_that_a_positive_is_higher(cases: list[tuple[bool, int]]) -> None:
    positive = np.array([kind for kind, _ in cases])
    scores = np.array([score for _, score in cases], dtype=np.float64)
    pairs = [
        (scores[a] > scores[b]) + (scores[a] == scores[b]) / 2
        for a in np.flatnonzero(positive)
        for b in np.flatnonzero(~positive)
    ]
    expected = float(np.mean(pairs)) if pairs else np.nan
    assert auc(positive, scores) == pytest.approx(expected, nan_ok=True)
    assert auc(~positive, -scores) == pytest.approx(expected, nan_ok=True)
    draws = np.random.default_rng(1).integers(0, 3, (3, len(cases)))
    repeated = [auc(np.repeat(positive, row), np.repeat(scores, row)) for row in draws]
    found = aucs(positive, scores)(draws.astype(np.float64))
    assert found == pytest.approx(repeated, nan_ok=True)
