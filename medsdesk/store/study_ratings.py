"""Ratings of studies: only ever added to, each with its row of the trail, merged by their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from medsdesk.core.errors import ChangedMeanwhileError, UserFacingError
from medsdesk.core.study_rating import AuditEntry, Mark, StudyRating
from medsdesk.store.audit import add_entry
from medsdesk.store.forks import Link, Question, last_of, latest_among
from medsdesk.store.studies import is_locked
from medsdesk.store.workspace import Workspace


def add_rating(ws: Workspace, rating: StudyRating, entry: AuditEntry) -> None:
    """Store a rating given here and its row of the trail; both are on the disk on return.

    The first answer to a question supersedes nothing, each later one the last before it, also
    where that was taken back: ``latest_ratings`` has it.

    Args:
        ws: The workspace.
        rating: The rating.
        entry: Its row of the trail; its subject is the rating.

    Raises:
        ChangedMeanwhileError: When the question was answered meanwhile, as in another window,
            or the set is locked. Nothing is stored then.
        UserFacingError: When the database cannot be written.
    """
    with ws.transaction():
        _refuse_locked(ws, rating)
        latest = _latest_of(ws, rating)
        if rating.supersedes != latest:
            raise ChangedMeanwhileError(
                "This question was answered meanwhile, perhaps in another window.",
                "Look at the newer answer, which is kept, then change it if need be.",
            )
        add_entry(ws, entry)
        ws.db.execute(_INSERT, _row(rating, entry.id))


def merge_ratings(
    ws: Workspace, ratings: Iterable[StudyRating], entry: AuditEntry
) -> tuple[StudyRating, ...]:
    """Store those ratings of other machines that are not here yet, all or none.

    Rows that are here already are left alone, so merging once more changes nothing; where
    nothing is new, the trail gets no row either. Two answers of one rater to one question, given
    at two machines, are both kept.

    Args:
        ws: The workspace.
        ratings: The ratings, in any order.
        entry: The row of the trail for all of them; its action is ``merge``.

    Returns:
        What was new, in the order it came.

    Raises:
        UserFacingError: When a rating is here with other content, when two of the ratings
            supersede each other, or when the whole study is locked. Nothing is stored then.
    """
    with ws.transaction():
        new = _unknown(ws, ratings)
        if not new:
            return ()
        if is_locked(ws, entry.study_id):
            raise UserFacingError(
                f"The study is locked, and the file has {len(new)} ratings that it lacks.",
                "A locked study takes no ratings: keep the file, and tell the study's owner.",
            )
        add_entry(ws, entry)
        ws.db.conn.executemany(_INSERT, [_row(rating, entry.id) for rating in new])
        _refuse_circles(ws, new)
    return tuple(new)


def ratings_of_study(ws: Workspace, study_id: str) -> tuple[StudyRating, ...]:
    """Return every rating a study ever had, in the order they came here."""
    with ws.reading():
        rows = ws.db.execute(_ALL, (study_id,))
        return tuple(_rating(row) for row in rows)


def ratings_with_reasons(
    ws: Workspace, study_id: str, rater: str
) -> tuple[tuple[StudyRating, str], ...]:
    """Return every rating of one rater, in the order they came here, with the trail's reasons.

    The reason is empty where none was given; for merged ratings it is that of the merge.
    """
    with ws.reading():
        rows = ws.db.execute(_WITH_REASONS, (study_id, rater))
        return tuple((_rating(cells), why) for *cells, why in rows)


def latest_ratings(
    ws: Workspace, study_id: str, rater: str | None = None
) -> tuple[StudyRating, ...]:
    """Return the last word on each question, those taken back included.

    Where a rater answered a question at two machines, the longer chain of changes holds, then
    the later time, then the greater id: the same whatever was merged first.

    Args:
        ws: The workspace.
        study_id: The study.
        rater: Only this rater's; None for everybody's.
    """
    with ws.reading():
        query, values = (_ALL, (study_id,)) if rater is None else (_OF_RATER, (study_id, rater))
        return latest_among(_rating(row) for row in ws.db.execute(query, values))


def current_ratings(
    ws: Workspace, study_id: str, rater: str | None = None
) -> tuple[StudyRating, ...]:
    """Return the ratings that hold: the last word on each question, unless it was taken back.

    Args:
        ws: The workspace.
        study_id: The study.
        rater: Only this rater's; None for everybody's.
    """
    latest = latest_ratings(ws, study_id, rater)
    return tuple(rating for rating in latest if rating.status != "withdrawn")


def answered_questions(ws: Workspace, study_id: str, rater: str) -> dict[str, set[str]]:
    """Return by presentation which criteria of it have an answer of a rater that holds."""
    answered: dict[str, set[str]] = defaultdict(set)
    for rating in current_ratings(ws, study_id, rater):
        if rating.role == "rater":
            answered[rating.presentation_id].add(rating.criterion)
    return dict(answered)


def count_ratings(ws: Workspace, study_id: str) -> int:
    """Return how many rows a study has; 0 as long as nobody rated."""
    with ws.reading():
        row = ws.db.execute("SELECT count(*) FROM study_ratings WHERE study_id = ?", (study_id,))
        return int(row.fetchone()[0])


def _refuse_locked(ws: Workspace, rating: StudyRating) -> None:
    if is_locked(ws, rating.study_id):
        raise ChangedMeanwhileError(
            "The study is locked: nothing can be rated in it any more.",
            "What was rated before is kept.",
        )
    if rating.role == "rater" and is_locked(ws, rating.study_id, rating.rater):
        raise ChangedMeanwhileError(
            "Your ratings of this study are closed: nothing can be changed in them any more.",
            "What you rated before is kept.",
        )


def _latest_of(ws: Workspace, rating: StudyRating) -> str | None:
    return _latest_at(ws, rating.study_id, rating.question)


def _latest_at(ws: Workspace, study_id: str, question: Question) -> str | None:
    """Return the id of the last word on a question, None where there is none."""
    heads = ws.db.execute(_ENDS, (study_id, *question)).fetchall()
    if len(heads) == 1:
        return str(heads[0][0])
    rows = ws.db.execute(_LINKS, (study_id, *question)).fetchall()
    return last_of([Link(*row) for row in rows])


def _unknown(ws: Workspace, ratings: Iterable[StudyRating]) -> list[StudyRating]:
    """Return the ratings that are not here yet, each once, and refuse changed ones."""
    new: dict[str, StudyRating] = {}
    for rating in ratings:
        row = ws.db.execute(_BY_ID, (rating.id,)).fetchone()
        known = _rating(row) if row else new.get(rating.id)
        if known is None:
            new[rating.id] = rating
        elif known != rating:
            raise UserFacingError(
                f"The rating {rating.id} is there already with other content.",
                "Ratings are never changed: ask whom the file is from for an untouched one.",
            )
    return list(new.values())


def _refuse_circles(ws: Workspace, new: Sequence[StudyRating]) -> None:
    for study_id, question in {(rating.study_id, rating.question) for rating in new}:
        if _latest_at(ws, study_id, question) is None:
            raise UserFacingError(
                "Some ratings of the file supersede each other in a circle.",
                "The file was changed: ask whom it is from for an untouched one.",
            )


def _row(rating: StudyRating, audit_id: str) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(rating)
    return {**row, "marks": msgspec.json.encode(rating.marks).decode(), "audit_id": audit_id}


def _rating(row: Sequence[Any]) -> StudyRating:
    """Return a rating from its cells in the order of its fields, by the ten thousand."""
    marks = row[_MARKS_AT]
    cells = [*row]
    cells[_MARKS_AT] = () if marks == "[]" else _decode_marks(marks)
    return StudyRating(*cells)


_NAMES = (
    "id", "study_id", "plan_sha256", "presentation_id", "rater", "role", "form", "form_version",
    "form_sha256", "criterion", "scale", "value", "text", "marks", "status", "seconds",
    "rated_at", "supersedes", "machine",
)  # fmt: skip
_COLUMNS = ", ".join(_NAMES)
_MARKS_AT = _NAMES.index("marks")
_decode_marks = msgspec.json.Decoder(tuple[Mark, ...]).decode
_BY_ID = f"SELECT {_COLUMNS} FROM study_ratings WHERE id = ?"  # noqa: S608 - only words of this program
_ALL = f"SELECT {_COLUMNS} FROM study_ratings WHERE study_id = ? ORDER BY seq"  # noqa: S608 - only words of this program
_OF_RATER = f"SELECT {_COLUMNS} FROM study_ratings WHERE study_id = ? AND rater = ? ORDER BY seq"  # noqa: S608 - only words of this program
_WITH_REASONS = f"""
SELECT {", ".join(f"rating.{name}" for name in _NAMES)}, audit.why
FROM study_ratings AS rating JOIN audit ON audit.id = rating.audit_id
WHERE rating.study_id = ? AND rating.rater = ? ORDER BY rating.seq
"""  # noqa: S608 - only words of this program
_QUESTION = "study_id = ? AND presentation_id = ? AND rater = ? AND role = ? AND criterion = ?"
# Only a row of the same question can take the place of another.
_IS_END = """
NOT EXISTS (
    SELECT 1 FROM study_ratings AS newer
    WHERE newer.supersedes = rating.id AND newer.study_id = rating.study_id
        AND newer.rater = rating.rater AND newer.presentation_id = rating.presentation_id
        AND newer.role = rating.role AND newer.criterion = rating.criterion
)
"""
_LINKS = f"SELECT id, supersedes, rated_at FROM study_ratings WHERE {_QUESTION}"  # noqa: S608 - only words of this program
_ENDS = f"SELECT id FROM study_ratings AS rating WHERE {_QUESTION} AND {_IS_END}"  # noqa: S608 - only words of this program
# Plain SQL: this is what a clinician waits for after each key.
_INSERT = f"""
INSERT INTO study_ratings ({_COLUMNS}, audit_id)
VALUES ({", ".join(":" + name for name in _NAMES)}, :audit_id)
"""  # noqa: S608 - only words of this program
