"""One window for one workspace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from medsdesk.core.errors import UserFacingError

LOCK_NAME = "window.lock"


def lock_workspace(directory: Path) -> QLockFile:
    """Take a workspace for this window until the lock is dropped.

    A lock whose process is gone does not count. Where no lock file can be written, opening the
    database says the reason better, so that is left to it.

    Raises:
        UserFacingError: Another window has the workspace open, or its folder cannot be made.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserFacingError(
            f"The workspace {directory} cannot be made ({error.strerror}).",
            "Choose another folder, or see that you may write there.",
        ) from error
    lock = QLockFile(str(directory / LOCK_NAME))
    # A workspace may well stay open for days: only a dead owner makes a lock stale.
    lock.setStaleLockTime(0)
    if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
        raise UserFacingError(
            f"The workspace {directory} is open in another window.",
            "Use that window, or close it first.",
        )
    return lock
