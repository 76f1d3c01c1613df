"""One label of a set; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.item import Item
from medsdesk.metrics.labels import NO_LABEL, SEVERAL, measure, named_labels, signature
from medsdesk.metrics.words import plain_words

KNOWN = ("adverse drug event", "non-adverse drug event", "Guillain-Barré syndrome", "hernia, groin")


@pytest.mark.parametrize(
    ("answer", "reference", "value", "reason"),
    [
        ("adverse drug event", "adverse drug event", 100.0, None),
        ("Non adverse drug-event.", "non-adverse drug event", 100.0, None),
        ("This is a non-adverse drug event.", "adverse drug event", 0.0, None),
        ("The diagnosis is guillain barre syndrome", "Guillain-Barré syndrome", 100.0, None),
        ("I see a groin problem: Hernia, groin", "hernia (groin)", 100.0, None),
        ("Not an adverse drug event", "adverse drug event", None, NO_LABEL),
        ("No, it is an adverse drug event", "adverse drug event", 100.0, None),
        ("adverse drug event or non-adverse drug event", "adverse drug event", None, SEVERAL),
        ("something else", "adverse drug event", None, NO_LABEL),
        # a reference outside the task's list still counts as a label
        ("The label is migraine, I think", "migraine", 100.0, None),
        ("adverse drug event", "...", None, "the reference names no label"),
    ],
)
def test_known_labels(
    answer: str,
    reference: str,
    value: float | None,
    reason: str | None,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.LABEL, answer, reference, labels=KNOWN))
    assert (mark.values.get("accuracy"), mark.reason) == (value, reason)


@pytest.mark.parametrize(
    ("answer", "value", "reason"),
    [
        ("The diagnosis result is Stable angina.", 100.0, None),
        ("STABLE ANGINA", 100.0, None),
        ("Diagnosis: stable angina\n\nThe pain comes with effort.", 100.0, None),
        ("Unstable angina", 0.0, None),
        ("The diagnosis result is", None, NO_LABEL),
        ("The diagnosis result", None, NO_LABEL),
        (
            "This patient has had pain on effort for years that goes with rest, so angina",
            None,
            NO_LABEL,
        ),
    ],
)
def test_free_labels_match_whole(
    answer: str, value: float | None, reason: str | None, make_item: Callable[..., Item]
) -> None:
    reference = "The diagnosis result is Stable angina."
    mark = measure(make_item(MetricFamily.LABEL, answer, reference))
    assert (mark.values.get("accuracy"), mark.reason) == (value, reason)


def test_answer_is_shown_in_the_tasks_own_words(make_item: Callable[..., Item]) -> None:
    item = make_item(MetricFamily.LABEL, "guillain barre syndrome", KNOWN[2], labels=KNOWN)
    assert measure(item).answer == "Guillain-Barré syndrome"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("non-adverse drug event", {"non-adverse drug event"}),
        ("hernia. groin", {"hernia, groin"}),
        ("We have ruled out the hernia groin", set()),
        ("excluded at first by many others, hernia groin", {"hernia, groin"}),
        ("the hernia", set()),
    ],
)
def test_named_labels(text: str, named: set[str]) -> None:
    found = named_labels(text, [plain_words(label) for label in KNOWN])
    assert found == {plain_words(label) for label in named}


def test_signature_names_the_normal_form() -> None:
    assert "norm:nfkc-folded-words-no-accents" in signature("accuracy", "en")
