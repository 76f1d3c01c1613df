"""Backups are looked at before they are trusted, and put in place in one step."""

from __future__ import annotations

import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.audit import machine_id
from medsdesk.store.backup import copy_database
from medsdesk.store.copies import keep_replaced, open_copy, put_in_place, stage, workspace_id
from medsdesk.store.ratings import add_rater, list_raters
from medsdesk.store.workspace import DATABASE_NAME, Workspace, open_workspace


@pytest.fixture
def copy(ws: Workspace, tmp_path: Path) -> Path:
    add_rater(ws, "Dr Ada")
    made = copy_database(ws.path, tmp_path / "kept.sqlite")
    ws.close()
    return made


def test_a_copy_is_read_and_not_written(copy: Path) -> None:
    before = copy.read_bytes()
    with open_copy(copy) as found:
        assert list_raters(found) == ("Dr Ada",)
        with pytest.raises(UserFacingError, match="cannot be written"):
            add_rater(found, "Dr Bo")
    assert copy.read_bytes() == before
    assert [p.name for p in copy.parent.glob("kept*")] == ["kept.sqlite"]


def test_copies_are_for_this_user_alone(copy: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no permission bits: folders hold the rights there")
    staged = stage(tmp_path / "new", copy)
    for path in (copy, staged / DATABASE_NAME):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(staged.stat().st_mode) == 0o700


def test_the_id_is_known_of_what_can_be_read(ws: Workspace, tmp_path: Path) -> None:
    assert workspace_id(ws.directory) == machine_id(ws)
    assert workspace_id(tmp_path / "none") is None
    (tmp_path / DATABASE_NAME).write_bytes(b"no database")
    assert workspace_id(tmp_path) is None


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('medsdesk', 'm999_later', '')"
        )


def _damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:-4096] = b"\xee" * len(data[8192:-4096])
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10_000])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b""), "no backup"),
        (lambda path: path.write_text("a letter", encoding="utf-8"), "no backup"),
        (_foreign, "no backup"),
        (lambda path: path.unlink(), "cannot be read"),
        (_newer, "newer MedsDesk"),
        (_damage, "is damaged"),
        (_cut, "is damaged"),
    ],
)
def test_what_is_no_good_backup_is_named_and_leaves_nothing(
    copy: Path, tmp_path: Path, spoil: object, words: str
) -> None:
    assert callable(spoil)
    spoil(copy)
    with pytest.raises(UserFacingError, match=words) as caught:
        stage(tmp_path / "new", copy)
    assert "kept.sqlite" in caught.value.message
    assert not list((tmp_path / "new").glob("*")) if (tmp_path / "new").exists() else True


def test_what_is_still_in_a_log_comes_along(ws: Workspace, tmp_path: Path) -> None:
    add_rater(ws, "Dr Ada")
    staged = stage(tmp_path / "new", ws.path)
    with open_workspace(staged) as found:
        assert list_raters(found) == ("Dr Ada",)


def test_the_replaced_one_is_kept_and_what_a_cut_off_restore_left_is_removed(
    copy: Path, folder: Path
) -> None:
    left = folder / ".restore-left"
    left.mkdir()
    (left / DATABASE_NAME).write_bytes(b"half")
    with open_workspace(folder) as ws:
        add_rater(ws, "Dr Bo")
    staged = stage(folder, copy)
    assert not left.exists()
    kept = keep_replaced(folder)
    assert kept is not None
    put_in_place(folder, staged)
    assert not staged.exists()
    with open_workspace(folder) as ws:
        assert list_raters(ws) == ("Dr Ada",)
    with open_copy(kept) as old:
        assert list_raters(old) == ("Dr Ada", "Dr Bo")


def test_one_beyond_reading_is_kept_with_its_log(copy: Path, folder: Path) -> None:
    _damage(folder / DATABASE_NAME)
    (folder / f"{DATABASE_NAME}-wal").write_bytes(b"what is left of it")
    before = (folder / DATABASE_NAME).read_bytes()
    kept = keep_replaced(folder)
    assert kept is not None
    assert kept.read_bytes() == before
    put_in_place(folder, stage(folder, copy))
    with open_workspace(folder) as ws:
        assert list_raters(ws) == ("Dr Ada",)


def test_a_workspace_in_use_is_not_replaced(copy: Path, folder: Path) -> None:
    with open_workspace(folder), pytest.raises(UserFacingError, match="Another program is using"):
        keep_replaced(folder)
    assert keep_replaced(folder / "none") is None
