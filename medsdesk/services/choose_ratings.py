"""Choose which ratings are compared, and say what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.services.rating_rows import RatingRow

COLUMNS: Mapping[str, str] = {
    "study": "study",
    "form": "instrument",
    "category": "category",
    "language": "language",
    "model": "model",
    "rater": "rater",
}
"""What is chosen by, and the column of the table of ratings it stands in."""


@dataclass(frozen=True, slots=True)
class RatingChoice:
    """Which ratings count; None leaves a part open, empty text asks for those without one.

    Attributes:
        study: Name of a study.
        form: A rating form.
        category: Category of the tasks.
        language: Of the texts.
        model: Whose answers.
        rater: Who rated.
        protocol: Which scores count, such as ``strict``: the first part of their names.
    """

    study: str | None = None
    form: str | None = None
    category: str | None = None
    language: str | None = None
    model: str | None = None
    rater: str | None = None
    protocol: str | None = None


def offered(rows: Sequence[RatingRow]) -> dict[str, tuple[str, ...]]:
    """Return what each part of a choice may be, in order; parts of one value only too."""
    found = {
        name: tuple(sorted({row.text(column) for row in rows})) for name, column in COLUMNS.items()
    }
    scores = {score.partition(".")[0] for row in rows for score in row.scores if "." in score}
    return {**found, "protocol": tuple(sorted(scores))}


def chosen(rows: Sequence[RatingRow], choice: RatingChoice) -> tuple[RatingRow, ...]:
    """Return the rows of a choice, in their order, with the scores that count."""
    asked = {
        column: value
        for name, column in COLUMNS.items()
        if (value := getattr(choice, name)) is not None
    }
    kept = (row for row in rows if all(row.text(each) == value for each, value in asked.items()))
    if choice.protocol is None:
        return tuple(kept)
    start = f"{choice.protocol}."
    return tuple(
        replace(row, scores={name: v for name, v in row.scores.items() if name.startswith(start)})
        for row in kept
    )
