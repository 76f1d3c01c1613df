"""Which keys answer a question on the rating screen, and how questions are worded; without Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.core.rating_view import RatedValue, RatingView

LARGEST_COUNT = 99


def numbers_of(criterion: Criterion) -> dict[int, str]:
    """Return the digit that chooses each point.

    It is the point itself where all points are single digits, else the place from the left: so
    the points -2 to 2 of a pair are chosen by 1 to 5.
    """
    points = [anchor.value for anchor in criterion.anchors]
    if all(0 <= point <= 9 for point in points):
        return {point: str(point) for point in points}
    return {point: str(place) for place, point in enumerate(points, 1) if place <= 9}


def point_for(criterion: Criterion, key: str) -> int | None:
    """Return the point that a digit chooses, or None."""
    found = (point for point, digit in numbers_of(criterion).items() if digit == key)
    return next(found, None)


def count_for(key: str, before: RatedValue | None, *, typing: bool) -> int | None:
    """Return the count after a key, or None where the key does not change it.

    Args:
        key: A digit, ``+`` or ``-``.
        before: The count so far.
        typing: Whether the digit before it was typed on the same visit, so that this one is
            put behind it: 1 and 2 make 12.
    """
    now = before if isinstance(before, int) else 0
    if key in ("+", "="):
        return min(now + 1, LARGEST_COUNT)
    if key == "-":
        return max(now - 1, 0)
    if len(key) != 1 or key not in "0123456789":
        return None
    longer = 10 * now + int(key)
    return longer if typing and longer <= LARGEST_COUNT else int(key)


def keys_of(criterion: Criterion) -> str:
    """Return which keys answer a question, in words."""
    if criterion.is_count:
        return "Type the number, or + and -; Enter goes on; X: cannot judge; Backspace: clear."
    digits = list(numbers_of(criterion).values())
    return f"Keys {digits[0]} to {digits[-1]}; X: cannot judge; Backspace: clear."


def meanings(criterion: Criterion) -> str:
    """Return a question with what each of its points means, one to a line."""
    if criterion.is_count:
        return f"{criterion.question}\n{keys_of(criterion)}"
    digits = numbers_of(criterion)
    lines = [f"{digits.get(a.value, a.value)} {a.label}: {a.meaning}" for a in criterion.anchors]
    return "\n".join([criterion.question, *lines])


def asked(form: Instrument) -> tuple[Criterion, ...]:
    """Return the questions of a form that take a point or a count."""
    return tuple(c for c in form.criteria if c.scale != "text")


def comment_of(form: Instrument) -> Criterion | None:
    """Return the question of a form that takes the comment, if it has one."""
    return next((c for c in form.criteria if c.scale == "text"), None)


def first_open(form: Instrument, values: Mapping[str, RatedValue]) -> str:
    """Return the first question without an answer, else the first; empty where there is none."""
    questions = [c.id for c in asked(form)]
    return next((c for c in questions if c not in values), questions[0] if questions else "")


def answer_words(criterion: Criterion, value: RatedValue | None) -> str:
    """Return an answer in words: the point with its label, or the count."""
    if value is None:
        return "no answer"
    if value == "cannot_judge":
        return "cannot judge"
    digits = numbers_of(criterion)
    named = (f"{digits.get(a.value, a.value)} {a.label}" for a in criterion.anchors)
    points = [anchor.value for anchor in criterion.anchors]
    return dict(zip(points, named, strict=True)).get(int(value), str(value))


def agreement_words(criterion: Criterion, value: RatedValue | None, agreed: int) -> str:
    """Return how an own point and the agreed one compare."""
    theirs = answer_words(criterion, agreed)
    if value == agreed:
        return f"as agreed: {theirs}"
    return f"agreed: {theirs}"


def progress_words(view: RatingView) -> str:
    """Return where one is, such as ``12 of 30 · 9 done · about 14 minutes left``."""
    parts = [f"{view.place + 1:,} of {view.total:,}", f"{view.done:,} done"]
    if view.minutes_left is not None and view.done < view.total:
        parts.append(f"about {time_words(view.minutes_left)} left")
    return " · ".join(parts)


def time_words(minutes: float) -> str:
    """Return a time that is still needed, in words."""
    whole = max(1, round(minutes))
    if whole < 90:
        return f"{whole} minute{'' if whole == 1 else 's'}"
    hours = round(whole / 60)
    return f"{hours} hour{'' if hours == 1 else 's'}"
