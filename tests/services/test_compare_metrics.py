"""One category's metrics: figures, contests, and what the other tables take from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.services.compare_metrics import MetricsCompared
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.rated_answers import questions
from medsdesk.services.rated_tables import RatedTable, rated_tables
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.services.made_ratings import rated

QUICK = CompareOptions(resamples=50, acceptable=3)


@pytest.fixture
def table(ws: Workspace, tmp_path: Path) -> RatedTable:
    human = np.clip(np.round(np.random.default_rng(1).normal(3, 1, (20, 3))), 1, 5)
    rated(ws, tmp_path, human, human * 10)
    [question] = questions(rating_rows(ws)[0])
    return list(rated_tables(question))[-1]


def test_spa_and_thresholds_are_those_of_the_figures(table: RatedTable) -> None:
    compared = MetricsCompared(table, QUICK)
    by_name = {row.statistic: row for row in compared.rows}
    assert compared.spas == {"strict.near": by_name["spa"].value}
    [cut] = compared.cuts
    assert (cut.auc, cut.auc_ci95) == (1.0, by_name["auc_unacceptable"].ci95)
    assert (cut.sensitivity, cut.specificity, cut.threshold) == (1, 1, 20)
    assert compared.contests() == ()


def test_it_stops_within_a_figure(table: RatedTable) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        MetricsCompared(table, QUICK, cancel)
