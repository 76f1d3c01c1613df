"""Sets of ratings of one study put together: the same whatever comes first, or comes twice.

Rows are never changed, so a set is told by the ids in it, and putting sets together is their
union. What is current is told from the whole set each time, not from the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.core.study_rating import StudyRating

Question = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One id with several contents: a file was edited, or a machine was copied.

    Attributes:
        id: The id.
        variants: The contents; none of them is taken for the right one.
    """

    id: str
    variants: frozenset[StudyRating]


@dataclass(frozen=True, slots=True)
class RatingSet:
    """Rows of a study.

    Attributes:
        rows: In the order of their ids, each once.
        conflicts: Ids with several contents, which are not among the rows.
    """

    rows: tuple[StudyRating, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork:
    """A question that was answered on two machines without knowing of each other.

    Attributes:
        chosen: The row that is current.
        others: The ends of the other branches.
    """

    chosen: StudyRating
    others: tuple[StudyRating, ...]


@dataclass(frozen=True, slots=True)
class Current:
    """What holds now.

    Attributes:
        answers: The current row of each question, taken-back ones among them.
        forks: Questions with several ends.
        earlier: Rows with an earlier time than the row they replace: a clock was set back. They
            count all the same, since they came after it.
        orphans: Rows that replace a row which is not there: a file has not been merged yet, or
            was cut.
    """

    answers: Mapping[Question, StudyRating]
    forks: tuple[Fork, ...] = ()
    earlier: tuple[StudyRating, ...] = ()
    orphans: tuple[StudyRating, ...] = ()


def rating_set(rows: Iterable[StudyRating]) -> RatingSet:
    """Return rows as a set; an id with several contents is a conflict."""
    variants: defaultdict[str, set[StudyRating]] = defaultdict(set)
    for row in rows:
        variants[row.id].add(row)
    return _sorted(variants)


def merge(first: RatingSet, second: RatingSet) -> RatingSet:
    """Return two sets as one: commutative, associative, and idempotent."""
    variants: defaultdict[str, set[StudyRating]] = defaultdict(set)
    for each in (first, second):
        for row in each.rows:
            variants[row.id].add(row)
        for conflict in each.conflicts:
            variants[conflict.id] |= conflict.variants
    return _sorted(variants)


def current(rows: Iterable[StudyRating]) -> Current:
    """Return what holds now, question by question.

    A row replaces the one it names in ``supersedes``. Where a question has several rows that
    nothing replaces, the one at the end of the longest chain is current, then the latest, then
    the one with the greatest id; which it is does not depend on the order of the rows.
    """
    questions: defaultdict[Question, dict[str, StudyRating]] = defaultdict(dict)
    for row in rows:
        questions[row.question][row.id] = row
    found = [_Chain(chain) for _, chain in sorted(questions.items())]
    return Current(
        answers={chain.chosen.question: chain.chosen for chain in found},
        forks=tuple(Fork(chain.chosen, chain.others) for chain in found if chain.others),
        earlier=tuple(row for chain in found for row in chain.earlier),
        orphans=tuple(row for chain in found for row in chain.orphans),
    )


def _sorted(variants: Mapping[str, set[StudyRating]]) -> RatingSet:
    in_order = sorted(variants.items())
    return RatingSet(
        tuple(next(iter(found)) for _, found in in_order if len(found) == 1),
        tuple(Conflict(id_, frozenset(found)) for id_, found in in_order if len(found) > 1),
    )


@dataclass(slots=True)
class _Chain:
    """The rows of one question."""

    rows: Mapping[str, StudyRating]
    chosen: StudyRating = field(init=False)
    others: tuple[StudyRating, ...] = field(init=False)
    earlier: Sequence[StudyRating] = field(init=False)
    orphans: Sequence[StudyRating] = field(init=False)

    def __post_init__(self) -> None:
        in_order = [self.rows[id_] for id_ in sorted(self.rows)]
        replaced = {row.supersedes for row in in_order}
        # Rows that replace each other in a ring have no end: then all of them are looked at.
        ends = [row for row in in_order if row.id not in replaced] or in_order
        depths = self._depths(in_order)
        ends.sort(key=lambda row: (depths[row.id], moment(row.rated_at), row.id))
        *others, self.chosen = ends
        self.others = tuple(others)
        self.orphans = [r for r in in_order if r.supersedes and r.supersedes not in self.rows]
        self.earlier = [
            row
            for row in in_order
            if (before := self.rows.get(row.supersedes or "")) is not None
            and moment(row.rated_at) < moment(before.rated_at)
        ]

    def _depths(self, in_order: Sequence[StudyRating]) -> dict[str, int]:
        """Return how many rows each one stands on, itself among them."""
        depths: dict[str, int] = {}
        for row in in_order:
            path: list[str] = []
            at: StudyRating | None = row
            while at is not None and at.id not in depths:
                depths[at.id] = 0  # seen: in a ring the way ends here
                path.append(at.id)
                at = self.rows.get(at.supersedes or "")
            below = 0 if at is None else depths[at.id]
            for place, id_ in enumerate(reversed(path), start=1):
                depths[id_] = below + place
        return depths


def moment(rated_at: str) -> float:
    """Return a stored time as seconds since 1970; an unreadable one as the earliest of all."""
    try:
        return datetime.fromisoformat(rated_at).timestamp()
    except (ValueError, OverflowError, OSError):
        return float("-inf")
