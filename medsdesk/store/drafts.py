"""What a rater has not committed: words being typed, the place, flags, and time spent."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that were typed, but not committed.

    Attributes:
        presentation_id: What they are about.
        criterion: The question they answer.
        text: The words.
        saved_at: UTC time.
    """

    presentation_id: str
    criterion: str
    text: str
    saved_at: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What a rater did with a presentation besides answering.

    Attributes:
        presentation_id: The presentation.
        flagged: Whether the rater wants to come back to it.
        skipped: Whether the rater went past it.
        seconds: Active time on it.
    """

    presentation_id: str
    flagged: bool = False
    skipped: bool = False
    seconds: float = 0.0


def save_draft(ws: Workspace, study_id: str, rater: str, draft: Draft) -> None:
    """Store a draft; it takes the place of the one before it."""
    with ws.transaction():
        ws.db.execute(
            "INSERT OR REPLACE INTO drafts"
            " (study_id, rater, presentation_id, criterion, text, saved_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                study_id,
                rater,
                draft.presentation_id,
                draft.criterion,
                draft.text,
                draft.saved_at,
            ),
        )


def clear_draft(
    ws: Workspace, study_id: str, rater: str, presentation_id: str, criterion: str
) -> None:
    """Forget a draft, as when its words were committed; without one nothing happens."""
    with ws.transaction():
        ws.db.execute(
            "DELETE FROM drafts"
            " WHERE study_id = ? AND rater = ? AND presentation_id = ? AND criterion = ?",
            (study_id, rater, presentation_id, criterion),
        )


def list_drafts(ws: Workspace, study_id: str, rater: str) -> tuple[Draft, ...]:
    """Return a rater's drafts in a study."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT presentation_id, criterion, text, saved_at FROM drafts"
            " WHERE study_id = ? AND rater = ? ORDER BY presentation_id, criterion",
            (study_id, rater),
        )
        return tuple(msgspec.convert(row, Draft) for row in rows)


def save_place(ws: Workspace, study_id: str, rater: str, presentation_id: str) -> None:
    """Store which presentation a rater looks at."""
    with ws.transaction():
        ws.db.execute(
            "INSERT OR REPLACE INTO rating_places (study_id, rater, presentation_id)"
            " VALUES (?, ?, ?)",
            (study_id, rater, presentation_id),
        )


def last_place(ws: Workspace, study_id: str, rater: str) -> str | None:
    """Return the id of the presentation a rater looked at last, None before the first."""
    with ws.reading():
        row = ws.db.execute(
            "SELECT presentation_id FROM rating_places WHERE study_id = ? AND rater = ?",
            (study_id, rater),
        ).fetchone()
    return str(row[0]) if row else None


def save_visit(ws: Workspace, study_id: str, rater: str, visit: Visit) -> None:
    """Store a visit; it takes the place of the one before it."""
    with ws.transaction():
        ws.db.execute(
            "INSERT OR REPLACE INTO rating_visits"
            " (study_id, rater, presentation_id, flagged, skipped, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                study_id,
                rater,
                visit.presentation_id,
                int(visit.flagged),
                int(visit.skipped),
                visit.seconds,
            ),
        )


def list_visits(ws: Workspace, study_id: str, rater: str) -> tuple[Visit, ...]:
    """Return a rater's visits in a study."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT presentation_id, flagged, skipped, seconds FROM rating_visits"
            " WHERE study_id = ? AND rater = ?",
            (study_id, rater),
        )
        return tuple(msgspec.convert(row, Visit, strict=False) for row in rows)
