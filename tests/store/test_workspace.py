"""Opening a workspace, refusing what cannot be one, and writing all or nothing."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id
from medsdesk.store import workspace as workspace_module
from medsdesk.store.ratings import add_rater, add_rating, list_raters, rating_history
from medsdesk.store.workspace import DATABASE_NAME, Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_a_new_workspace_is_set_for_safety(ws: Workspace, folder: Path) -> None:
    assert ws.directory == folder
    assert ws.path == folder / DATABASE_NAME
    settings = {
        name: ws.db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "fullfsync")
    }
    full = 2
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "fullfsync": 1,
    }


def test_a_workspace_is_for_its_user_alone(ws: Workspace) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no mode bits; the profile folder's own rights hold there")
    assert stat.S_IMODE(ws.directory.stat().st_mode) == 0o700


def test_the_user_sign_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(tmp_path))
    with open_workspace(Path("~") / "Ärzte 模型") as ws:
        assert ws.path.parent == tmp_path / "Ärzte 模型"
        assert ws.path.is_file()


def test_what_was_written_is_there_on_opening_again(folder: Path) -> None:
    with open_workspace(folder) as ws:
        add_rater(ws, "Dr Ada")
        before = ws.db.execute("SELECT * FROM workspace").fetchall()
    with open_workspace(folder) as ws:
        assert list_raters(ws) == ("Dr Ada",)
        assert ws.db.execute("SELECT * FROM workspace").fetchall() == before
    ws.close()


def test_an_empty_file_left_by_a_cut_off_start_is_taken_over(folder: Path) -> None:
    folder.mkdir()
    (folder / DATABASE_NAME).touch()
    with open_workspace(folder) as ws:
        add_rater(ws, "Dr Ada")


def _file_in_its_place(folder: Path) -> None:
    folder.write_text("made up", encoding="utf-8")


def _folder_for_a_database(folder: Path) -> None:
    (folder / DATABASE_NAME).mkdir(parents=True)


def _text_for_a_database(folder: Path) -> None:
    folder.mkdir()
    (folder / DATABASE_NAME).write_text("made up text " * 500, encoding="utf-8")


def _other_program(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as db:
        db.execute("CREATE TABLE bookmarks (url)")


def _damaged(folder: Path) -> None:
    open_workspace(folder).close()
    path = folder / DATABASE_NAME
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xaa" * (len(data) - 100))


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (_file_in_its_place, "is a file, not a folder"),
        (_folder_for_a_database, "cannot be opened"),
        (_text_for_a_database, "is not a database"),
        (_other_program, "another program"),
        (_damaged, "is damaged"),
    ],
)
def test_what_cannot_be_a_workspace_is_refused_in_words(
    deed: Callable[[Path], None], words: str, folder: Path
) -> None:
    deed(folder)
    path = folder / DATABASE_NAME
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UserFacingError, match=words) as caught:
        open_workspace(folder)
    assert caught.value.hint
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("made up", encoding="utf-8")
    with pytest.raises(UserFacingError) as caught:
        open_workspace(tmp_path / "file" / "below")
    assert str(tmp_path / "file" / "below") in caught.value.message


def _fail_after(ws: Workspace, rater: str) -> None:
    with ws.transaction():
        add_rater(ws, rater)
        raise ZeroDivisionError


def test_all_or_nothing(ws: Workspace) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after(ws, "Dr Ada")
    assert list_raters(ws) == ()
    assert not ws.db.conn.in_transaction


def test_an_inner_failure_that_is_caught_takes_only_its_own_part_back(ws: Workspace) -> None:
    with ws.transaction():
        add_rater(ws, "Dr Ada")
        with pytest.raises(ZeroDivisionError):
            _fail_after(ws, "Dr Bo")
        assert list_raters(ws) == ("Dr Ada",)
    assert list_raters(ws) == ("Dr Ada",)


def test_a_read_does_not_turn_into_a_write(ws: Workspace) -> None:
    with ws.reading(), pytest.raises(RuntimeError):
        add_rater(ws, "Dr Ada")
    add_rater(ws, "Dr Ada")


def test_a_read_sees_one_moment(ws: Workspace, folder: Path) -> None:
    with open_workspace(folder) as other, ws.reading():
        assert list_raters(ws) == ()
        add_rater(other, "Dr Ada")
        assert list_raters(ws) == ()
    assert list_raters(ws) == ("Dr Ada",)


def test_a_workspace_stays_in_its_thread(ws: Workspace) -> None:
    caught: list[BaseException] = []

    def use() -> None:
        try:
            list_raters(ws)
        except sqlite3.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_a_locked_database_is_told_and_nothing_is_written(ws: Workspace, folder: Path) -> None:
    ws.db.execute("PRAGMA busy_timeout = 50")
    with (
        open_workspace(folder) as other,
        other.transaction(),
        pytest.raises(UserFacingError, match="Another program is using"),
    ):
        add_rater(ws, "Dr Ada")
    assert list_raters(ws) == ()
    add_rater(ws, "Dr Ada")


@pytest.mark.parametrize("kind", ["EXCLUSIVE", "IMMEDIATE"])
def test_opening_beside_a_program_that_never_lets_go(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(workspace_module, "BUSY_SECONDS", 0.1)
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as other:
        other.execute(f"BEGIN {kind}")
        with pytest.raises(UserFacingError, match="Another program is using"):
            open_workspace(folder)


def test_opening_waits_for_a_program_that_lets_go(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.rollback)
        release.start()
        with open_workspace(folder) as ws:
            assert ws.db.journal_mode == "wal"
        release.join()


def test_other_faults_of_setting_the_log_mode_are_not_waited_for(ws: Workspace) -> None:
    ws.close()
    with pytest.raises(sqlite3.ProgrammingError):
        workspace_module._set_log_mode(ws.db)


def test_a_database_that_may_not_be_written_is_told(ws: Workspace) -> None:
    ws.db.execute("PRAGMA query_only = ON")
    with pytest.raises(UserFacingError, match="cannot be written to"):
        add_rater(ws, "Dr Ada")


def test_a_full_database_is_told_and_nothing_is_half_written(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    pages = ws.db.execute("PRAGMA page_count").fetchone()[0]
    ws.db.execute(f"PRAGMA max_page_count = {pages}")
    long = make.rating(output.id, scale="text", value=None, comment="made up " * 10_000)
    with pytest.raises(UserFacingError, match="no room left"):
        add_rating(ws, long)
    assert rating_history(ws, output.id) == ()
    assert list_raters(ws) == ()
    ws.db.execute("PRAGMA max_page_count = 1000000")
    add_rating(ws, long)
    assert rating_history(ws, output.id) == (long,)


def _write_many(folder: str, name: str, count: int) -> None:
    with open_workspace(Path(folder)) as ws:
        for number in range(count):
            add_rater(ws, f"{name} {number:03}")


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_several_open_and_write_at_once(folder: Path, kind: str) -> None:
    # On a folder that is not there yet: they also race to make the database.
    writers, each = 4, 25
    spawn = multiprocessing.get_context("spawn")
    make_worker = threading.Thread if kind == "threads" else spawn.Process
    workers = [
        make_worker(target=_write_many, args=(str(folder), new_id(), each)) for _ in range(writers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with open_workspace(folder) as ws:
        assert len(list_raters(ws)) == writers * each
        assert ws.db.execute("SELECT count(*) FROM workspace").fetchone() == (1,)
        assert ws.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(path.name for path in folder.iterdir()) == [DATABASE_NAME]
