"""Copies of a database: whole, checked, and never half there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.store.problems import explained, folder_problem


def copy_database(source: Path, target: Path) -> Path:
    """Copy a database that may be in use, check the copy, then give it its name.

    Copying the file alone would lose what is still in its log.

    Args:
        source: The database.
        target: The copy; one of that name is replaced once the new one is whole.

    Returns:
        The copy.

    Raises:
        UserFacingError: When the copy cannot be written, or is not sound.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with explained(part):
            _copy(source, part)
        part.replace(target)
    except OSError as error:
        raise folder_problem(error, target.parent) from error
    return target


def faults(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what SQLite finds wrong with a database; empty when it is sound."""
    rows = connection.execute("PRAGMA integrity_check").fetchall()
    found = [row[0] for row in rows if row[0] != "ok"]
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    return (*found, *(f"a row of {row[0]} refers to a missing {row[2]} row" for row in broken))


def _copy(source: Path, part: Path) -> None:
    with (
        closing(sqlite3.connect(source, isolation_level=None)) as original,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        original.execute("BEGIN")  # one state of the database, also for the counts below
        counts = _row_counts(original)
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a copy is one file, without a log beside it
        if faults(copy) or _row_counts(copy) != counts:
            raise UserFacingError(
                f"The copy of the database in {part.parent} is not the same as the original.",
                "See that the disk is sound and has room, then try again.",
            )


def _row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    count = "SELECT count(*) FROM {}"
    return {
        name: connection.execute(count.format('"' + name.replace('"', '""') + '"')).fetchone()[0]
        for (name,) in names
    }
