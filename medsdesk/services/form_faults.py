"""Check a rating form that came as text: every fault in words, with its place in the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from medsdesk.tasks.registry import categories
from medsdesk.tasks.task_faults import plain_name

Fields = Mapping[str, Any]

MOST_SCALES = 6
MOST_COUNTS = 12
MOST_POINTS = 9  # one number key each
MOST_MARKS = 9
SEVERITIES = ("major", "minor")
RESERVED = ("marks", "edit")  # kinds of answers that are no questions
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SCALES = ("nominal", "ordinal", "interval", "ratio", "text")
_TARGETS = ("output", "source")
_FARTHEST = 99
_JOINERS = "\u200c\u200d"  # without which Persian and Hindi words fall apart


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of a file has to be.

    Attributes:
        kind: Its type, exactly.
        longest: Most characters of a text, most entries of a list.
        needed: Whether it may not be left out.
    """

    kind: type
    longest: int = 0
    needed: bool = True


_WORDS = {"label": Field(str, 40), "meaning": Field(str, 160)}
_NAMED = {"id": Field(str, 32), "label": Field(str, 40)}
_FORM = {
    "id": Field(str, 32),
    "version": Field(int),
    "title": Field(str, 80),
    "source": Field(str, 400),
    "criteria": Field(list, MOST_SCALES + MOST_COUNTS + 1),
    "kind": Field(str, 10, needed=False),
    "categories": Field(list, 30, needed=False),
    "marks": Field(list, MOST_MARKS, needed=False),
    "severities": Field(list, len(SEVERITIES), needed=False),
    "edit": Field(bool, needed=False),
    "language": Field(str, 2, needed=False),
}
_CRITERION = {
    **_NAMED,
    "question": Field(str, 160),
    "scale": Field(str, 10),
    "anchors": Field(list, MOST_POINTS),
}
_POINT = {"value": Field(int), **_WORDS}
_MARK = {**_NAMED, "meaning": Field(str, 160), "targets": Field(list, len(_TARGETS))}
_SEVERITY = {**_NAMED, "meaning": Field(str, 160)}
_KINDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}

LONGEST = {name: field.longest for name, field in (_FORM | _CRITERION | _WORDS).items()}


def form_faults(fields: Fields, text: str) -> tuple[str, ...]:
    """Return what is wrong with a form, each a clause such as ``question 2 has no label``.

    Args:
        fields: The tables of its file.
        text: The file, in which the lines of questions and marks are looked up.
    """
    return tuple(dict.fromkeys(_Checker(text).form(fields)))


class _Checker:
    """Yields faults; what has one is left out of the rules that stand on it."""

    def __init__(self, text: str) -> None:
        self._lines = {
            kind: [
                number
                for number, line in enumerate(text.splitlines(), 1)
                if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)
            ]
            for kind in ("criteria", "marks", "severities")
        }

    def form(self, fields: Fields) -> Iterator[str]:
        yield from _shape("the form", fields, _FORM)
        yield from _identity(fields)
        kind = fields.get("kind", "single")
        if kind not in ("single", "pair"):
            yield "the form's kind is neither 'single' nor 'pair'"
        if kind == "pair" and fields.get("edit") is True:
            yield "the form compares a pair, in which no output can be corrected"
        yield from _known_categories(fields.get("categories", []))
        criteria = fields.get("criteria")
        if isinstance(criteria, list):
            yield from self._criteria(criteria, pair=kind == "pair")
        yield from self._marks(fields)

    def _criteria(self, criteria: Sequence[Any], *, pair: bool) -> Iterator[str]:
        good = [each for each in criteria if isinstance(each, dict)]
        for number, each in enumerate(criteria):
            where = self._where("question", "criteria", number)
            yield from _shape(where, each, _CRITERION)
            if isinstance(each, dict):
                yield from _id_fault(where, each)
                yield from _scale_faults(where, each)
                if pair:
                    yield from _pair_faults(where, each)
        yield from _repeated("question", [each.get("id") for each in good])
        if len(good) == len(criteria):
            yield from _together(good)

    def _marks(self, fields: Fields) -> Iterator[str]:
        marks, severities = fields.get("marks", []), fields.get("severities", [])
        if not isinstance(marks, list) or not isinstance(severities, list):
            return
        for number, each in enumerate(marks):
            where = self._where("mark", "marks", number)
            yield from _shape(where, each, _MARK)
            if isinstance(each, dict):
                yield from _id_fault(where, each)
                yield from _target_faults(where, each.get("targets"))
        for number, each in enumerate(severities):
            yield from _shape(self._where("severity", "severities", number), each, _SEVERITY)
        yield from _repeated("mark", [each.get("id") for each in marks if isinstance(each, dict)])
        found = tuple(each.get("id") for each in severities if isinstance(each, dict))
        if severities and found != SEVERITIES:
            yield "the form's severities are not 'major' and 'minor', in this order"
        if severities and not marks:
            yield "the form has severities but no marks that could have one"

    def _where(self, name: str, kind: str, place: int) -> str:
        lines = self._lines[kind]
        line = f" (line {lines[place]})" if place < len(lines) else ""
        return f"{name} {place + 1}{line}"


def _shape(where: str, value: object, shape: Mapping[str, Field]) -> Iterator[str]:
    """Yield what is unknown, missing or of another kind among the fields of a table."""
    if not isinstance(value, dict):
        yield f"{where} is no table of fields"
        return
    for key in sorted(value.keys() - shape.keys()):
        yield f"{where} has a field that does not belong: {plain_name(key)}"
    for key, field in shape.items():
        if key in value:
            yield from _field_faults(where, key, value[key], field)
        elif field.needed:
            yield f"{where} has no {key}"


def _field_faults(where: str, key: str, value: object, field: Field) -> Iterator[str]:
    if type(value) is not field.kind:
        yield f"the {key} of {where} is not {_KINDS[field.kind]}"
    elif isinstance(value, str):
        yield from text_faults(f"the {key} of {where}", value, field.longest)
    elif isinstance(value, list) and len(value) > field.longest:
        yield f"the {key} of {where} are {len(value):,}, more than {field.longest}"


def text_faults(what: str, text: str, longest: int) -> Iterator[str]:
    """Yield what is wrong with a text that is to stand in one line of a window."""
    if not text.strip():
        yield f"{what} is empty"
    elif text != text.strip():
        yield f"{what} begins or ends with a space"
    if len(text) > longest:
        yield f"{what} has {len(text):,} characters, more than {longest}"
    if any(_is_unseen(sign) for sign in text):
        yield f"{what} has a line break or an invisible character in it"


def _is_unseen(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return (kind[0] == "C" or kind in ("Zl", "Zp")) and sign not in _JOINERS


def _identity(fields: Fields) -> Iterator[str]:
    yield from _id_fault("the form", fields)
    version = fields.get("version")
    if type(version) is int and not 1 <= version <= 9999:
        yield "the version of the form is not between 1 and 9999"
    language = fields.get("language", "en")
    if isinstance(language, str) and not _LANGUAGE.fullmatch(language):
        yield "the language of the form is not a code of two small letters, such as 'fr'"


def _id_fault(where: str, fields: Fields) -> Iterator[str]:
    found = fields.get("id")
    if isinstance(found, str) and not _ID.fullmatch(found):
        yield f"the id of {where} is not made of small letters, digits and '_', a letter first"
    elif found in RESERVED:
        yield f"the id of {where} is '{found}', which MedsDesk uses itself"


def _known_categories(found: object) -> Iterator[str]:
    if not isinstance(found, list):
        return
    known = categories()
    if any(each not in known for each in found):
        yield f"the categories of the form are not all among these: {', '.join(known)}"
    elif len(set(found)) < len(found):
        yield "the form names a category twice"


def _scale_faults(where: str, fields: Fields) -> Iterator[str]:
    scale, anchors = fields.get("scale"), fields.get("anchors")
    if not isinstance(scale, str) or not isinstance(anchors, list):
        return
    if scale not in _SCALES:
        yield f"the scale of {where} is none of {', '.join(_SCALES)}"
    elif scale in ("text", "ratio"):
        if anchors:
            kind = "a comment" if scale == "text" else "a count"
            yield f"{where} takes {kind} and may not have points"
    elif len(anchors) < 2:
        yield f"{where} has fewer than two points"
    for number, each in enumerate(anchors, 1):
        yield from _shape(f"point {number} of {where}", each, _POINT)
    points = [each for each in anchors if isinstance(each, dict)]
    values = [each.get("value") for each in points]
    if _whole(values):
        if any(abs(value) > _FARTHEST for value in values):
            yield f"{where} has a point beyond -{_FARTHEST} or {_FARTHEST}"
        if values != sorted(set(values)):
            yield f"the points of {where} do not rise, each above the one before"
    labels = [each.get("label") for each in points]
    yield from _repeated("point", labels, f"of {where} has the label")


def _pair_faults(where: str, fields: Fields) -> Iterator[str]:
    scale, anchors = fields.get("scale"), fields.get("anchors")
    if scale in ("ratio", "nominal"):
        yield f"{where} does not say which of the pair is meant: it needs an ordinal scale"
    elif scale in ("ordinal", "interval") and isinstance(anchors, list):
        values = [each.get("value") for each in anchors if isinstance(each, dict)]
        if _whole(values) and sorted(values) != sorted(-value for value in values):
            yield f"the points of {where} are not the same on both sides of 0"


def _target_faults(where: str, found: object) -> Iterator[str]:
    if not isinstance(found, list):
        return
    if not found or any(each not in _TARGETS for each in found):
        yield f"the targets of {where} are not 'output', 'source' or both"
    elif len(set(found)) < len(found):
        yield f"{where} names a target twice"


def _together(criteria: Sequence[Fields]) -> Iterator[str]:
    """Yield the faults of the questions as a whole."""
    scales = [each.get("scale") for each in criteria]
    ids = [each.get("id") for each in criteria]
    if scales.count("text") != 1 or scales[-1] != "text":
        yield "the form does not end with its one comment, a question with the scale 'text'"
    if not any(scale != "text" for scale in scales):
        yield "the form asks nothing but a comment, so no item could be told to be done"
    points = sum(scale not in ("text", "ratio") for scale in scales)
    if points > MOST_SCALES:
        yield f"the form has {points} scales, more than {MOST_SCALES}"
    if scales.count("ratio") > MOST_COUNTS:
        yield f"the form has {scales.count('ratio')} counts, more than {MOST_COUNTS}"
    if "harm" in ids or ("harm_extent" in ids) != ("harm_likelihood" in ids):
        yield (
            "the form does not ask for the extent and the likelihood of harm apart, as"
            " 'harm_extent' and 'harm_likelihood'"
        )


def _repeated(what: str, found: Sequence[object], has: str = "has the id") -> Iterator[str]:
    texts = [each for each in found if isinstance(each, str)]
    for place, text in enumerate(texts):
        if text in texts[:place]:
            yield f"{what} {place + 1} {has} of an earlier one"


def _whole(values: Sequence[object]) -> TypeGuard[Sequence[int]]:
    return bool(values) and all(type(value) is int for value in values)
