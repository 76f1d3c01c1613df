"""Verdicts as words; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.item import Item
from medsdesk.metrics.verdicts import CONTRADICTORY, NO_VERDICT, measure, read_verdict, signature

YES, GRADE, TRUE = ("yes", "no", "maybe"), ("0", "1", "2"), ("true", "false")


@pytest.mark.parametrize(
    ("answer", "verdicts", "verdict"),
    [
        ("yes", YES, "yes"),
        ("NO.", YES, "no"),
        ("Yes, no doubt.", YES, "yes"),
        ("No - the passage is about something else.", YES, "no"),
        ("no\n\nThe answer does not fit.", YES, "no"),
        ("**Maybe**", YES, "maybe"),
        ("Based on the text, no", YES, "no"),
        ("The answer is no.", YES, "no"),
        ("I am inclined to say yes", YES, "yes"),
        ("The final decision is no.", YES, "no"),
        ("0 (false)", GRADE, "0"),
        ("2", GRADE, "2"),
        ("Label: 1", GRADE, "1"),
        ("The claim is classified as '2'.", GRADE, "2"),
        ("False", TRUE, "false"),
        ("The patient will be admitted: True", TRUE, "true"),
        ('{"admitted": false}', TRUE, "false"),
        ("It is true that she returns.", TRUE, "true"),
    ],
)
def test_reads_the_verdict(answer: str, verdicts: tuple[str, ...], verdict: str) -> None:
    assert read_verdict(answer, verdicts).answer == verdict


@pytest.mark.parametrize(
    ("answer", "verdicts", "reason"),
    [
        ("", YES, NO_VERDICT),
        ("No evidence supports this", YES, NO_VERDICT),
        ("There is no doubt about it: yes", YES, NO_VERDICT),
        ("Yes and no", YES, CONTRADICTORY),
        ("yes/no", YES, CONTRADICTORY),
        ("yes\nno", YES, CONTRADICTORY),
        ("Yes. The answer is no.", YES, CONTRADICTORY),
        ("0.5", GRADE, NO_VERDICT),
        ("2 studies agree", GRADE, NO_VERDICT),
        ("the claim has 2 sides", GRADE, NO_VERDICT),
        ("It is not true", TRUE, NO_VERDICT),
        ("could be true, could be false", TRUE, CONTRADICTORY),
    ],
)
def test_leaves_undecided_ones_open(answer: str, verdicts: tuple[str, ...], reason: str) -> None:
    found = read_verdict(answer, verdicts)
    assert (found.answer, found.reason) == (None, reason)


@pytest.mark.parametrize(
    ("answer", "reference", "labels", "value", "reason"),
    [
        ("yes", "yes", (), 100.0, None),
        ("no", "yes", (), 0.0, None),
        ("1", "0", (), 0.0, None),
        ("true", "True", (), 100.0, None),
        ("Refuted.", "refuted", ("supported", "refuted"), 100.0, None),
        ("hard to say", "yes", (), None, NO_VERDICT),
        ("yes", "perhaps", (), None, "the reference gives no verdict"),
    ],
)
def test_marks_against_the_reference(
    answer: str,
    reference: str,
    labels: tuple[str, ...],
    value: float | None,
    reason: str | None,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.VERIFICATION, answer, reference, labels=labels))
    assert (mark.values.get("accuracy"), mark.reason) == (value, reason)


def test_signature_names_the_reading() -> None:
    assert "read:verdict" in signature("accuracy", "en")
