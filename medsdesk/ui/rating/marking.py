"""Marks of one item: how they are numbered, found, changed and worded; without Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medsdesk.core.study_rating import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.core.rating import Instrument, MarkType
    from medsdesk.core.study_rating import MarkTarget

SEVERITY_KEYS = ("J", "I", "K")
_ORDER: tuple[MarkTarget, ...] = ("source", "output_a", "output_b")
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a shown text that may become a mark.

    Attributes:
        target: The text.
        start: First character, in code points.
        end: One past the last.
        text_sha256: Of the whole text.
    """

    target: MarkTarget
    start: int
    end: int
    text_sha256: str


def in_order(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return marks in the order they are numbered in: source first, then by place."""
    return tuple(sorted(marks, key=lambda m: (_ORDER.index(m.target), m.start, m.end, m.type)))


def with_mark(marks: Sequence[Mark], place: Place, kind: str, severity: str) -> tuple[Mark, ...]:
    """Return the marks with one more; the same stretch with the same type is changed instead."""
    made = Mark(place.target, place.start, place.end, place.text_sha256, kind, severity)
    others = [m for m in marks if _where(m) != _where(made)]
    note = next((m.note for m in marks if _where(m) == _where(made)), "")
    return in_order([*others, replace(made, note=note)])


def without_mark(marks: Sequence[Mark], number: int) -> tuple[Mark, ...]:
    """Return the marks but the one of a number, counted from 0."""
    return tuple(mark for place, mark in enumerate(marks) if place != number)


def with_type(marks: Sequence[Mark], number: int, kind: str) -> tuple[Mark, ...]:
    """Return the marks with another type of the one of a number, counted from 0."""
    return _changed(marks, number, replace(marks[number], type=kind))


def with_severity(marks: Sequence[Mark], number: int, severity: str) -> tuple[Mark, ...]:
    """Return the marks with another severity of the one of a number, counted from 0."""
    return _changed(marks, number, replace(marks[number], severity=severity))


def with_note(marks: Sequence[Mark], number: int, note: str) -> tuple[Mark, ...]:
    """Return the marks with other words on the one of a number, counted from 0."""
    return _changed(marks, number, replace(marks[number], note=note))


def number_of(marks: Sequence[Mark], mark: Mark | None) -> int | None:
    """Return the number of a mark, whatever its severity and note are now, or None."""
    if mark is None:
        return None
    return next((n for n, each in enumerate(marks) if _where(each) == _where(mark)), None)


def mark_at(marks: Sequence[Mark], target: MarkTarget, place: int) -> int | None:
    """Return the number of the shortest mark around a place, counted from 0, or None."""
    found = [
        (mark.end - mark.start, number)
        for number, mark in enumerate(marks)
        if mark.target == target and mark.start <= place <= mark.end
    ]
    return min(found)[1] if found else None


def may_stand(kind: MarkType, target: MarkTarget) -> bool:
    """Return whether a type of mark may stand in a text."""
    side = "source" if target == "source" else "output"
    return not kind.targets or side in kind.targets


def type_for(form: Instrument, key: str) -> MarkType | None:
    """Return the type of mark that a digit chooses, or None."""
    if len(key) != 1 or key not in "123456789":
        return None
    place = int(key) - 1
    return form.marks[place] if place < len(form.marks) else None


def severity_for(form: Instrument, key: str) -> MarkType | None:
    """Return the severity that a letter chooses, or None."""
    if key.upper() not in SEVERITY_KEYS:
        return None
    place = SEVERITY_KEYS.index(key.upper())
    return form.severities[place] if place < len(form.severities) else None


def target_words(target: MarkTarget, *, pair: bool) -> str:
    """Return which text is meant."""
    if target == "source":
        return "text"
    if not pair:
        return "output"
    return "output A" if target == "output_a" else "output B"


def mark_words(form: Instrument, mark: Mark, text: str, *, pair: bool) -> str:
    """Return a mark in words: type, severity, where, the marked words, the note."""
    kind = next((k.label for k in form.marks if k.id == mark.type), mark.type)
    severity = next((s.label for s in form.severities if s.id == mark.severity), mark.severity)
    named = f"{kind}, {severity.lower()}" if severity else kind
    noted = f", note: {mark.note}" if mark.note else ""
    return f"{named} ({target_words(mark.target, pair=pair)}): {quoted(text, mark)}{noted}"


def quoted(text: str, mark: Mark) -> str:
    """Return the marked words in one line, shortened in the middle where they are long."""
    words = " ".join(text[mark.start : mark.end].split())
    if len(words) > _LONGEST_QUOTE:
        half = _LONGEST_QUOTE // 2
        words = f"{words[:half].rstrip()} … {words[-half:].lstrip()}"
    return f"“{words}”"


def _changed(marks: Sequence[Mark], number: int, mark: Mark) -> tuple[Mark, ...]:
    same = [m for n, m in enumerate(marks) if n != number and _where(m) != _where(mark)]
    return in_order([*same, mark])


def _where(mark: Mark) -> tuple[object, ...]:
    return (mark.target, mark.start, mark.end, mark.type)
