"""Real faults of files and disks become sentences; faults of ours stay what they are."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.problems import explained, folder_problem, known_problem

Deed = Callable[[Path], None]


def _full(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA max_page_count = 2")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (zeroblob(100000))")


def _read_only(path: Path) -> None:
    sqlite3.connect(path).close()
    path.write_bytes(b"")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.execute("CREATE TABLE t (x)")


def _locked(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as db:
        other.execute("BEGIN EXCLUSIVE")
        db.execute("CREATE TABLE t (x)")


def _locked_table(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (1)")
        with closing(db.execute("SELECT * FROM t")):
            db.execute("DROP TABLE t")


def _damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")
        db.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 100)
        db.commit()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT count(*), max(x) FROM t").fetchall()


def _no_database(path: Path) -> None:
    path.write_text("not a database, only text " * 100, encoding="utf-8")
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT * FROM sqlite_master")


def _missing_folder(path: Path) -> None:
    sqlite3.connect(path.parent / "missing" / path.name)


def _too_big(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000)
        db.execute("SELECT ?", ("x" * 2000,))


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (_full, "no room left"),
        (_read_only, "cannot be written to"),
        (_locked, "Another program"),
        (_locked_table, "Another program"),
        (_damaged, "is damaged"),
        (_no_database, "is not a database"),
        (_missing_folder, "cannot be opened"),
        (_too_big, "longer than"),
    ],
)
def test_what_the_machine_does_is_told_in_a_sentence(
    deed: Deed, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "medsdesk.sqlite"
    with pytest.raises(UserFacingError, match=words) as caught, explained(path):
        deed(path)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    assert "{" not in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def _wrong_sql(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT FROM WHERE")


def _broken_constraint(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x UNIQUE)")
        db.execute("INSERT INTO t VALUES (1)")
        db.execute("INSERT INTO t VALUES (1)")


def _closed(path: Path) -> None:
    db = sqlite3.connect(path)
    db.close()
    db.execute("SELECT 1")


@pytest.mark.parametrize("deed", [_wrong_sql, _broken_constraint, _closed])
def test_bugs_pass(deed: Deed, tmp_path: Path) -> None:
    path = tmp_path / "medsdesk.sqlite"
    with pytest.raises(sqlite3.Error), explained(path):
        deed(path)


def test_bad_unicode_is_told_without_the_text(tmp_path: Path) -> None:
    path = tmp_path / "medsdesk.sqlite"
    with (
        closing(sqlite3.connect(path)) as db,
        pytest.raises(UserFacingError, match="at position 6") as caught,
        explained(path),
    ):
        db.execute("SELECT ?", ("secret\ud800",))
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_io_error_is_known(tmp_path: Path) -> None:
    # Such an error needs a broken disk; test_faults.py has a real one where the system can.
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    known = known_problem(error, tmp_path / "medsdesk.sqlite")
    assert known is not None
    assert "disk failed" in known.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no room left"),
        (errno.EDQUOT, "no room left"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "may not write"),
        (errno.EPERM, "may not write"),
        (errno.EEXIST, "not a folder"),
        (errno.ENOTDIR, "not a folder"),
        (errno.EIO, "cannot be used"),
        (None, "cannot be used"),
    ],
)
def test_folder_problems(code: int | None, words: str, tmp_path: Path) -> None:
    error = OSError() if code is None else OSError(code, "")
    problem = folder_problem(error, tmp_path)
    assert words in problem.message
    assert str(tmp_path) in problem.message
