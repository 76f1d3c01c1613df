"""Copies of a workspace's database: looked at, and put in its place in one step."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id, utc_now
from medsdesk.store.backup import damage, write_copy
from medsdesk.store.problems import explained, folder_problem
from medsdesk.store.upgrade import is_newer, is_ours
from medsdesk.store.workspace import DATABASE_NAME, Workspace

_MAGIC = b"SQLite format 3\0"
_STAGE = ".restore-"
_LOGS = ("-wal", "-shm")
_BEYOND_READING = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def open_copy(path: Path) -> Iterator[Workspace]:
    """Open a copy to read it; nothing is written, and an older one is not brought up to date.

    Raises:
        UserFacingError: When it is damaged, of another program, or of a newer MedsDesk.
    """
    _refuse_no_database(path)
    address = f"{path.absolute().as_uri()}?mode=ro"
    with _told(path), closing(sqlite3.connect(address, uri=True)) as found:
        db = Database(found, execute_plugins=False)
        _refuse_other(db, path)
        yield Workspace(path.parent, db)


def workspace_id(directory: Path) -> str | None:
    """Return the id of the workspace in a folder; None where there is none that can be read."""
    path = directory / DATABASE_NAME
    if not path.exists():
        return None
    try:
        # Not opened read-only: that would leave logs of its own beside it.
        with closing(sqlite3.connect(path)) as found:
            return str(found.execute("SELECT id FROM workspace").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def stage(directory: Path, file: Path) -> Path:
    """Copy a backup into a folder of its own within a workspace's folder, and check the copy.

    Args:
        directory: The workspace's folder; made when missing, for this user alone.
        file: The backup; what is still in a log beside it comes along.

    Returns:
        The folder: a workspace itself, to be opened, then put in place or removed.

    Raises:
        UserFacingError: When the backup cannot be read, or is none that can be restored.
    """
    _refuse_no_database(file)
    for left in directory.glob(f"{_STAGE}*"):  # by a restore that was cut off
        remove_stage(left)
    folder = directory / f"{_STAGE}{new_id()}"
    copy = folder / DATABASE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True)
        copy.touch(mode=0o600)
        shutil.copyfile(file, copy)
        log = file.with_name(file.name + _LOGS[0])
        if log.is_file():
            shutil.copyfile(log, copy.with_name(copy.name + _LOGS[0]))
    except OSError as error:
        remove_stage(folder)
        raise folder_problem(error, directory) from error
    try:
        _check(copy, file)
    except BaseException:
        remove_stage(folder)
        raise
    return folder


def remove_stage(folder: Path) -> None:
    """Remove what ``stage`` made."""
    shutil.rmtree(folder, ignore_errors=True)


def keep_replaced(directory: Path) -> Path | None:
    """Keep the database of a workspace under a dated name beside it.

    To be done before another takes its place. One that is beyond reading is kept as it is, with
    its logs.

    Returns:
        The kept file; None where there is no database.

    Raises:
        UserFacingError: When the workspace is in use, or there is no room.
    """
    path = directory / DATABASE_NAME
    if not path.exists():
        return None
    stamp = utc_now().translate({ord(mark): None for mark in "-:."})
    kept = path.with_name(f"{path.stem}-replaced-{stamp}.sqlite")
    try:
        if _leave_alone(path):
            write_copy(path, kept)
        else:
            for end in ("", *_LOGS):
                if (part := path.with_name(path.name + end)).exists():
                    shutil.copy2(part, kept.with_name(kept.name + end))
    except OSError as error:
        raise folder_problem(error, directory) from error
    return kept


def put_in_place(directory: Path, staged: Path) -> None:
    """Let a staged database take the place of a workspace's own, in one step.

    To be called after ``keep_replaced``. The staged one is closed, so that it is one file.

    Raises:
        UserFacingError: When the file cannot be replaced; the old one is in place then.
    """
    path = directory / DATABASE_NAME
    try:
        for end in _LOGS:  # of one beyond reading: they would be taken for the new one's
            path.with_name(path.name + end).unlink(missing_ok=True)
        (staged / DATABASE_NAME).replace(path)
    except OSError as error:
        raise folder_problem(error, directory) from error
    remove_stage(staged)


def _leave_alone(path: Path) -> bool:
    """Take a database out of its log, which nobody else may use then; False if beyond reading."""
    with explained(path), closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA journal_mode = DELETE")
            return not damage(db)
        except sqlite3.DatabaseError as error:
            if _is_beyond_reading(error):
                return False
            raise


def _check(copy: Path, file: Path) -> None:
    with _told(file), closing(sqlite3.connect(copy, isolation_level=None)) as found:
        _refuse_other(Database(found, execute_plugins=False), file)
        if damage(found):
            raise _damaged(file)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a damaged copy by its own name, and of what else is in the way as always."""
    with explained(path):
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_beyond_reading(error):
                raise _damaged(path) from error
            raise


def _is_beyond_reading(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BEYOND_READING


def _refuse_no_database(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise UserFacingError(
            f"The file {path} cannot be read: {error.strerror or type(error).__name__}.",
            "Check its name and folder.",
        ) from error
    if start != _MAGIC:
        raise _no_backup(path)


def _refuse_other(db: Database, path: Path) -> None:
    if not is_ours(db):
        raise _no_backup(path)
    if is_newer(db):
        raise UserFacingError(
            f"The file {path.name} was made by a newer MedsDesk, whose database this one cannot "
            "use.",
            "Install the newer MedsDesk, then restore it there.",
        )


def _no_backup(path: Path) -> UserFacingError:
    return UserFacingError(
        f"The file {path.name} is no backup of a workspace.",
        "Choose a file that 'medsdesk backup' made, or one of the workspace's folder 'backups'.",
    )


def _damaged(path: Path) -> UserFacingError:
    return UserFacingError(
        f"The file {path.name} is damaged.", "Choose another backup; this one cannot be relied on."
    )
