"""Which answer is the last word, also where one rater answered a question at two machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from medsdesk.core.study_rating import StudyRating

Question = tuple[str, str, str, str]


class Link(NamedTuple):
    """A rating's place in the chain of changes: its id, what it supersedes, and its time."""

    id: str
    supersedes: str | None
    rated_at: str


def last_of(links: Iterable[Link]) -> str | None:
    """Return the id of the link that holds; None where there is none, or only circles.

    It is the one with the longest chain behind it, of several the latest, of those the one with
    the greatest id: it depends on the set alone, not on the order in which rows came. What
    supersedes a row that is not here (yet) begins a chain.
    """
    by_id = {link.id: link for link in links}
    replaced = {link.supersedes for link in by_id.values()}
    heads = [link for link in by_id.values() if link.id not in replaced]
    if len(heads) == 1:
        return heads[0].id
    best = max(heads, key=lambda link: _rank(link, by_id), default=None)
    return best.id if best else None


def latest_among(ratings: Iterable[StudyRating]) -> tuple[StudyRating, ...]:
    """Return the last word on each question, in the order in which the questions came up.

    Only a rating of the same question takes the place of another.
    """
    questions: dict[Question, list[StudyRating]] = defaultdict(list)
    for rating in ratings:
        questions[rating.question].append(rating)
    return tuple(_last_word(rows) for rows in questions.values())


def _last_word(rows: list[StudyRating]) -> StudyRating:
    if len(rows) == 1:
        return rows[0]
    last = last_of(Link(row.id, row.supersedes, row.rated_at) for row in rows)
    return next((row for row in rows if row.id == last), rows[0])


def _rank(head: Link, by_id: dict[str, Link]) -> tuple[int, datetime, str]:
    length, link = 0, head
    # Never more steps than links: rows made by hand may go in a circle.
    while link.supersedes is not None and link.supersedes in by_id and length < len(by_id):
        length, link = length + 1, by_id[link.supersedes]
    return (length, _moment(head.rated_at), head.id)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
