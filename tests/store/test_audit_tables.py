"""No statement changes or takes out anything of the trail, its chain, or what is rated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from medsdesk.store.workspace import Workspace
from tests.made_studies import give, stored_study

TABLES = {
    "audit": "why = 'x'",
    "audit_links": "mac = 'x'",
    "audit_keys": "place = 'keyring', secret = NULL",
    "audit_head": "seq = seq + 2",
    "study_ratings": "value = 1",
    "study_locks": "locked_at = 'x'",
    "studies": "name = 'x'",
}


@pytest.fixture
def stranger(ws: Workspace) -> Iterator[sqlite3.Connection]:
    """Another program's plain connection to a workspace with a rated study."""
    stored_study(ws)
    give(ws)
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"study_locks"}))
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET {1}",
        "UPDATE OR REPLACE {0} SET {1}",
        "UPDATE OR IGNORE {0} SET {1}",
        "DELETE FROM {0}",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
        "REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
    ],
)
def test_nothing_is_rewritten(stranger: sqlite3.Connection, table: str, statement: str) -> None:
    before = stranger.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    with pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement.format(table, TABLES[table]))
    assert stranger.execute(f"SELECT * FROM {table}").fetchall() == before


def test_links_leave_no_gap(stranger: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="follow each other"):
        stranger.execute("INSERT INTO audit_links VALUES (9, '1', 1, 'x')")


def test_every_table_of_what_was_said_refuses_changes(ws: Workspace) -> None:
    for table in (*TABLES, "ratings", "imported_ratings"):
        events = ws.db.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        told = " ".join(sql for (sql,) in events)
        assert "BEFORE UPDATE" in told, table
        assert "BEFORE DELETE" in told, table
