"""Every score that can occur has one sentence."""

from __future__ import annotations

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics import medsbench, strict
from medsdesk.metrics.explanations import explain


def test_every_metric_of_every_family_is_explained() -> None:
    for family in MetricFamily:
        for metric in strict.family_metrics(family):
            sentence = explain(f"strict.{metric}")
            assert sentence == explain(metric)
            assert sentence.endswith(".")
            assert sentence.count(". ") == 0


def test_the_authors_rules_are_told_as_theirs_with_how_they_mislead() -> None:
    for family in MetricFamily:
        for metric in medsbench.family_metrics(family):
            sentence = explain(f"medsbench.{metric}")
            assert sentence.endswith(".")
            assert sentence.count(". ") == 0
            if metric != "none":
                assert sentence.startswith("By the authors' rule: ")
                assert ";" in sentence
    assert explain("bleu1") == explain("medsbench.bleu1")


@pytest.mark.parametrize("name", ["strict.charm", "medsbench.charm", "strict.bleu1", "charm"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(KeyError):
        explain(name)
