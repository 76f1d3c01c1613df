"""Copies are whole also while the original is in use, and checked before they get a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store import backup
from medsdesk.store.backup import copy_database, faults
from medsdesk.store.ratings import add_rater, add_rating
from medsdesk.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_a_copy_holds_what_is_still_in_the_log(ws: Workspace, make: Maker, tmp_path: Path) -> None:
    ratings = [make.rating(make.stored_output(ws).id) for _ in range(20)]
    for rating in ratings:
        add_rating(ws, rating)
    assert ws.path.with_name(ws.path.name + "-wal").stat().st_size > 0
    copy = copy_database(ws.path, tmp_path / "kept" / "copy.sqlite")
    assert [path.name for path in copy.parent.iterdir()] == ["copy.sqlite"]
    with closing(sqlite3.connect(copy)) as db:
        assert faults(db) == ()
        assert db.execute("SELECT count(*) FROM ratings").fetchone() == (20,)


def test_a_copy_is_made_while_somebody_writes(ws: Workspace, folder: Path, tmp_path: Path) -> None:
    add_rater(ws, "Dr Ada")
    with open_workspace(folder) as other, other.transaction():
        add_rater(other, "Dr Bo")
        copy = copy_database(ws.path, tmp_path / "copy.sqlite")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT name FROM raters").fetchall() == [("Dr Ada",)]


def test_a_copy_replaces_an_older_one_and_a_half_one(ws: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    target.write_text("older", encoding="utf-8")
    (tmp_path / "copy.sqlite.part").write_text("cut off " * 1000, encoding="utf-8")
    copy_database(ws.path, target)
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("SELECT count(*) FROM workspace").fetchone() == (1,)
    assert not (tmp_path / "copy.sqlite.part").exists()


def test_a_copy_that_cannot_be_written_is_told(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(UserFacingError, match="not a folder"):
        copy_database(ws.path, tmp_path / "file" / "copy.sqlite")


def test_a_damaged_original_is_told_and_an_older_copy_stays(
    ws: Workspace, make: Maker, tmp_path: Path
) -> None:
    make.stored_output(ws, "made up " * 10_000)
    ws.close()
    data = bytearray(ws.path.read_bytes())
    data[8192:-4096] = b"\xee" * len(data[8192:-4096])
    ws.path.write_bytes(data)
    target = tmp_path / "copy.sqlite"
    target.write_text("older", encoding="utf-8")
    with pytest.raises(UserFacingError, match=r"is damaged|not the same"):
        copy_database(ws.path, target)
    assert target.read_text(encoding="utf-8") == "older"


def test_a_copy_that_differs_is_not_kept(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing at hand makes SQLite copy wrongly, so the counts are made to differ.
    counts: Iterator[dict[str, int]] = iter([{"ratings": 2}, {"ratings": 1}])

    def differing(_connection: sqlite3.Connection) -> dict[str, int]:
        return next(counts)

    monkeypatch.setattr(backup, "_row_counts", differing)
    with pytest.raises(UserFacingError, match="not the same"):
        copy_database(ws.path, tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite").exists()


def test_rows_that_point_nowhere_are_faults(ws: Workspace, make: Maker) -> None:
    add_rating(ws, make.rating(make.stored_output(ws).id))
    assert faults(ws.db.conn) == ()
    ws.db.execute("PRAGMA foreign_keys = OFF")
    ws.db.execute("DELETE FROM raters")
    assert faults(ws.db.conn) == ("a row of ratings refers to a missing raters row",)
