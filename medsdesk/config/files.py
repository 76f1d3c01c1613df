"""Write a file so that there is the old one or the new one at any moment, never half of one."""

from __future__ import annotations

import contextlib
import os
import shutil
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
    with replaced(path) as part, part.open("w", encoding=encoding, newline="") as file:
        yield file


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield the name to write a file to, which takes the place of ``path`` likewise.

    Raises:
        UserFacingError: As ``replacing``.
    """
    path = path.resolve()  # a link stays one, and what it points to is replaced
    if not path.name or (path.exists() and not path.is_file()):
        raise UserFacingError(
            f"{path} is no file that can be written.", "Give the name of a file, new or old."
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        flush(part)
        part.replace(path)
    except OSError as error:
        raise UserFacingError(
            f"The file {path} cannot be written: {error.strerror or 'input/output error'}.",
            "Choose a folder that exists, that you may write to and that has room.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to write files to, which takes the name ``path`` when the block ends well.

    Else nothing of it stays. What has the name already is never replaced.

    Raises:
        UserFacingError: There is something of that name, or the folder cannot be written.
    """
    path = path.resolve()
    _refuse_taken(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        yield part
        for file in sorted(part.iterdir()):
            flush(file)
        _refuse_taken(path)
        part.rename(path)
    except OSError as error:
        raise UserFacingError(
            f"The folder {path} cannot be written: {error.strerror or 'input/output error'}.",
            "Choose a place that exists, that you may write to and that has room.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def flush(path: Path) -> None:
    """Have a file on the disk before anybody relies on it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _refuse_taken(path: Path) -> None:
    if path.exists():
        raise UserFacingError(
            f"There is something named {path} already, and it is not replaced.",
            "Give the name of a folder that is not there yet.",
        )
