"""A report's rows carry the names that its document promises."""

from __future__ import annotations

from dataclasses import fields

from medsdesk.services.comparison_report import (
    AgreementRow,
    CompareOptions,
    CompareReport,
    MetricRow,
)


def test_the_document_has_the_promised_names() -> None:
    agreement = {field.name for field in fields(AgreementRow)}
    assert {"study", "criterion", "statistic", "value", "ci95", "n_items", "n_raters"} <= agreement
    metric = {field.name for field in fields(MetricRow)}
    assert {"category", "criterion", "metric", "statistic", "value", "ci95"} <= metric
    assert {"n_items", "n_models", "n_raters", "note"} <= metric
    assert {"agreement", "human_vs_metric"} <= {field.name for field in fields(CompareReport)}


def test_intervals_are_over_items_unless_asked() -> None:
    assert (CompareOptions().over, CompareOptions().acceptable) == ("items", None)
