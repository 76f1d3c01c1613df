"""Tell what the machine did to the database from what we did, and put the first into words."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from medsdesk.core.errors import UserFacingError

_A_FEW_PAGES = 64 * 1024
_FULL = (
    "There is no room left to write the workspace's database in {folder}.",
    "Free some space on that disk, then try again; nothing that was saved before is lost.",
)
_READ_ONLY = (
    "The workspace's database in {folder} cannot be written to.",
    "Allow writing to that folder and the file {name} in it, or choose another workspace.",
)
_LOCKED = (
    "Another program is using the workspace's database in {folder}.",
    "Close what else has {name} open, such as a database viewer, then try again.",
)
_DAMAGED = (
    "The workspace's database in {folder} is damaged.",
    "Keep a copy of the folder, then put back a backup: older ones are in its folder 'backups'.",
)

# The primary result codes that the environment causes. Everything else, such as a broken
# constraint or wrong SQL, is a fault of ours and stays what it is.
_SENTENCES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: _FULL,
        sqlite3.SQLITE_READONLY: _READ_ONLY,
        sqlite3.SQLITE_PERM: _READ_ONLY,
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_PROTOCOL: _LOCKED,
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: (
            "The file {name} in {folder} is not a database.",
            "Move that file away and put back a backup, or choose another workspace.",
        ),
        sqlite3.SQLITE_CANTOPEN: (
            "The workspace's database in {folder} cannot be opened.",
            "See that the folder is there, that you may write in it and that the disk has room.",
        ),
        sqlite3.SQLITE_IOERR: (
            "The disk failed while the workspace's database in {folder} was in use.",
            "See that the disk is connected, has room and is sound, then try again.",
        ),
        sqlite3.SQLITE_TOOBIG: (
            "The text is longer than the workspace's database can hold.",
            "Split it into shorter texts.",
        ),
    }
)

_FOLDER_SENTENCES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        errno.ENOSPC: (
            "There is no room left on the disk for the workspace {folder}.",
            "Free some space on that disk, or choose another workspace.",
        ),
        errno.EROFS: (
            "The workspace {folder} is on a disk that can only be read.",
            "Choose a folder on a disk that can be written to.",
        ),
        errno.EACCES: (
            "You may not write in the workspace {folder}.",
            "Allow writing there, or choose another workspace.",
        ),
        errno.EEXIST: (
            "The workspace {folder} is a file, not a folder.",
            "Choose a folder, or a name that is not taken.",
        ),
    }
)
_SAME_AS = MappingProxyType(
    {
        errno.EPERM: errno.EACCES,
        errno.ENOTDIR: errno.EEXIST,
        errno.EDQUOT: errno.ENOSPC,
    }
)
_OTHER_FOLDER_PROBLEM = (
    "The workspace {folder} cannot be used.",
    "See that the name is right and its disk is connected, or choose another workspace.",
)


@contextmanager
def explained(database: Path) -> Iterator[None]:
    """Turn what the machine does to a database file into a UserFacingError; let bugs pass.

    Args:
        database: The file worked on.

    Raises:
        UserFacingError: For a full, read-only, failing or locked disk or file, for a damaged
            or foreign file, and for text that is not valid Unicode.
    """
    try:
        yield
    except sqlite3.Error as error:
        known = known_problem(error, database)
        if known is None:
            raise
        raise known from error
    except UnicodeEncodeError as error:
        # Not chained: the encoding error holds the whole text, and a log must not.
        raise UserFacingError(
            f"The text holds a character that is not valid Unicode, at position {error.start}.",
            "Remove that character, or copy the text again from where it came from.",
        ) from None


def known_problem(error: sqlite3.Error, database: Path) -> UserFacingError | None:
    """Return an SQLite error in plain words, or None when it is a bug."""
    # Errors that Python's module raises by itself carry no code.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    # The low byte is the primary code; the rest says where it happened.
    sentences = _SENTENCES.get(code & 0xFF)
    if sentences is None:
        return None
    if code & 0xFF == sqlite3.SQLITE_IOERR and _no_room(database.parent):
        sentences = _FULL
    message, hint = (s.format(folder=database.parent, name=database.name) for s in sentences)
    return UserFacingError(message, hint)


def _no_room(folder: Path) -> bool:
    """Say whether the disk is full: SQLite calls some failures of a full disk a failing one."""
    try:
        return shutil.disk_usage(folder).free < _A_FEW_PAGES
    except OSError:
        return False


def folder_problem(error: OSError, folder: Path) -> UserFacingError:
    """Return in plain words why a workspace's folder cannot be used."""
    code = error.errno or 0
    message, hint = _FOLDER_SENTENCES.get(_SAME_AS.get(code, code), _OTHER_FOLDER_PROBLEM)
    return UserFacingError(message.format(folder=folder), hint)
