"""Every score that can occur has one sentence."""

from __future__ import annotations

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics import strict
from medsdesk.metrics.explanations import explain


def test_every_metric_of_every_family_is_explained() -> None:
    for family in MetricFamily:
        for metric in strict.family_metrics(family):
            sentence = explain(f"strict.{metric}")
            assert sentence == explain(metric)
            assert sentence.endswith(".")
            assert sentence.count(". ") == 0


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        explain("strict.charm")
