"""Say whether raters differ so far that somebody should look, whatever side they saw it from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.core.study_rating import Mark, MarkTarget

POINTS = 2
"""So many points apart, or more, is far apart; neighbouring points are not."""

_OTHER_SIDE: dict[MarkTarget, MarkTarget] = {
    "source": "source",
    "output_a": "output_b",
    "output_b": "output_a",
}


def values_apart(question: Criterion, values: Sequence[RatedValue], points: int = POINTS) -> bool:
    """Say whether answers to a question with a scale are far apart.

    Named categories are apart whenever they are not the same; points of an ordered scale, and
    counts, when the highest and the lowest are at least ``points`` apart. 'Cannot judge' beside
    a point or a count is apart too.

    Args:
        question: The question.
        values: The answers of the raters who gave one, turned to the same side.
        points: The least distance, from 1.
    """
    numbers = [value for value in values if value != "cannot_judge"]
    if not numbers:
        return False
    if len(numbers) < len(values):
        return True
    least = 1 if question.scale == "nominal" else points
    return max(numbers) - min(numbers) >= least


def marks_apart(marked: Sequence[Sequence[Mark]]) -> bool:
    """Say whether one rater marked a stretch of which another marked no character.

    Args:
        marked: The marks of each rater who looked for some, turned to the same side.
    """
    return any(
        not any(_overlap(mark, each) for each in other)
        for mine in marked
        for mark in mine
        for other in marked
        if other is not mine
    )


def turned_value(value: RatedValue | None, *, swapped: bool) -> RatedValue | None:
    """Return an answer as it is from the other side, if sides were swapped.

    In a pair negative points are for the left side; ``cannot_judge`` and nothing stay.
    """
    return -value if swapped and isinstance(value, int) else value


def turned_marks(marks: Sequence[Mark], *, swapped: bool) -> tuple[Mark, ...]:
    """Return marks with the sides exchanged, if they were swapped; texts stay the same."""
    if not swapped:
        return tuple(marks)
    return tuple(replace(mark, target=_OTHER_SIDE[mark.target]) for mark in marks)


def _overlap(mark: Mark, other: Mark) -> bool:
    return mark.target == other.target and mark.start < other.end and other.start < mark.end
