"""Extracted phrases; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.item import Item
from medsdesk.metrics.phrases import NO_PHRASE, measure, phrase_words, signature


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("boys with asthma, girls", "girls, boys with asthma", (100, 100, 100, 100)),
        ("BOYS WITH ASTHMA; GIRLS.", "boys with asthma, girls", (100, 100, 100, 100)),
        # words: boys with asthma | boys: P = 1/3, R = 1/1, F1 = 2/4
        ("boys with asthma", "boys", (0, 100 / 3, 100, 50)),
        # words without articles: boys | boys girls: P = 1/1, R = 1/2, F1 = 2/3
        ("the boys", "boys, girls", (0, 100, 50, 200 / 3)),
        ("not found", "not found", (100, 100, 100, 100)),
        ("Not found.", "not found", (100, 100, 100, 100)),
        # "not found" shares no word with a phrase, whatever its letters
        ("not found", "boys not found at home", (0, 0, 0, 0)),
        ("boys", "not found", (0, 0, 0, 0)),
        ("The dose is 10 mg / kg", "10 mg/kg", (100, 100, 100, 100)),
        ("3 g/day", "3.0 g/day", (100, 100, 100, 100)),
        ("1,000 mg", "1000 mg", (100, 100, 100, 100)),
        ("25 mg", "2.5 mg", (0, 50, 50, 50)),
        ("girls", "boys", (0, 0, 0, 0)),
    ],
)
def test_accuracy_and_partial_credit(
    answer: str,
    reference: str,
    expected: tuple[float, float, float, float],
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.EXTRACTION, answer, reference))
    assert tuple(mark.values.values()) == pytest.approx(expected)


def test_any_reference_may_be_met(make_item: Callable[..., Item]) -> None:
    item = make_item(MetricFamily.EXTRACTION, "5 mg", "high", "5 mg", "...")
    assert set(measure(item).values.values()) == {100.0}


@pytest.mark.parametrize(
    ("answer", "reference", "reason"),
    [("...", "boys", NO_PHRASE), ("boys", "...", "the reference names no phrase")],
)
def test_nothing_to_compare_is_unscored(
    answer: str, reference: str, reason: str, make_item: Callable[..., Item]
) -> None:
    mark = measure(make_item(MetricFamily.EXTRACTION, answer, reference))
    assert (dict(mark.values), mark.reason) == ({}, reason)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("10 mg / kg", ("10", "mg", "kg")),
        ("125-500 mg", ("125", "500", "mg")),
        ("2.50", ("2.5",)),
        ("2,5", ("2.5",)),
        ("10.0", ("10",)),
        ("12.5.2024", ("12.5.2024",)),
        ("12,345,678", ("12345678",)),
        ("<5 %", ("<", "5", "%")),
        ("≥ 5", ("≥", "5")),
        ("100", ("100",)),
    ],
)
def test_numbers_have_one_form(phrase: str, words: tuple[str, ...]) -> None:
    assert phrase_words(phrase) == words


def test_signature_tells_sets_from_words() -> None:
    assert "match:phrase-set" in signature("accuracy", "en")
    assert "match:word-bag-no-articles" in signature("f1", "en")
