"""Comparisons made up for tests of reports: whole studies, and rows by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from medsdesk.core.rating_view import RatingView
from medsdesk.services.choose_ratings import RatingChoice
from medsdesk.services.comparison_report import (
    AgreementRow,
    CompareOptions,
    CompareReport,
    ContestRow,
    MetricRow,
)
from medsdesk.services.lock_study import lock_study
from medsdesk.services.report_facts import Rated, ReportFacts
from medsdesk.store.workspace import Workspace
from tests.rated_studies import RATERS, made_study, rate_all

QUICK = CompareOptions(study="Letters", resamples=50)
BCA = "bootstrap-bca|over:items|resamples:50|seed:7"
PERCENTILE = "bootstrap-percentile|over:items|resamples:50|seed:7"


def by_length(view: RatingView, criterion: str) -> int:
    """Answer by the place of the item, so that answers differ and raters agree."""
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    points = [anchor.value for anchor in asked.anchors] or [0, 1, 2]
    return points[sum(map(ord, view.outputs[0])) % len(points)]


def rated_study(ws: Workspace, *, locked: bool = True) -> str:
    """Make a study that two raters have rated, and return its id."""
    made = made_study(ws)
    for rater in RATERS[:2]:
        rate_all(ws, made.id, rater, by_length)
    if locked:
        lock_study(ws, made.id, "", "Dr Owner")
    return made.id


def metric_row(**fields: Any) -> MetricRow:
    made = MetricRow(
        study="Letters",
        instrument="summary",
        category="all",
        criterion="accurate",
        metric="strict.bleu4",
        statistic="kendall_tau_b_by_item",
        value=0.4,
        ci95=(0.2, 0.6),
        n_items=40,
        n_models=3,
        n_raters=2,
        note=None,
        interval=PERCENTILE,
        p_value=0.001,
        p_holm=0.002,
        p_bh=0.002,
    )
    return replace(made, **fields)


def agreement_row(**fields: Any) -> AgreementRow:
    made = AgreementRow(
        study="Letters",
        instrument="summary",
        criterion="accurate",
        scale="ordinal",
        statistic="krippendorff_alpha_ordinal",
        value=0.81,
        ci95=(0.7, 0.9),
        n_items=40,
        n_raters=2,
        note=None,
        why="The scale is ordinal.",
        interval=BCA,
        excluded={"cannot_judge": 3},
    )
    return replace(made, **fields)


def contest_row(**fields: Any) -> ContestRow:
    made = ContestRow(
        study="Letters",
        category="all",
        criterion="accurate",
        leading="strict.bleu4",
        other="strict.rouge_l_f",
        difference=0.1,
        ci95=(0.0, 0.2),
        n_items=40,
        p_value=0.01,
        p_holm=0.02,
        note="Chosen.",
    )
    return replace(made, **fields)


def report(
    metrics: tuple[MetricRow, ...] = (metric_row(),),
    agreement: tuple[AgreementRow, ...] = (agreement_row(),),
    contests: tuple[ContestRow, ...] = (),
    **fields: Any,
) -> CompareReport:
    made = CompareReport(agreement, metrics, contests, 80, "items", 50, 7)
    return replace(made, **fields)


def rated(**fields: Any) -> Rated:
    made = Rated(
        statuses={"rated": 80, "cannot_judge": 3},
        own=0,
        imported=0,
        comments=0,
        raters=("Dr Roy", "Dr Sato"),
        adjudicators=(),
        answers=40,
        languages=("en", "zh"),
        categories=("Text Summarization", "Treatment Planning"),
        tasks=("task112", "task131"),
        models=("zebra", "okapi", "quagga"),
        runs=(),
    )
    return replace(made, **fields)


def facts(compared: CompareReport | None = None, **fields: Any) -> ReportFacts:
    """Return what a report is made of, without a workspace."""
    made = ReportFacts(
        QUICK, RatingChoice(study="Letters"), compared, rated(), (), (), frozenset(), ()
    )
    return replace(made, **fields)
