"""A rating collected elsewhere, as it stood in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RATING_COLUMNS = (
    "study", "item", "task", "category", "language", "model", "run", "output", "rater",
    "instrument", "instrument_version", "criterion", "scale", "value", "side", "strength",
    "comment", "seconds", "rated_at", "status",
)  # fmt: skip
"""The columns of ratings in the long form, one row per rating; columns of scores follow."""

DECIDED, LEFT_STANDING = "decided", "left_standing"
"""Statuses of an adjudicator's decision, whose ``rater`` is the adjudicator: what holds instead of
the raters' answers, and that their disagreement was left as it stands. They are no independent
ratings."""

NUMBER_COLUMNS = frozenset({"instrument_version", "value", "strength", "seconds"})
"""Those of them that hold numbers; ``value`` may hold a word on a nominal scale."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file of ratings that was taken in.

    Attributes:
        id: UUID.
        name: Name of the file, without its folder.
        sha256: Of the whole file.
        metrics: Names of its columns of scores.
        imported_at: UTC time.
    """

    id: str
    name: str
    sha256: str
    metrics: tuple[str, ...]
    imported_at: str


@dataclass(frozen=True, slots=True)
class ImportedRating:
    """One row of such a file.

    Attributes:
        cells: The texts under ``RATING_COLUMNS``; empty where the file had nothing.
        scores: Scores as text by name, such as ``strict.bleu4``; without those left empty, and
            empty where the file had what is no number.
    """

    cells: tuple[str, ...]
    scores: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """What there is one rating of: an answer, a rater and a question."""
        return tuple(self.cells[place] for place in _KEY)


_KEY = tuple(
    RATING_COLUMNS.index(name)
    for name in ("study", "item", "model", "run", "output", "rater", "instrument", "criterion")
)
