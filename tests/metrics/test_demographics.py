"""Gender and age as a form; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.demographics import NO_FIELD, measure, read_form, signature
from medsdesk.metrics.item import Item

REFERENCE = "Gender: F\n\nAge: \"[[18.0, 'year']]\""


@pytest.mark.parametrize(
    ("text", "gender", "age"),
    [
        (REFERENCE, "F", {(18.0, "year")}),
        ("Gender: Female\nAge: 18 years", "F", {(18.0, "year")}),
        ("sex: boy, age: 3-month-old", "M", {(3.0, "month")}),
        (
            "**Gender:** M **Age:** [(2.0, 'year'), (3.0, 'month')]",
            "M",
            {(2, "year"), (3, "month")},
        ),
        ("Age: 18 years. Gender: woman", "F", {(18.0, "year")}),
        ("Gender: M Age:", "M", set()),
        ("Gender: unknown", None, set()),
        ("18 years", None, set()),
    ],
)
def test_read_form(text: str, gender: str | None, age: set[tuple[float, str]]) -> None:
    form = read_form(text)
    assert (form.gender, set(form.age)) == (gender, age)


@pytest.mark.parametrize(
    ("answer", "value", "details", "shown"),
    [
        ("Gender: F, Age: 18 years", 100, (1, 1), "F; 18 year"),
        ("Gender: M, Age: 18 years", 0, (0, 1), "M; 18 year"),
        ("Gender: F, Age: 19 years", 0, (1, 0), "F; 19 year"),
        ("Gender: F, Age: 18 months", 0, (1, 0), "F; 18 month"),
        ("Gender: F", 0, (1, 0), "F; ?"),
        ("Age: 18 years", 0, (0, 1), "?; 18 year"),
    ],
)
def test_both_fields_must_be_right(
    answer: str,
    value: float,
    details: tuple[float, float],
    shown: str,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.EXTRACTION, answer, REFERENCE))
    assert (mark.values, mark.answer) == ({"accuracy": value}, shown)
    assert mark.details == dict(zip(("gender_right", "age_right"), details, strict=True))


@pytest.mark.parametrize(
    ("answer", "reference", "reason"),
    [
        ("A young person.", REFERENCE, NO_FIELD),
        (REFERENCE, "Gender: F", "the reference lacks gender or age"),
    ],
)
def test_missing_forms_are_unscored(
    answer: str, reference: str, reason: str, make_item: Callable[..., Item]
) -> None:
    mark = measure(make_item(MetricFamily.EXTRACTION, answer, reference))
    assert (dict(mark.values), mark.reason) == ({}, reason)


def test_signature_names_the_form() -> None:
    assert "read:gender-age-form" in signature("accuracy", "en")
