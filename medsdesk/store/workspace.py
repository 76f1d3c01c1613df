"""Open a workspace's database: made, checked, brought up to date, and set for safety."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from medsdesk.core.identity import new_id
from medsdesk.store.audit_keys import open_keys
from medsdesk.store.places import refuse_unsafe
from medsdesk.store.problems import explained, folder_problem
from medsdesk.store.upgrade import bring_up_to_date, refuse_foreign

DATABASE_NAME = "medsdesk.sqlite"
BUSY_SECONDS = 5.0


class Workspace:
    """An open workspace; belongs to the thread that opened it.

    Several may be open on one folder, in threads and processes of their own.

    Attributes:
        directory: The workspace's folder.
        path: Its database file.
        db: The database.
        trail_keys: Keys of the trail that the system's keyring gave out, by number.
    """

    def __init__(self, directory: Path, db: Database) -> None:
        self.directory = directory
        self.path = directory / DATABASE_NAME
        self.db = db
        self.trail_keys: Mapping[int, bytes] = {}
        self._reading = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing; it is on the disk when the outermost block has ended.

        Raises:
            UserFacingError: When the disk or another program is in the way; nothing is written.
        """
        if self._reading:
            raise RuntimeError("a read cannot turn into a write")
        with explained(self.path):
            if self.db.conn.in_transaction:
                with self.db.atomic():
                    yield
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                self.db.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read several things as they were at one moment."""
        with explained(self.path):
            if self.db.conn.in_transaction:
                yield
                return
            self.db.execute("BEGIN")
            self._reading = True
            try:
                yield
            finally:
                self._reading = False
                self.db.rollback()

    def close(self) -> None:
        """Close the database; closing twice does no harm."""
        self.db.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_workspace(directory: Path) -> Workspace:
    """Open a workspace, make it if it is not there, and bring an older one up to date.

    Args:
        directory: Its folder; made when missing, for this user alone.

    Raises:
        UserFacingError: When the folder or the database cannot be used, with the reason.
    """
    directory = directory.expanduser().absolute()
    refuse_unsafe(directory)
    _make_folder(directory)
    path = directory / DATABASE_NAME
    with explained(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            # Plugins of sqlite-utils are other people's code: kept away from clinical data.
            workspace = Workspace(directory, Database(connection, execute_plugins=False))
            _prepare(workspace)
            workspace.trail_keys = open_keys(workspace.db)
        except BaseException:
            connection.close()
            raise
    return workspace


def _make_folder(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The only sure way to learn whether one may write somewhere is to write. Not with
        # tempfile, which on Windows tries names for ever where writing is not allowed.
        probe = directory / f".write-{new_id()}"
        probe.touch(exist_ok=False)
        probe.unlink()
        # Made for this user alone also in a folder that is not; SQLite's logs follow suit.
        (directory / DATABASE_NAME).touch(mode=0o600)
    except OSError as error:
        raise folder_problem(error, directory) from error


def _prepare(workspace: Workspace) -> None:
    db, path = workspace.db, workspace.path
    refuse_foreign(db, path)
    _set_log_mode(db)
    # A commit is told of only when it is on the disk; on a Mac, past the disk's own cache too.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")
    db.execute("PRAGMA foreign_keys = ON")
    with workspace.transaction():  # taken also with nothing to do: a read-only file shows here
        bring_up_to_date(db, path)


def _set_log_mode(db: Database) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # SQLite does not always wait by itself here, and two windows may open one new file.
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
