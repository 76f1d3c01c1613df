"""Five hundred random tables with ties and gaps against other people's programs, to 1e-9.

Those programs are heavy, and two are under the GPL: they are no part of the program nor of its
usual tests. ``uv run --group oracles pytest tests/agreement/test_oracles.py`` fetches them for
this run. Without them the tests are skipped, saying so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from medsdesk.agreement.alpha import LEVELS, Level, alpha
from medsdesk.agreement.bradley_terry import bradley_terry
from medsdesk.agreement.icc import icc
from medsdesk.agreement.kappa import Weights, kappa
from medsdesk.agreement.multiplicity import benjamini_hochberg
from medsdesk.agreement.ranks import kendall_tau_b, spearman
from medsdesk.agreement.roc import auc
from tests.agreement.worked import Floats

TABLES = 500
CLOSE = 1e-9
pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # theirs, not ours
    pytest.mark.timeout(600),
]


def _oracle(name: str) -> Any:
    told = f"{name} is not installed: uv run --group oracles pytest tests/agreement/test_oracles.py"
    return pytest.importorskip(name, reason=told)


def _tables(gaps: bool = True) -> Iterator[Floats]:
    """Yield tables, shape (items, raters), of ratings from 1 to 5 that agree more or less."""
    random = np.random.default_rng(20240822)
    for _ in range(TABLES):
        items, raters = int(random.integers(4, 40)), int(random.integers(2, 7))
        quality = random.normal(3, 1.2, (items, 1))
        noise = random.normal(0, random.uniform(0.2, 2), (items, raters))
        table = np.clip(np.round(quality + noise), 1, 5)
        if gaps:
            table[random.random(table.shape) < random.uniform(0, 0.4)] = np.nan
        yield table


def _pairs() -> Iterator[tuple[Floats, Floats]]:
    """Yield ratings with ties beside scores, with ties in every third, at the same places."""
    random = np.random.default_rng(7)
    for number in range(TABLES):
        n = int(random.integers(5, 80))
        x = np.round(random.normal(3, 1, n))
        y = x * random.normal(0.5, 1) + random.normal(0, 1, n)
        yield x, np.round(y) if number % 3 == 0 else y


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_krippendorffs(level: Level) -> None:
    oracle = _oracle("krippendorff")
    checked = 0
    for table in _tables():
        found = alpha(table, level)
        if np.isfinite(found):
            expected = oracle.alpha(reliability_data=table.T, level_of_measurement=level)
            assert found == pytest.approx(expected, abs=CLOSE)
            checked += 1
    assert checked > 0.9 * TABLES


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_evalicas(level: Level) -> None:
    oracle, pandas = _oracle("evalica"), _oracle("pandas")
    checked = 0
    for table in _tables():
        found = alpha(table, level)
        if np.isfinite(found):
            expected = oracle.alpha(pandas.DataFrame(table.T), level).alpha
            assert found == pytest.approx(expected, abs=CLOSE)
            checked += 1
    assert checked > 0.9 * TABLES


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_kappa_is_scikit_learns(weights: Weights) -> None:
    _oracle("sklearn")
    oracle = _oracle("sklearn.metrics")
    checked = 0
    for table in _tables():
        both = np.isfinite(table[:, :2]).all(axis=1)
        found = kappa(table[:, 0], table[:, 1], weights)
        if np.isfinite(found):
            expected = oracle.cohen_kappa_score(
                *table[both, :2].T.astype(int),
                labels=[1, 2, 3, 4, 5],
                weights=None if weights == "identity" else weights,
            )
            assert found == pytest.approx(expected, abs=CLOSE)
            checked += 1
    assert checked > 0.9 * TABLES


def test_icc_and_its_limits_are_pingouins() -> None:
    oracle, pandas = _oracle("pingouin"), _oracle("pandas")
    oracle.options["round.column.CI95"] = None
    checked = 0
    for table in _tables(gaps=False):
        found = icc(table)
        if found is None or len(table) < 5:
            continue
        items, raters = np.indices(table.shape)
        frame = pandas.DataFrame(
            {"item": items.ravel(), "rater": raters.ravel(), "value": table.ravel()}
        )
        theirs = oracle.intraclass_corr(frame, "item", "rater", "value").set_index("Type")
        assert found.single == pytest.approx(theirs.at["ICC(A,1)", "ICC"], abs=CLOSE)
        assert found.average == pytest.approx(theirs.at["ICC(A,k)", "ICC"], abs=CLOSE)
        assert found.single_ci95 == pytest.approx(theirs.at["ICC(A,1)", "CI95"], abs=CLOSE)
        if found.average_ci95 is not None:
            assert found.average_ci95 == pytest.approx(
                theirs.at["ICC(A,k)", "CI95"], rel=CLOSE, abs=CLOSE
            )
        checked += 1
    assert checked > 0.9 * TABLES


def test_rank_correlations_are_scipys() -> None:
    _oracle("scipy")
    oracle = _oracle("scipy.stats")
    for x, y in _pairs():
        if x.min() == x.max() or y.min() == y.max():
            assert np.isnan([kendall_tau_b(x, y), spearman(x, y)]).all()
            continue
        assert kendall_tau_b(x, y) == pytest.approx(oracle.kendalltau(x, y).statistic, abs=CLOSE)
        assert spearman(x, y) == pytest.approx(oracle.spearmanr(x, y).statistic, abs=CLOSE)


def test_the_area_under_the_curve_is_scikit_learns() -> None:
    oracle = _oracle("sklearn.metrics")
    for x, y in _pairs():
        positive = x >= 3
        if positive.all() or not positive.any():
            assert np.isnan(auc(positive, y))
        else:
            assert auc(positive, y) == pytest.approx(oracle.roc_auc_score(positive, y), abs=CLOSE)


def test_adjusted_p_values_are_scipys() -> None:
    oracle = _oracle("scipy.stats")
    random = np.random.default_rng(3)
    for _ in range(TABLES):
        p = np.round(random.uniform(0, 1, int(random.integers(1, 60))) ** 2, 3)
        expected = oracle.false_discovery_control(p)
        assert benjamini_hochberg(list(p)) == pytest.approx(expected, abs=CLOSE)


def test_bradley_terry_is_evalicas() -> None:
    oracle = _oracle("evalica")
    random = np.random.default_rng(5)
    checked = 0
    for _ in range(TABLES):
        models = int(random.integers(2, 8))
        ability = random.normal(0, 0.7, models)
        xs, ys, winners, wins = [], [], [], np.zeros((models, models))
        for _ in range(int(random.integers(10, 40)) * models):
            one, other = (int(each) for each in random.permutation(models)[:2])
            chance = 1 / (1 + np.exp(ability[other] - ability[one]))
            outcome = 0.5 if random.random() < 0.2 else float(random.random() < chance)
            wins[one, other] += outcome
            wins[other, one] += 1 - outcome
            xs.append(f"m{one}")
            ys.append(f"m{other}")
            kinds = {1.0: oracle.Winner.X, 0.0: oracle.Winner.Y, 0.5: oracle.Winner.Draw}
            winners.append(kinds[outcome])
        found = bradley_terry(wins)
        if found is None or found.prior:
            continue
        theirs = oracle.bradley_terry(xs, ys, winners, tolerance=1e-15, limit=100_000).scores
        logs = np.log([theirs[f"m{place}"] for place in range(models)])
        assert found.log_ability == pytest.approx(logs - logs[0], abs=CLOSE)
        checked += 1
    assert checked > 0.9 * TABLES
