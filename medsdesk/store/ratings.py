"""Raters and their ratings; a rating is never changed, only followed by another."""

from __future__ import annotations

import unicodedata

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.rating import Rating
from medsdesk.store.workspace import Workspace


def add_rater(ws: Workspace, name: str) -> str:
    """Store a rater's name; one that is known already is left as it is.

    Returns:
        The name as ratings carry it: composed Unicode, no white space around it.

    Raises:
        UserFacingError: When the name is empty.
    """
    name = unicodedata.normalize("NFC", name).strip()
    with ws.transaction():
        _note_rater(ws, name)
    return name


def list_raters(ws: Workspace) -> tuple[str, ...]:
    """Return the names of all raters, in order."""
    with ws.reading():
        rows = ws.db.execute("SELECT name FROM raters ORDER BY name").fetchall()
    return tuple(name for (name,) in rows)


def add_rating(ws: Workspace, rating: Rating) -> None:
    """Store a rating; unless a transaction is open around it, it is on the disk on return.

    The first answer of a rater to a question about an output supersedes nothing. Each later
    one supersedes the latest before it, also where that was taken back: ``latest_ratings``
    finds it.

    Raises:
        UserFacingError: When somebody else, such as another window, answered the question
            meanwhile, when the rater has no name, or when the database cannot be written.
    """
    with ws.transaction():
        latest = ws.db.execute(
            "SELECT id FROM latest_ratings"
            " WHERE output_id = ? AND rater = ? AND instrument = ? AND criterion = ?",
            (rating.output_id, rating.rater, rating.instrument, rating.criterion),
        ).fetchone()
        if latest is not None and rating.supersedes != latest[0]:
            raise UserFacingError(
                "This answer was rated on the same question meanwhile, perhaps in another window.",
                "Open the answer again to see the newer rating, then change it there.",
            )
        _note_rater(ws, rating.rater)
        ws.db.execute(_INSERT, msgspec.to_builtins(rating))


def latest_ratings(ws: Workspace, output_id: str, rater: str | None = None) -> tuple[Rating, ...]:
    """Return the last word on each question about an output, those taken back included.

    Args:
        ws: The workspace.
        output_id: The output.
        rater: Only this rater's; None for everybody's.
    """
    with ws.reading():
        rows = ws.db.query(
            "SELECT * FROM latest_ratings"
            " WHERE output_id = :output AND (:rater IS NULL OR rater = :rater) ORDER BY seq",
            {"output": output_id, "rater": rater},
        )
        return tuple(msgspec.convert(row, Rating) for row in rows)


def current_ratings(ws: Workspace, output_id: str, rater: str | None = None) -> tuple[Rating, ...]:
    """Return the ratings of an output that hold: not superseded and not taken back.

    Args:
        ws: The workspace.
        output_id: The output.
        rater: Only this rater's; None for everybody's.
    """
    latest = latest_ratings(ws, output_id, rater)
    return tuple(rating for rating in latest if rating.status != "withdrawn")


def rating_history(ws: Workspace, output_id: str) -> tuple[Rating, ...]:
    """Return every rating an output ever had, in the order they were stored."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM ratings WHERE output_id = ? ORDER BY seq", (output_id,))
        return tuple(msgspec.convert(row, Rating) for row in rows)


def list_ratings(ws: Workspace) -> tuple[Rating, ...]:
    """Return every rating of the workspace, in the order they were stored."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM ratings ORDER BY seq")
        return tuple(msgspec.convert(row, Rating) for row in rows)


def _note_rater(ws: Workspace, name: str) -> None:
    if not name.strip():
        raise UserFacingError("A rating needs the name of its rater.", "Enter your name.")
    ws.db.execute(
        "INSERT INTO raters (id, name, added_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        (new_id(), name, utc_now()),
    )


# Plain SQL: this is what a clinician waits for after each click.
_INSERT = """
INSERT INTO ratings (
    id, output_id, rater, instrument, instrument_version, instrument_sha256, criterion, scale,
    value, comment, status, seconds, rated_at, supersedes
) VALUES (
    :id, :output_id, :rater, :instrument, :instrument_version, :instrument_sha256, :criterion,
    :scale, :value, :comment, :status, :seconds, :rated_at, :supersedes
)
"""
