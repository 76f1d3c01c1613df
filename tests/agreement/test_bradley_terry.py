"""Bradley-Terry: the published example, laws, and data without a finite answer."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.bradley_terry import PRIOR, bradley_terry
from tests.agreement.worked import CITATIONS


def test_the_published_example() -> None:
    found = bradley_terry(CITATIONS)
    assert found is not None
    # R, BradleyTerry2, data set citations; the same by choix 0.4.1 and evalica 0.4.2.
    assert found.log_ability == pytest.approx([0, -2.94907, -0.47957, 0.26895], abs=1e-5)
    assert found.stderr == pytest.approx([0, 0.10255, 0.06059, 0.07083], abs=1e-5)
    assert found.high - found.log_ability == pytest.approx(1.959964 * found.stderr, abs=1e-6)
    assert found.low + found.high == pytest.approx(2 * found.log_ability)
    assert found.prior == 0


def test_another_reference_only_shifts() -> None:
    one, other = bradley_terry(CITATIONS), bradley_terry(CITATIONS, reference=2)
    assert one is not None
    assert other is not None
    assert other.log_ability == pytest.approx(one.log_ability - one.log_ability[2])


def test_two_models_have_the_log_odds() -> None:
    found = bradley_terry(np.array([[0.0, 30.0], [10.0, 0.0]]))
    assert found is not None
    assert found.log_ability[1] == pytest.approx(-np.log(3))
    assert found.stderr[1] == pytest.approx(np.sqrt(1 / 30 + 1 / 10))


def test_ties_are_half_wins_and_equal_models_equal() -> None:
    found = bradley_terry(np.full((3, 3), 2.5))
    assert found is not None
    assert found.log_ability == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_model_that_never_won_gets_a_finite_answer_that_says_so() -> None:
    found = bradley_terry(np.array([[0.0, 5, 9], [4, 0, 8], [0, 0, 0]]))
    assert found is not None
    assert found.prior == PRIOR
    assert np.isfinite(found.high).all()
    assert found.log_ability[2] == min(found.log_ability)


@pytest.mark.parametrize(
    "wins",
    [[[0.0, 3, 0, 0], [2, 0, 0, 0], [0, 0, 0, 1], [0, 0, 4, 0]], [[7.0]], [[0.0, 0], [0, 0]]],
)
def test_models_that_never_met_cannot_be_compared(wins: list[list[float]]) -> None:
    assert bradley_terry(np.array(wins)) is None


def test_planted_abilities_are_found() -> None:
    random = np.random.default_rng(4)
    truth = np.array([0.0, 0.8, -0.6, 0.3])
    games = 4000
    chance = 1 / (1 + np.exp(truth - truth[:, None]))
    wins = np.zeros((4, 4))
    for a in range(4):
        for b in range(a + 1, 4):
            wins[a, b] = random.binomial(games, chance[a, b])
            wins[b, a] = games - wins[a, b]
    found = bradley_terry(wins)
    assert found is not None
    assert found.log_ability == pytest.approx(truth, abs=0.1)


def test_one_vote_for_each_pair_of_texts_is_nearly_wald() -> None:
    random = np.random.default_rng(1)
    clusters = np.zeros((400, 3, 3))
    for each in clusters:
        one, other = random.permutation(3)[:2]
        each[one, other] = 1.0
    doubled = clusters * 2  # each vote given twice says no more
    once, twice = (bradley_terry(c.sum(axis=0), clusters=c) for c in (clusters, doubled))
    assert once is not None
    assert twice is not None
    assert twice.log_ability == pytest.approx(once.log_ability)
    assert twice.stderr[1:] == pytest.approx(once.stderr[1:], rel=0.05)
    naive = bradley_terry(doubled.sum(axis=0))
    assert naive is not None
    assert (naive.stderr[1:] < 0.75 * once.stderr[1:]).all()
