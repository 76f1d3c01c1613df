"""Take the fingerprint of a file, and note the marks by which a later change shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken

Progress = Callable[[int, int], None]
CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileMark:
    """What the file system says of a file; when it differs, the content may too.

    Attributes:
        size: Bytes.
        modified_ns: When it was last written to, in nanoseconds.
        inode: Its number in the file system.
    """

    size: int
    modified_ns: int
    inode: str


def mark_of(path: Path) -> FileMark:
    """Return the marks of a file.

    Raises:
        OSError: It is not there.
    """
    status = path.stat()
    # The number can have more digits than a database's integer.
    return FileMark(status.st_size, status.st_mtime_ns, str(status.st_ino))


def file_sha256(path: Path, on_progress: Progress | None, cancel: CancelToken | None) -> str:
    """Return a file's SHA-256 in hexadecimal, telling progress in bytes.

    Raises:
        CancelledError: Stopped by the user.
    """
    total = path.stat().st_size
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while done <= total and (chunk := file.read(CHUNK)):  # one that grows is not followed
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            digest.update(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, total)
    return digest.hexdigest()


def steady_sha256(
    path: Path, on_progress: Progress | None, cancel: CancelToken | None
) -> tuple[str, FileMark]:
    """Return a file's SHA-256 and marks, of a file that nobody wrote to meanwhile.

    Raises:
        UserFacingError: Somebody did, or it cannot be read.
        CancelledError: Stopped by the user.
    """
    try:
        before = mark_of(path)
        sha256 = file_sha256(path, on_progress, cancel)
        after = mark_of(path)
    except OSError as error:
        raise unreadable(path, error) from error
    if before != after:
        raise being_written(path)
    return sha256, after


def being_written(path: Path) -> UserFacingError:
    """Return what to tell of a file that changes while it is read."""
    return UserFacingError(
        f"The file {path} was written to while it was read.",
        "Wait until whatever writes it has finished, then try again.",
    )


def unreadable(path: Path, error: OSError) -> UserFacingError:
    """Return what to tell of a file that cannot be read."""
    reason = error.strerror or type(error).__name__
    return UserFacingError(
        f"The file {path} cannot be read: {reason}.",
        "Check that it is there, and that the disk or stick it is on is in order.",
    )
