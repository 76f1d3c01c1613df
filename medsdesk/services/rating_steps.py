"""Steps that can be taken back and done again, across items and after a restart.

Nothing is kept for it besides the ratings themselves: a rating that takes a step back, or does it
again, says so on the trail, and reading ratings and trail gives the steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from medsdesk.core.rating import RatingStatus
from medsdesk.core.study_rating import Mark, StudyRating

_UNDO, _REDO = "undo of ", "redo of "


class Content(NamedTuple):
    """What a rating says, whoever says it when."""

    status: RatingStatus
    value: int | None
    text: str
    marks: tuple[Mark, ...]


NOTHING = Content("withdrawn", None, "", ())


class Step(NamedTuple):
    """An answer that was given: the rating, and what stood there before."""

    rating: StudyRating
    before: Content

    @property
    def undo_reason(self) -> str:
        """What the trail says of the rating that takes it back."""
        return _UNDO + self.rating.id

    @property
    def redo_reason(self) -> str:
        """What the trail says of the rating that does it again."""
        return _REDO + self.rating.id


class Steps:
    """The steps of one rater at one machine."""

    def __init__(self) -> None:
        self.done: list[Step] = []
        self.undone: list[Step] = []

    def note(self, rating: StudyRating, before: StudyRating | None, why: str = "") -> None:
        """Take note of a rating.

        Args:
            rating: The rating.
            before: What it supersedes.
            why: What the trail says of it.
        """
        if why.startswith(_UNDO):
            _move(self.done, self.undone, why.removeprefix(_UNDO))
        elif why.startswith(_REDO):
            _move(self.undone, self.done, why.removeprefix(_REDO))
        else:
            self.done.append(Step(rating, content_of(before)))
            self.undone.clear()

    def read(self, rows: Iterable[tuple[StudyRating, str]], machine: str) -> None:
        """Find the steps in what was stored.

        Args:
            rows: A rater's ratings in the order they were written, with the trail's reasons.
            machine: The steps of this machine alone are meant.
        """
        seen: dict[str, StudyRating] = {}
        for rating, why in rows:
            seen[rating.id] = rating
            if rating.machine == machine and rating.role == "rater":
                self.note(rating, seen.get(rating.supersedes or ""), why)


def content_of(rating: StudyRating | None) -> Content:
    """Return what a rating says; no rating says nothing, like one that was taken back."""
    if rating is None:
        return NOTHING
    return Content(rating.status, rating.value, rating.text, rating.marks)


def _move(steps: list[Step], others: list[Step], rating_id: str) -> None:
    """Move the step of a rating from one list to the end of the other."""
    for place in range(len(steps) - 1, -1, -1):
        if steps[place].rating.id == rating_id:
            others.append(steps.pop(place))
            return
