"""How many stretches of an output a rater marked: by type and severity, and per 100 words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from medsdesk.metrics.words import folded, words

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument, MarkType
    from medsdesk.core.study_rating import Mark, MarkTarget

MARKS = "marks."
"""Begins the names of counts by type and severity, such as ``marks.omission_major``."""
ERRORS = "errors."
"""Begins the names of counts of all types, which only forms that ask for a severity have: what is
grave or not is an error. Other forms may mark what is good, such as a sound step."""


def mark_counts(
    marks: Iterable[Mark], form: Instrument, target: MarkTarget = "output_a", *, pair: bool = False
) -> dict[str, int]:
    """Return how many marks speak of an output, by type and severity; 0 where none does.

    A mark is counted once however long it is, and marks that overlap are counted apart. What is
    marked in the source, such as an omission, counts for the one output there is; in a pair it
    cannot be said which output it speaks of, so that types of the source alone are left out.

    Args:
        marks: All marks of one presentation.
        form: The form they were made with.
        target: The output.
        pair: Whether the presentation has two outputs.
    """
    types = [each for each in form.marks if not pair or "output" in each.targets]
    found = Counter(
        _name(mark.type, mark.severity)
        for mark in marks
        if mark.target == target or (mark.target == "source" and not pair)
    )
    return {name: found[name] for each in types for name in _names(each, form)}


def error_counts(counts: dict[str, int], form: Instrument, output: str) -> dict[str, float]:
    """Return the errors of all types: all, by severity, and per 100 words of the output.

    Args:
        counts: As ``mark_counts`` makes them.
        form: The form; without severities there are no errors to count.
        output: The output, as it was shown. Its words are counted without signs, ideographs and
            kana one by one; without any word there is no figure per 100 of them.
    """
    if not form.severities:
        return {}
    by_severity = {
        each.id: sum(count for name, count in counts.items() if name.endswith(f"_{each.id}"))
        for each in form.severities
    }
    total = sum(by_severity.values())
    found: dict[str, float] = {f"{ERRORS}{name}": count for name, count in by_severity.items()}
    found[f"{ERRORS}all"] = total
    if size := len(words(folded(output))):
        found[f"{ERRORS}per_100_words"] = 100.0 * total / size
    return found


def _names(kind: MarkType, form: Instrument) -> list[str]:
    return [_name(kind.id, each.id) for each in form.severities] or [_name(kind.id, "")]


def _name(kind: str, severity: str) -> str:
    return f"{MARKS}{kind}_{severity}" if severity else f"{MARKS}{kind}"
