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
        write_copy(source, part)
        part.replace(target)
    except OSError as error:
        raise folder_problem(error, target.parent) from error
    return target


def write_copy(source: Path, target: Path) -> None:
    """Write a checked copy of a database that may be in use, for this user alone.

    Args:
        source: The database.
        target: A file that is not there yet; what a failure leaves of it is no copy.

    Raises:
        UserFacingError: When the copy is not sound, or the disk is in the way.
        OSError: When there is something already, or the folder cannot be written.
    """
    target.touch(mode=0o600, exist_ok=False)
    with explained(target):
        _copy(source, target)


def faults(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what SQLite finds wrong with a database; empty when it is sound."""
    return (*damage(connection), *_dangling(connection))


def damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what is damaged in a database's file; rows that somebody took out are no damage."""
    rows = connection.execute("PRAGMA integrity_check").fetchall()
    return tuple(row[0] for row in rows if row[0] != "ok")


def _dangling(connection: sqlite3.Connection) -> tuple[str, ...]:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    return tuple(f"a row of {row[0]} refers to a missing {row[2]} row" for row in broken)


def _copy(source: Path, part: Path) -> None:
    with (
        closing(sqlite3.connect(source, isolation_level=None)) as original,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        original.execute("BEGIN")  # one state of the database, also for the counts below
        counts, dangling = _row_counts(original), _dangling(original)
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a copy is one file, without a log beside it
        if damage(copy) or _dangling(copy) != dangling or _row_counts(copy) != counts:
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
