"""Write a file so that there is the old one or the new one at any moment, never half of one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from medsdesk.core.errors import UserFacingError


@contextlib.contextmanager
def replacing(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Open a text file that takes the place of ``path`` only when the block ends well.

    Line ends are written as given. The new content is flushed to the disk before it takes
    the old file's place.

    Raises:
        UserFacingError: The name is none of a file, the folder is missing or cannot be
            written, or the disk is full.
    """
    path = path.resolve()  # a link stays one, and what it points to is replaced
    if not path.name or (path.exists() and not path.is_file()):
        raise UserFacingError(
            f"{path} is no file that can be written.", "Give the name of a file, new or old."
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise UserFacingError(
            f"The file {path} cannot be written: {error.strerror or 'input/output error'}.",
            "Choose a folder that exists, that you may write to and that has room.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
