"""The tables of imported ratings keep what they hold, whoever writes to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from medsdesk.store.imported_ratings import add_imported
from medsdesk.store.workspace import Workspace
from tests.store.test_imported_ratings import file, rating

TABLES = ("imported_files", "imported_ratings")


@pytest.fixture
def stranger(ws: Workspace) -> Iterator[sqlite3.Connection]:
    """Another program's plain connection to a workspace with two imported ratings."""
    add_imported(ws, file(), [rating("i1"), rating("i2")])
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as connection:
        yield connection


def _all(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]


@pytest.mark.parametrize(
    "statement",
    [
        *(f"DELETE FROM {table}" for table in TABLES),
        *(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1" for table in TABLES),
        "UPDATE imported_files SET name = 'x'",
        "UPDATE imported_ratings SET value = '5'",
        "UPDATE OR REPLACE imported_ratings SET item = 'i2' WHERE item = 'i1'",
    ],
)
def test_what_was_imported_cannot_be_rewritten(
    stranger: sqlite3.Connection, statement: str
) -> None:
    before = _all(stranger)
    with pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    assert _all(stranger) == before


@pytest.mark.parametrize("change", ["rater = ''", "scale = 'odd'", "status = 'lost'", "item = ''"])
def test_a_row_that_is_no_rating_is_refused(stranger: sqlite3.Connection, change: str) -> None:
    column, value = change.split(" = ")
    names = [row[1] for row in stranger.execute("PRAGMA table_info(imported_ratings)")][2:]
    cells = [value if name == column else "'new'" if name == "item" else name for name in names]
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        stranger.execute(
            f"INSERT INTO imported_ratings (id, {', '.join(names)})"
            f" SELECT 'new', {', '.join(cells)} FROM imported_ratings WHERE item = 'i1'"
        )
