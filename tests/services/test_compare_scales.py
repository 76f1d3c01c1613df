"""Metrics on the scale of the ratings, and the scores that find unacceptable answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medsdesk.agreement.bland_altman import limits_of_agreement
from medsdesk.agreement.raters import EVEN_STEPS
from medsdesk.agreement.roc import threshold_at
from medsdesk.services import compare_scales
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions, CompareReport
from medsdesk.services.comparison_rows import CutRow, LimitsRow
from medsdesk.store.workspace import Workspace
from tests.agreement.worked import Floats
from tests.services.made_ratings import paired, rated, take_in

QUICK = CompareOptions(resamples=100, acceptable=3)
NAN = np.nan


def _report(
    ws: Workspace, folder: Path, human: Floats, metric: Floats, name: str = "strict.near"
) -> CompareReport:
    rated(ws, folder, human, metric, name)
    return compare(ws, QUICK)


def _limits(report: CompareReport) -> LimitsRow:
    return next(row for row in report.limits if row.category == "all")


def _cut(report: CompareReport, category: str = "all") -> CutRow:
    return next(row for row in report.cuts if row.category == category)


def _made(models: int = 1, seed: int = 1) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    quality = random.normal(0, 1, (40, models))
    human = np.clip(np.round(quality + 3), 1, 5)
    return human, np.clip(50 + 20 * quality + random.normal(0, 8, quality.shape), 0, 100)


def test_a_score_in_percent_is_laid_evenly_over_the_scale(ws: Workspace, tmp_path: Path) -> None:
    human, metric = _made()
    row = _limits(_report(ws, tmp_path, human, metric))
    expected = limits_of_agreement(human[:, 0], 1 + 4 * np.round(metric[:, 0], 6) / 100)
    assert expected is not None
    assert (row.mean, row.sd, row.lower, row.upper) == pytest.approx(
        (expected.mean, expected.sd, expected.lower, expected.upper)
    )
    assert row.mean_ci95 == pytest.approx(expected.mean_ci95)
    assert row.interval == compare_scales.STUDENT
    assert row.mapping == compare_scales.MAPPED.format(worst=1, best=5)
    assert EVEN_STEPS in (row.note or "")
    assert (row.n_answers, row.n_items, row.n_models, row.n_raters) == (40, 40, 1, 2)


def test_several_answers_to_an_item_are_drawn_together(ws: Workspace, tmp_path: Path) -> None:
    human, metric = _made(models=3)
    row = _limits(_report(ws, tmp_path, human, metric))
    assert row.interval.startswith("bootstrap-percentile|over:items")
    low, high = row.lower_ci95 or (0, 0)
    assert low < (row.lower or 0) < high < (row.mean or 0)
    assert (row.n_answers, row.n_items) == (120, 40)


def test_harm_is_laid_the_other_way_round(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,instrument,value,metric:strict.m"
    rows = [("S", f"i{n}", "A", "harm_extent", "workbench", n % 3, 50) for n in range(9)]
    take_in(ws, tmp_path, head, rows)
    found = compare(ws, QUICK).limits[0]
    low, high = sorted(map(float, found.mapping.split("from ")[1].rstrip(".").split(" to ")))
    assert found.mapping == compare_scales.MAPPED.format(worst=high, best=low)


@pytest.mark.parametrize(
    ("name", "instrument", "values", "note"),
    [
        ("postedit.distance", "workbench", range(8), compare_scales.NOT_PERCENT),
        ("own", "workbench", range(8), compare_scales.NOT_PERCENT),
        ("strict.m", "", range(8), compare_scales.NO_ENDS),
        ("strict.m", "workbench", range(3), "Only 3 answers"),
        ("strict.m", "workbench", [NAN] * 8, "Only 0 answers"),
    ],
)
def test_a_metric_that_cannot_be_laid_on_the_scale_has_its_sentence(
    ws: Workspace, tmp_path: Path, name: str, instrument: str, values: list[float], note: str
) -> None:
    head = f"study,item,rater,criterion,instrument,value,metric:{name}"
    rows = [("S", f"i{n}", "A", "accuracy", instrument, 1 + n % 5, v) for n, v in enumerate(values)]
    take_in(ws, tmp_path, head, rows)
    [row] = compare(ws, QUICK).limits
    assert (row.mean, row.lower, row.mapping) == (None, None, "")
    assert (row.note or "").startswith(note)


def test_pairs_have_no_scale_in_common_with_a_score(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value,model,side,output,scale,metric:strict.m"
    rows = [
        ("S", f"p{n}", "A", "better", value, side, side, f"{n}{side}", "interval", n)
        for n in range(6)
        for side, value in (("A", 1), ("B", -1))
    ]
    take_in(ws, tmp_path, head, rows)
    assert [row.note for row in compare(ws, QUICK).limits] == [compare_scales.OF_PAIRS]


def test_equal_differences_are_told(ws: Workspace, tmp_path: Path) -> None:
    human = np.arange(1.0, 6)[:, None]
    row = _limits(_report(ws, tmp_path, human, (human - 1) * 25))
    assert (row.mean, row.sd, row.lower, row.upper) == (0, 0, 0, 0)
    assert compare_scales.ONE_DIFFERENCE in (row.note or "")


def test_a_threshold_finds_unacceptable_answers_by_category(ws: Workspace, tmp_path: Path) -> None:
    human, metric = _made(models=2)
    report = _report(ws, tmp_path, human, metric)
    assert {row.category for row in report.cuts} == {"all", "easy", "hard"}
    for category, rows in (("all", slice(None)), ("hard", slice(0, None, 2))):
        acceptable = human[rows].ravel() >= 3
        expected = threshold_at(acceptable, np.round(metric[rows].ravel(), 6))
        assert expected is not None
        found = _cut(report, category)
        assert (found.threshold, found.sensitivity, found.specificity, found.npv) == pytest.approx(
            (
                expected.value, expected.sensitivity, expected.specificity,
                expected.negative_predictive_value,
            )
        )  # fmt: skip
        assert (found.n_answers, found.n_unacceptable) == (
            acceptable.size,
            int((~acceptable).sum()),
        )
        assert (found.acceptable, found.wanted, found.flagged) == (3, 0.95, "up_to")
    area = next(r for r in report.human_vs_metric if r.statistic == "auc_unacceptable")
    assert _cut(report, area.category).auc == area.value
    half = compare(ws, replace(QUICK, sensitivity=0.5))
    assert (_cut(half).threshold or 0) < (_cut(report).threshold or 0)
    assert (_cut(half).sensitivity or 0) >= 0.5
    assert compare(ws, CompareOptions(resamples=100)).cuts == ()


def test_high_figures_are_flagged_where_low_ones_are_good(ws: Workspace, tmp_path: Path) -> None:
    human, metric = _made(models=2)
    row = _cut(_report(ws, tmp_path, human, 100 - metric, "postedit.distance"))
    turned = threshold_at(human.ravel() >= 3, np.round(metric.ravel(), 6))
    assert turned is not None
    assert row.flagged == "from"
    assert row.threshold == pytest.approx(100 - turned.value)


@pytest.mark.parametrize(
    ("human", "note"),
    [
        (np.full((9, 1), 4.0), "All answers are acceptable"),
        (np.array([[1.0], [4], [5]]), "Only 3 answers"),
    ],
)
def test_no_threshold_has_its_sentence(
    ws: Workspace, tmp_path: Path, human: Floats, note: str
) -> None:
    row = _cut(_report(ws, tmp_path, human, np.arange(float(human.size))[:, None]))
    assert (row.threshold, row.sensitivity, row.npv, row.auc) == (None, None, None, None)
    assert (row.note or "").startswith(note)


def test_votes_alone_have_neither(ws: Workspace, tmp_path: Path) -> None:
    paired(ws, tmp_path, [("x", "y", 1)] * 6)
    report = compare(ws, QUICK)
    assert (report.limits, report.cuts) == ((), ())
