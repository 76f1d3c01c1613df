"""Take out of ratings what could tell of whom, by whom and when, and leave the figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.rating_rows import RatingRow
from medsdesk.services.spreadsheet import Cell, is_number

if TYPE_CHECKING:
    from medsdesk.services.pseudonyms import Pseudonyms

TOLD_COLUMNS = tuple(name for name in RATING_COLUMNS if name != "comment")
"""The columns of the long form that are left."""

_IDS = frozenset({"study", "item", "run", "output", "rater"})
_NUMBERS = frozenset({"instrument_version", "strength", "seconds"})
_WORDS = frozenset({"task", "category", "model", "instrument"})
_LANGUAGE = re.compile(r"[a-z]{2}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:+-]{0,63}")
_SIDES = ("A", "B")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a de-identified export does not have.

    Attributes:
        texts: Ratings that are words: comments, corrections, marks.
        dates: Times that could not be read, so that they were not moved but left out.
        words: Values of other cells that are no known word, number or name, and became ids.
    """

    texts: int
    dates: int
    words: int


class Deidentifying:
    """Rewrites rows of ratings.

    Ids of studies, items, runs, answers and raters become keyed ones. Tasks, categories, models
    and forms keep their names where these are public ones, else they become ids too. Names of
    questions and scores stay, since figures mean nothing without them, where they are single
    words. Comments, corrections and marks are left out, times are moved.

    Args:
        stand_ins: Makes ids and moves dates.
        known: Public words by column: of ``task``, ``category``, ``model`` and ``instrument``.
    """

    def __init__(self, stand_ins: Pseudonyms, known: Mapping[str, Collection[str]]) -> None:
        self._stand_ins = stand_ins
        self._known = known
        self._texts = self._dates = self._words = 0

    def rows(self, rows: Sequence[RatingRow]) -> tuple[RatingRow, ...]:
        """Return the ratings that are no words, rewritten."""
        kept = [row for row in rows if row["scale"] != "text"]
        self._texts += len(rows) - len(kept)
        return tuple(self._row(row) for row in kept)

    def metrics(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return names of scores as the rows have them, in the same order."""
        return tuple(self.name("metric", name) for name in names)

    def id(self, kind: str, text: str) -> str:
        """Return the id that stands for another, as the rows have it."""
        return self._stand_ins.id(kind, text)

    def name(self, kind: str, name: str) -> str:
        """Return the name of a variable; one that is not a single word becomes an id."""
        return name if _NAME.fullmatch(name) else self._stand_ins.id(kind, name)

    def word(self, column: str, text: str) -> str:
        """Return a public word as it is, any other as an id."""
        return text if text in self._known[column] else self._stand_ins.id(column, text)

    @property
    def left_out(self) -> LeftOut:
        """What the rows rewritten so far do not have."""
        return LeftOut(self._texts, self._dates, self._words)

    def _row(self, row: RatingRow) -> RatingRow:
        cells = tuple(self._cell(row, name) for name in RATING_COLUMNS)
        scores = {self.name("metric", name): score for name, score in row.scores.items()}
        return RatingRow(cells, scores)

    def _cell(self, row: RatingRow, column: str) -> Cell:
        cell = row[column]
        text = row.text(column)
        if not text or column in ("scale", "status"):
            return cell
        if column in _IDS:
            return self._stand_ins.id(column, text)
        if column == "rated_at":
            return self._date(row.case, text)
        if column in _NUMBERS:
            return cell if is_number(text) else self._other(column, text)
        return self._word(column, text, cell)

    def _word(self, column: str, text: str, cell: Cell) -> Cell:
        if column == "comment":
            return None
        if column == "criterion":
            return self.name(column, text)
        if column in _WORDS:
            return self.word(column, text)
        kept = (
            is_number(text)
            if column == "value"
            else text in _SIDES
            if column == "side"
            else _LANGUAGE.fullmatch(text) is not None
        )
        return cell if kept else self._other(column, text)

    def _other(self, column: str, text: str) -> str:
        self._words += 1
        return self._stand_ins.id(column, text)

    def _date(self, case: str, text: str) -> str:
        moved = self._stand_ins.date(case, text)
        self._dates += moved is None
        return moved or ""
