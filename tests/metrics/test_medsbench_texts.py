"""How each script prepares texts, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.item import Item, Mark
from medsdesk.metrics.medsbench_rules import LEFT_OUT
from medsdesk.metrics.medsbench_texts import (
    STOPS_LEFT_OUT,
    STOPS_ZERO,
    TextRule,
    trimmed_lower,
    without_stops,
)

SUMMARY = TextRule()
EXPLANATION = TextRule(leaves_out=True)
RATIONALE = TextRule("en", str.strip, str.strip, leaves_out=True, leaves_out_blank=True)
EVIDENCE = TextRule("en", trimmed_lower, without_stops)
ZERO = {"bleu1": 0.0, "rouge": 0.0}
EMPTY_ZERO = "empty output, counted as 0"


def marked(rule: TextRule, make_item: Callable[..., Item], answer: str, reference: str) -> Mark:
    return rule.measure(make_item(MetricFamily.TEXT, answer, reference))


def test_case_counts_except_for_evidence(make_item: Callable[..., Item]) -> None:
    assert marked(SUMMARY, make_item, "REST", "rest").values == ZERO
    values = marked(EVIDENCE, make_item, " REST helps", "Rest helps.").values
    assert values == pytest.approx({"bleu1": 100.0, "rouge": 100.0}, abs=1e-5)


def test_rouge_takes_words_with_their_marks(make_item: Callable[..., Item]) -> None:
    # Tokens: rest , / rest; words: "rest," is not "rest".
    values = marked(SUMMARY, make_item, "rest, sleep", "rest sleep").values
    assert values["bleu1"] == pytest.approx(200 / 3)
    assert values["rouge"] == pytest.approx(50.0, abs=1e-5)


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_rouge_takes_tokens_where_no_spaces_are(
    make_item: Callable[..., Item], language: str
) -> None:
    values = marked(TextRule(language), make_item, "咳嗽", "咳嗽").values
    assert values == pytest.approx({"bleu1": 100.0, "rouge": 100.0}, abs=1e-5)
    assert "tok:white-space" not in TextRule(language).signature("rouge")


@pytest.mark.parametrize(
    ("rule", "answer", "values", "reason"),
    [
        (SUMMARY, "", ZERO, EMPTY_ZERO),
        (SUMMARY, "None", ZERO, STOPS_ZERO),
        (SUMMARY, "  ", ZERO, EMPTY_ZERO),
        (SUMMARY, "...", ZERO, STOPS_ZERO),
        (EXPLANATION, "", {}, LEFT_OUT),
        (EXPLANATION, "nan", {}, LEFT_OUT),
        (EXPLANATION, "  ", ZERO, EMPTY_ZERO),
        (RATIONALE, "", {}, STOPS_LEFT_OUT),
        (RATIONALE, "nan", {}, STOPS_LEFT_OUT),
        (RATIONALE, "  ", {}, LEFT_OUT),
        (EVIDENCE, "", ZERO, EMPTY_ZERO),
    ],
)
def test_empty_outputs(
    make_item: Callable[..., Item],
    rule: TextRule,
    answer: str,
    values: dict[str, float],
    reason: str,
) -> None:
    mark = marked(rule, make_item, answer, "Rest is advised")
    assert (mark.values, mark.reason) == (values, reason)


def test_missing_reference_is_as_a_missing_output(make_item: Callable[..., Item]) -> None:
    assert marked(EXPLANATION, make_item, "rest", "NA").reason == LEFT_OUT
    assert marked(SUMMARY, make_item, "rest", "NA").reason == STOPS_ZERO
    assert marked(RATIONALE, make_item, "rest", "NA").reason == STOPS_LEFT_OUT
