"""Put a rating form into another language: its words come from a file, its structure stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from medsdesk.core.rating import Criterion, Instrument, MarkType
from medsdesk.services.form_faults import LONGEST, text_faults
from medsdesk.services.read_form import broken, read_fields
from medsdesk.tasks.task_faults import plain_name

_HEAD = ("form", "language", "of")
_POINT = re.compile(r"-?[0-9]{1,3}")


def translate(form: Instrument, text: str, origin: str) -> Instrument:
    """Return a form with the words of a translation; id, version and fingerprint stay.

    Args:
        form: The form in its own language.
        text: The translation's file, whole.
        origin: What to call it, such as the file's name.

    Raises:
        UserFacingError: Words are missing, too many or not meant for this form.
    """
    faults = faults_of_words(form, text)
    if faults:
        raise broken(f"The translation {origin} of the rating form '{form.id}'", faults)
    words, _ = read_fields(text)
    return replace(
        form,
        title=words["title"],
        language=words["language"],
        criteria=tuple(_criterion(each, words["criteria"][each.id]) for each in form.criteria),
        marks=_marks(form.marks, words.get("marks", {})),
        severities=_marks(form.severities, words.get("severities", {})),
    )


def faults_of_words(form: Instrument, text: str) -> tuple[str, ...]:
    """Return everything that is wrong with a translation of a form, each as a clause."""
    words, faults = read_fields(text)
    return faults or tuple(_faults(form, words))


def _faults(form: Instrument, words: Mapping[str, Any]) -> Iterator[str]:
    if words.get("form") != form.id:
        yield "it is not of this form"
    elif words.get("of") != form.sha256:
        yield "it was made for another wording of the form and is out of date"
    language = words.get("language")
    if not (isinstance(language, str) and len(language) == 2 and language.isalpha()):
        yield "it does not say its language by a code of two letters"
    rest = {key: value for key, value in words.items() if key not in _HEAD}
    yield from _compare(_expected(form), rest, "")
    for criterion in form.criteria:
        yield from _alike(criterion, rest)


def _expected(form: Instrument) -> dict[str, Any]:
    """Return the tables a translation must have; in place of each text, its name."""
    criteria = {each.id: _expected_criterion(each) for each in form.criteria}
    made: dict[str, Any] = {"title": "title", "criteria": criteria}
    for name, marks in (("marks", form.marks), ("severities", form.severities)):
        if marks:
            made[name] = {each.id: {"label": "label", "meaning": "meaning"} for each in marks}
    return made


def _expected_criterion(criterion: Criterion) -> dict[str, Any]:
    made: dict[str, Any] = {"label": "label", "question": "question"}
    if criterion.anchors:
        made["anchors"] = {
            str(each.value): {"label": "label", "meaning": "meaning"} for each in criterion.anchors
        }
    return made


def _compare(expected: Mapping[str, Any], found: Mapping[str, Any], place: str) -> Iterator[str]:
    for key in sorted(found.keys() - expected.keys()):
        name = key if _POINT.fullmatch(key) else plain_name(key)
        yield f"{place}{name} does not belong into it"
    for key, wanted in expected.items():
        here, value = f"{place}{key}", found.get(key)
        if value is None:
            yield f"{here} is missing"
        elif isinstance(wanted, dict):
            if isinstance(value, dict):
                yield from _compare(wanted, value, f"{here}.")
            else:
                yield f"{here} is no table of words"
        elif isinstance(value, str):
            yield from text_faults(here, value, LONGEST[wanted])
        else:
            yield f"{here} is not text"


def _alike(criterion: Criterion, words: Mapping[str, Any]) -> Iterator[str]:
    """Yield a fault where two points of a scale have the same label."""
    try:
        anchors = words["criteria"][criterion.id].get("anchors", {}).values()
        labels = [each["label"] for each in anchors]
    except (KeyError, TypeError, AttributeError):
        return  # told already
    if len({str(label) for label in labels}) < len(labels):
        yield f"criteria.{criterion.id} has two points with the same label"


def _criterion(criterion: Criterion, words: Mapping[str, Any]) -> Criterion:
    anchors = tuple(
        replace(
            each,
            label=words["anchors"][str(each.value)]["label"],
            meaning=words["anchors"][str(each.value)]["meaning"],
        )
        for each in criterion.anchors
    )
    return replace(criterion, label=words["label"], question=words["question"], anchors=anchors)


def _marks(marks: Sequence[MarkType], words: Mapping[str, Any]) -> tuple[MarkType, ...]:
    return tuple(
        replace(each, label=words[each.id]["label"], meaning=words[each.id]["meaning"])
        for each in marks
    )
