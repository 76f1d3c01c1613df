"""Older databases are brought up to date after a copy was made; newer ones are refused."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database, Migrations

from medsdesk.core.errors import UserFacingError
from medsdesk.store import upgrade
from medsdesk.store.backup import faults
from medsdesk.store.migrations import m001_first_tables
from medsdesk.store.ratings import add_rating, list_raters
from medsdesk.store.upgrade import BACKUP_FOLDER
from medsdesk.store.workspace import DATABASE_NAME, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

Step = Callable[[Database], None]


def m002_notes(db: Database) -> None:
    """Add a table, as a later version might."""
    db.execute("CREATE TABLE notes (id TEXT PRIMARY KEY)")
    db.execute("ALTER TABLE raters ADD COLUMN role TEXT")


def m002_cut_off(db: Database) -> None:
    """Fail in the middle."""
    m002_notes(db)
    raise KeyboardInterrupt


def m003_rebuild(db: Database) -> None:
    """Rebuild a table that others refer to, which drops it on the way."""
    db.table("raters").transform(drop={"role"})


def _version(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> None:
    later = Migrations("medsdesk")
    for step in steps:
        name = "m002_notes" if step is m002_cut_off else None
        later(name=name)(step)
    monkeypatch.setattr(upgrade, "migrations", later)


def _backups(folder: Path) -> list[Path]:
    return sorted((folder / BACKUP_FOLDER).glob("*"))


@pytest.fixture
def old(folder: Path, make: Maker, monkeypatch: pytest.MonkeyPatch) -> Path:
    with monkeypatch.context() as then:
        _version(then, m001_first_tables)
        with open_workspace(folder) as ws:
            add_rating(ws, make.rating(make.stored_output(ws).id))
    return folder


def test_a_blank_database_gets_all_steps_and_no_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _version(monkeypatch, m001_first_tables, m002_notes)
    with open_workspace(folder) as ws:
        assert ws.db.execute("SELECT schema FROM workspace").fetchone() == (2,)
        assert "notes" in ws.db.table_names()
    assert _backups(folder) == []


def test_an_older_database_is_copied_then_brought_up_to_date(
    old: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _version(monkeypatch, m001_first_tables, m002_notes)
    with caplog.at_level(logging.INFO), open_workspace(old) as ws:
        assert ws.db.execute("SELECT schema FROM workspace").fetchone() == (2,)
        assert list_raters(ws) == ("Dr Ada",)
    assert [record.getMessage()[:16] for record in caplog.records] == ["applied 1 steps "]
    (copy,) = _backups(old)
    assert copy.name.startswith("medsdesk-1-")
    with closing(sqlite3.connect(copy)) as db:
        assert faults(db) == ()
        assert db.execute("SELECT schema FROM workspace").fetchone() == (1,)
        assert db.execute("SELECT name FROM raters").fetchall() == [("Dr Ada",)]
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'notes'"
        assert db.execute(tables).fetchone() == (0,)
    with open_workspace(old):
        assert len(_backups(old)) == 1


def test_the_copy_can_be_put_back(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        _version(later, m001_first_tables, m002_notes)
        open_workspace(old).close()
    (copy,) = _backups(old)
    copy.replace(old / DATABASE_NAME)
    with open_workspace(old) as ws:
        assert list_raters(ws) == ("Dr Ada",)


def test_a_step_that_is_cut_off_leaves_nothing_and_is_done_next_time(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _version(monkeypatch, m001_first_tables, m002_cut_off)
    with pytest.raises(KeyboardInterrupt):
        open_workspace(old)
    with closing(sqlite3.connect(old / DATABASE_NAME)) as db:
        assert db.execute("SELECT schema FROM workspace").fetchone() == (1,)
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'notes'"
        assert db.execute(tables).fetchone() == (0,)
    _version(monkeypatch, m001_first_tables, m002_notes)
    with open_workspace(old) as ws:
        assert list_raters(ws) == ("Dr Ada",)
        assert ws.db.execute("SELECT schema FROM workspace").fetchone() == (2,)


def test_tables_that_others_refer_to_can_be_rebuilt(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _version(monkeypatch, m001_first_tables, m002_notes, m003_rebuild)
    with open_workspace(old) as ws:
        assert list_raters(ws) == ("Dr Ada",)
        assert ws.db.execute("SELECT schema FROM workspace").fetchone() == (3,)
        assert faults(ws.db.conn) == ()
        assert ws.db.execute("SELECT count(*) FROM ratings").fetchone() == (1,)
        assert ws.db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_newer_database_is_refused_and_left_as_it_is(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        _version(later, m001_first_tables, m002_notes)
        open_workspace(old).close()
    before = (old / DATABASE_NAME).read_bytes()
    with pytest.raises(UserFacingError, match="newer MedsDesk") as caught:
        open_workspace(old)
    assert "Install the newer MedsDesk" in caught.value.hint
    assert (old / DATABASE_NAME).read_bytes() == before


def test_without_a_copy_nothing_is_changed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old / BACKUP_FOLDER).write_text("in the way", encoding="utf-8")
    _version(monkeypatch, m001_first_tables, m002_notes)
    with pytest.raises(UserFacingError, match="not a folder"):
        open_workspace(old)
    with closing(sqlite3.connect(old / DATABASE_NAME)) as db:
        assert db.execute("SELECT schema FROM workspace").fetchone() == (1,)
