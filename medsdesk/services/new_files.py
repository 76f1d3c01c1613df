"""A large file that is made beside its place and put there when it is whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from medsdesk.core.errors import UserFacingError

_GIB = 1 << 30


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield the name to write to; the file takes the target's name when the block ends well.

    Else nothing of it stays.

    Raises:
        UserFacingError: Something is there already, or the folder cannot be written.
    """
    if target.exists():
        raise UserFacingError(
            f"There is a file {target} already.", "Give another name with --out, or move it away."
        )
    if not target.name or not target.parent.is_dir():
        raise UserFacingError(
            f"The folder {target.parent} is not there.", "Make it, or choose another with --out."
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        if target.exists():
            raise UserFacingError(
                f"Another program has made {target} in the meantime.", "Choose another name."
            )
        part.replace(target)
    except OSError as error:
        raise UserFacingError(
            f"The file {target} cannot be written: {error.strerror or 'input/output error'}.",
            "Choose a folder that you may write to and that has room.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def check_room(target: Path, needed: int) -> None:
    """Refuse to begin a file for which the disk has no room.

    Args:
        target: The file.
        needed: Bytes it will have at the most.

    Raises:
        UserFacingError: The disk has less.
    """
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError:
        return  # a folder that is not there is told of when the file is made
    if needed > free:
        raise UserFacingError(
            f"The file needs {needed / _GIB:,.1f} GiB, but the disk has {free / _GIB:,.1f} GiB "
            "free.",
            "Make room, or write it to another disk with --out.",
        )
