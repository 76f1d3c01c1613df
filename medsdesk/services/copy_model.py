"""Copy a model file into the workspace, so that it is there when the stick is gone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.engine.gguf import read_header
from medsdesk.hub.faults import disk_fault
from medsdesk.hub.record import origin_of
from medsdesk.services.fingerprint_files import (
    CHUNK,
    FileMark,
    Progress,
    being_written,
    mark_of,
    unreadable,
)
from medsdesk.services.model_files import held_file, list_models, store_model

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

FOLDER_NAME = "models"
PARTS = ".medsdesk-copies"
_LOCK = "lock"
_SPARE_BYTES = 64 * 1024 * 1024  # left free on the disk


def models_folder(workspace: Path) -> Path:
    """Return where the workspace's own model files are; it may not exist yet."""
    return workspace / FOLDER_NAME


def copy_model(
    ws: Workspace,
    path: Path,
    on_progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ModelFile:
    """Copy a GGUF file into the workspace's folder of models and add the copy.

    It is read once: copied and fingerprinted in one pass. It gets its name when it is whole and
    on the disk; what is stopped or killed before leaves no file with a name.

    Args:
        ws: The workspace.
        path: The file; it is not changed.
        on_progress: Called with bytes copied and bytes in all.
        cancel: Stops the copying, and leaves nothing behind.

    Raises:
        UserFacingError: No such file, not a GGUF file, a damaged one, no room, or no right to
            write.
        CancelledError: Stopped by the user.
    """
    path = path.expanduser().resolve()
    read_header(path)
    folder = models_folder(ws.directory)
    for known in list_models(ws):
        if Path(known.path) == path and known.keeping != "referenced":
            return known
    with _own_part(folder) as part:
        _check_room(path, folder)
        sha256 = _copied(path, part, on_progress, cancel)
        again = held_file(ws, sha256)
        if again is not None:
            return again
        final = _named(part, folder, path.name)
    return store_model(ws, final, "copied", origin_of(path, sha256), sha256)


@contextlib.contextmanager
def _own_part(folder: Path) -> Iterator[Path]:
    """Give a file to copy into, alone; what an earlier copy left behind goes."""
    from filelock import FileLock, Timeout

    parts = folder / PARTS
    made = not folder.exists()
    try:
        parts.mkdir(parents=True, exist_ok=True)
        lock = FileLock(parts / _LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise UserFacingError(
            f"Another file is being copied into {folder}.", "Wait for its end, or stop it first."
        ) from error
    except OSError as error:
        raise _no_place(error, folder) from error
    try:
        for left in parts.glob("*.part"):
            left.unlink()
        yield parts / "copy.part"
    except OSError as error:
        raise _no_place(error, folder) from error
    finally:
        (parts / "copy.part").unlink(missing_ok=True)
        lock.release()
        with contextlib.suppress(OSError):
            (parts / _LOCK).unlink(missing_ok=True)
            parts.rmdir()
            if made:
                folder.rmdir()  # refused where the copy is in it


def _no_place(error: OSError, folder: Path) -> UserFacingError:
    told = disk_fault(error, str(folder))
    return UserFacingError(
        told.message, "Make room, choose another workspace, or leave --copy out to use it in place."
    )


def _check_room(path: Path, folder: Path) -> None:
    needed, free = path.stat().st_size, shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise UserFacingError(
            f"The copy needs {_mega(needed)}, but {folder} has room for {_mega(free)} only.",
            "Make room, choose another workspace, or leave --copy out to use the file in place.",
        )


def _copied(
    path: Path, part: Path, on_progress: Progress | None, cancel: CancelToken | None
) -> str:
    """Copy a file whole onto the disk and return its SHA-256."""
    before = _mark(path)
    digest, done = hashlib.sha256(), 0
    with _opened(path) as source, part.open("wb") as out:
        while done <= before.size and (chunk := _read(source, path)):
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            digest.update(chunk)
            out.write(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, before.size)
        out.flush()
        os.fsync(out.fileno())
    if _mark(path) != before or done != before.size:
        raise being_written(path)
    return digest.hexdigest()


def _mark(path: Path) -> FileMark:
    try:
        return mark_of(path)
    except OSError as error:
        raise unreadable(path, error) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def _read(source: BinaryIO, path: Path) -> bytes:
    """Read on; a fault of the source, such as a stick pulled out, is told as one."""
    try:
        return source.read(CHUNK)
    except OSError as error:
        raise unreadable(path, error) from error


def _named(part: Path, folder: Path, name: str) -> Path:
    """Give the whole copy a name that no file has yet."""
    stem, suffix = Path(name).stem, Path(name).suffix
    number, final = 2, folder / name
    while True:
        try:
            final.touch(exist_ok=False)
        except FileExistsError:
            number, final = number + 1, folder / f"{stem}-{number}{suffix}"
        else:
            part.replace(final)
            return final


def _mega(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"
