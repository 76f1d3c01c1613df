"""The tables of studies keep what they hold, whoever writes to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Migrations

from medsdesk.core.identity import utc_now
from medsdesk.store import migrations as steps
from medsdesk.store import upgrade
from medsdesk.store.backup import faults
from medsdesk.store.ratings import add_rating
from medsdesk.store.studies import add_key, lock
from medsdesk.store.study_forms import OwnForm, add_form
from medsdesk.store.study_ratings import current_ratings, merge_ratings
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import STUDY, entry, give, rating, stored_study

if TYPE_CHECKING:
    from tests.store.conftest import Maker

TABLES = ("studies", "study_keys", "study_ratings", "audit", "study_locks")
COPY = "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1"


@pytest.fixture
def stranger(ws: Workspace) -> Iterator[sqlite3.Connection]:
    """Another program's plain connection to a workspace with a study that is being rated."""
    stored_study(ws)
    add_key(ws, STUDY, "{}", "f" * 64)
    add_form(ws, OwnForm("a" * 64, "ward", 1, "", utc_now()))
    first = give(ws, id="first")
    give(ws, id="second", value=1, supersedes=first.id)
    merge_ratings(ws, [rating(id="merged", rater="Dr Bo")], entry(ws, id="m", action="merge"))
    lock(ws, STUDY, "Dr Cy", entry(ws, action="lock"))
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as connection:
        yield connection


def _all(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    tables = (*TABLES, "study_forms")
    return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def _copied(**fields: str) -> str:
    """Return a statement that adds a rating like the second, with other fields."""
    names = (
        "id, study_id, plan_sha256, presentation_id, rater, role, form, form_version,"
        " form_sha256, criterion, scale, value, text, marks, status, seconds, rated_at,"
        " supersedes, machine, audit_id"
    )
    fields = {"id": "'third'", "supersedes": "'second'"} | fields
    cells = ", ".join(fields.get(name, name) for name in names.split(", "))
    return (
        f"INSERT INTO study_ratings ({names}) SELECT {cells} FROM study_ratings WHERE id = 'second'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        *(f"DELETE FROM {table}" for table in TABLES),
        *(COPY.format(table) for table in TABLES),
        "UPDATE studies SET plan = '{ }'",
        "UPDATE study_keys SET key = ''",
        "UPDATE study_forms SET toml = 'x'",
        "UPDATE study_ratings SET value = 5",
        "UPDATE OR REPLACE study_ratings SET id = 'second' WHERE id = 'first'",
        "UPDATE audit SET at = '2020-01-01'",
        "UPDATE study_locks SET rater = 'Dr Ada'",
        "INSERT INTO study_locks VALUES ('" + STUDY + "', 'Dr Ada', '', 'm2')",
        _copied(),  # the row of the trail is another rating's
        _copied(audit_id="'none'"),
        _copied(supersedes="NULL"),
        _copied(supersedes="'first'"),
    ],
)
def test_what_was_rated_cannot_be_rewritten(stranger: sqlite3.Connection, statement: str) -> None:
    before = _all(stranger)
    with pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    assert _all(stranger) == before


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, None),
        ({"supersedes": "NULL"}, "latest of its own kind"),
        ({"supersedes": "'first'"}, "latest of its own kind"),
        ({"criterion": "'useful'"}, "latest of its own kind"),
        ({"rater": "'Dr Bo'"}, "latest of its own kind"),
        ({"rater": "'Dr Cy'", "supersedes": "NULL"}, "locked"),
        ({"audit_id": "'m'", "supersedes": "'first'"}, None),  # merged rows may fork
        ({"audit_id": "'m'", "rater": "'Dr Cy'", "supersedes": "NULL"}, None),
        ({"machine": "'other'"}, "row of the trail"),
    ],
    ids=range(9),
)
def test_a_rating_given_here_needs_its_row_and_its_place(
    stranger: sqlite3.Connection, fields: dict[str, str], told: str | None
) -> None:
    stranger.execute(
        "INSERT INTO audit (id, study_id, at, actor, action, subject, before, after, why, machine)"
        " SELECT 'new', study_id, at, actor, 'change', 'third', '', '', '', machine FROM audit"
        " WHERE subject = 'second'"
    )
    statement = _copied(**{"audit_id": "'new'", **fields})
    if told is None:
        stranger.execute(statement)
        return
    with pytest.raises(sqlite3.IntegrityError, match=told):
        stranger.execute(statement)


def test_a_workspace_of_before_studies_comes_through_whole(
    folder: Path, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Migrations("medsdesk")
    for name in dir(steps):
        if name.startswith("m00") and name < "m007_studies":
            before()(getattr(steps, name))
    with monkeypatch.context() as then:
        then.setattr(upgrade, "migrations", before)
        with open_workspace(folder) as ws:
            assert "studies" not in ws.db.table_names()
            add_rating(ws, make.rating(make.stored_output(ws).id))
    with open_workspace(folder) as ws:
        assert faults(ws.db.conn) == ()
        assert ws.db.execute("SELECT count(*) FROM ratings").fetchone() == (1,)
        stored_study(ws)
        given = give(ws)
        assert current_ratings(ws, STUDY) == (given,)
    [copy] = (folder / "backups").iterdir()
    assert copy.name.startswith("medsdesk-6-")


def test_what_is_asked_for_each_rating_needs_no_scan(ws: Workspace) -> None:
    stored_study(ws)
    asked: list[str] = []
    ws.db.conn.set_trace_callback(asked.append)
    first = give(ws)
    give(ws, supersedes=first.id)
    ws.db.conn.set_trace_callback(None)
    plans = [
        row[3]
        for statement in asked
        if statement.startswith(("SELECT", "\nSELECT", "\nINSERT"))
        for row in ws.db.execute("EXPLAIN QUERY PLAN " + statement).fetchall()
    ]
    scans = {line for line in plans if line.startswith("SCAN")}
    # Tables that stay small: one row, a row for each locked set, and one for each key.
    small = {"workspace", "study_locks", "audit_head", "audit_keys"}
    assert {line.split()[1] for line in scans} <= small
    assert any("study_ratings_by_question" in line for line in plans)
