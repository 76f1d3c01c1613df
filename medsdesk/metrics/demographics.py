"""The form ``Gender: … Age: …`` of the case-report task, read field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from medsdesk.metrics.item import Family, Item, Mark, own_signature, right_or_wrong
from medsdesk.metrics.reading import without_markup
from medsdesk.metrics.words import folded

NO_FIELD = "gives neither a gender nor an age"

_GENDER = re.compile(r"\b(?:gender|sex)\b\W*(female|male|woman|man|girl|boy|f|m)\b")
_AGE = re.compile(r"\bage\b(.*)", re.DOTALL)
_UNITS = "hour|day|week|month|year"
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\W*({_UNITS})s?\b")
_GENDERS = {"f": "F", "female": "F", "woman": "F", "girl": "F"}


@dataclass(frozen=True, slots=True)
class Demographics:
    """Gender and age as an answer gives them.

    Attributes:
        gender: ``F`` or ``M``; None when not given.
        age: Pairs of number and unit; empty when not given.
    """

    gender: str | None
    age: frozenset[tuple[float, str]]


def read_form(text: str) -> Demographics:
    """Read the two fields; the age may stand as ``[[18.0, 'year']]`` or as ``18 years``."""
    normal = folded(without_markup(text))
    gender = _GENDER.search(normal)
    age = _AGE.search(normal)
    amounts = _AMOUNT.findall(age[1]) if age else []
    return Demographics(
        _GENDERS.get(gender[1], "M") if gender else None,
        frozenset((float(number), unit) for number, unit in amounts),
    )


def measure(item: Item) -> Mark:
    """Mark the form: 100 when gender and age are both the reference's.

    Accuracy over items is the share of right ones, (1/n) sum [gender and age = reference]. A
    field left out is wrong; with neither field there is nothing to score.
    """
    wanted = [read_form(reference) for reference in item.references]
    found = read_form(item.answer)
    if not any(form.gender and form.age for form in wanted):
        return Mark(reason="the reference lacks gender or age")
    if not found.gender and not found.age:
        return Mark(reason=NO_FIELD)
    details = {
        "gender_right": float(any(found.gender == form.gender for form in wanted)),
        "age_right": float(any(found.age == form.age for form in wanted)),
    }
    return right_or_wrong(right=found in wanted, answer=_shown(found), details=details)


def _shown(form: Demographics) -> str:
    age = ", ".join(f"{number:g} {unit}" for number, unit in sorted(form.age))
    return f"{form.gender or '?'}; {age or '?'}"


def signature(metric: str, language: str) -> str:
    """Return how the accuracy of the form is made."""
    return own_signature(
        metric, "read:gender-age-form", f"lang:{language}", "refs:any", "unread:unscored", "v:1",
        "agg:mean",
    )  # fmt: skip


FAMILY = Family(("accuracy",), measure, signature)
