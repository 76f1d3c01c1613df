"""Fetches one file: goes on where it broke off, and gives it its name only when it is right."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.hub.connection import Answer, Hub, RangeRefusedError
from medsdesk.hub.faults import FileError, HubError, disk_fault
from medsdesk.hub.patience import OnWait, Tries
from medsdesk.hub.repository import Fingerprint, HubFile

log = logging.getLogger(__name__)

PARTS = ".medsdesk-parts"
OnBytes = Callable[[int, int], None]
_CHUNK = 1024 * 1024
_MOST_RESTARTS = 5
_HINT = "Run the same command again; where it stays so, tell the owners of the repository."


def part_path(folder: Path, file: HubFile) -> Path:
    """Return where a file grows.

    The name is that of its content, so that a part is never completed with another content.
    """
    return folder / PARTS / f"{file.digest.hex}.part"


def kept_bytes(folder: Path, file: HubFile) -> int:
    """Return how much of a file has come already."""
    part = part_path(folder, file)
    size = part.stat().st_size if part.is_file() else 0
    return size if size <= file.size else 0


def matching_sha256(path: Path, file: HubFile, cancel: CancelToken) -> str | None:
    """Return the SHA-256 of a file on the disk if it is the one that the hub lists.

    Raises:
        CancelledError: Somebody asked to stop.
    """
    if not path.is_file() or path.stat().st_size != file.size:
        return None
    fingerprint = Fingerprint(file)
    _add_file(fingerprint, path, cancel)
    return fingerprint.sha256 if fingerprint.fits else None


class Transfer:
    """One file on its way from the hub.

    Args:
        hub: The hub, connected.
        commit: The revision.
        file: What to fetch.
        folder: Below which the file is put.
        cancel: Stops between two pieces; what has come is kept.
    """

    def __init__(
        self, hub: Hub, commit: str, file: HubFile, folder: Path, cancel: CancelToken
    ) -> None:
        self._hub = hub
        self._commit = commit
        self._file = file
        self._part = part_path(folder, file)
        self._final = folder.joinpath(*file.path.split("/"))
        self._cancel = cancel
        self._have, self._pieced = 0, False
        self._restarts = 0
        self._print = Fingerprint(file)

    def run(self, on_bytes: OnBytes, on_wait: OnWait) -> str:
        """Fetch the file and return its SHA-256.

        Args:
            on_bytes: Told of the bytes that are there, and how many of them came just now.
            on_wait: Told of seconds and reason before another try.

        Raises:
            HubError: The hub does not answer any more; what has come is kept.
            FileError: What comes is not the file; it is thrown away.
            CancelledError: Somebody asked to stop; what has come is kept.
            UserFacingError: The disk is full, or the folder cannot be written.
        """
        try:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._take_up(on_bytes)
            self._complete(on_bytes, on_wait)
            if not self._print.fits and self._pieced:
                # Of a part that an earlier try left, nobody knows whether the disk kept it well.
                log.info("a file of several pieces does not fit, fetching it anew")
                self._drop()
                self._complete(on_bytes, on_wait)
            self._publish()
        except FileError:
            self._drop()
            raise
        except OSError as error:
            raise disk_fault(error, str(self._final.parent)) from error
        return self._print.sha256

    def _take_up(self, on_bytes: OnBytes) -> None:
        """Go on from what an earlier try has left."""
        size = self._part.stat().st_size if self._part.is_file() else 0
        if size > self._file.size:
            self._part.unlink()
        elif size:
            _add_file(self._print, self._part, self._cancel)
            self._have, self._pieced = size, True
            log.info("going on after %d of %d bytes", size, self._file.size)
        on_bytes(self._have, 0)

    def _complete(self, on_bytes: OnBytes, on_wait: OnWait) -> None:
        tries = Tries(self._hub.patience, self._cancel, on_wait)
        with self._part.open("ab", buffering=0) as out:  # what is written outlives a kill
            while self._have < self._file.size:
                before = self._have
                try:
                    self._append(out, on_bytes)
                    if self._have < self._file.size:
                        raise self._hub.broken_off()
                except RangeRefusedError as error:
                    # Once a part may be at fault; a second time the hub's own file is too short.
                    if not before or self._restarts:
                        raise FileError("The hub has less of it than it lists.", _HINT) from error
                    self._restart(out)
                except HubError as error:
                    if self._have > before:
                        tries.progressed()
                        self._pieced = True
                    tries.failed(error)
            out.flush()
            os.fsync(out.fileno())

    def _append(self, out: FileIO, on_bytes: OnBytes) -> None:
        with self._hub.opened(self._file, self._commit, self._have) as answer:
            self._fit(out, answer)
            for chunk in answer.chunks:
                if self._cancel.cancelled:
                    raise CancelledError
                if self._have + len(chunk) > self._file.size:
                    raise FileError("The hub sends more than it lists; it was deleted.", _HINT)
                _write(out, chunk)
                self._print.add(chunk)
                self._have += len(chunk)
                on_bytes(self._have, len(chunk))

    def _fit(self, out: FileIO, answer: Answer) -> None:
        """Begin anew where the server does; some know no other way."""
        if answer.start == self._have:
            return
        self._restart(out)
        if answer.start:
            raise self._hub.broken_off()

    def _restart(self, out: FileIO) -> None:
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            raise FileError("The hub gives it neither whole nor in pieces.", _HINT)
        out.seek(0)
        out.truncate()
        self._begin()

    def _drop(self) -> None:
        self._part.unlink(missing_ok=True)
        self._begin()

    def _begin(self) -> None:
        self._have, self._pieced = 0, False
        self._print = Fingerprint(self._file)

    def _publish(self) -> None:
        """Give the file its name, if it is the one that the hub lists."""
        if not self._print.fits:
            raise FileError("Its content is not what the hub lists; it was deleted.", _HINT)
        self._final.parent.mkdir(parents=True, exist_ok=True)
        self._part.replace(self._final)


def _write(out: FileIO, data: bytes) -> None:
    """Write all of it: an unbuffered file may take less at once."""
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]


def _add_file(fingerprint: Fingerprint, path: Path, cancel: CancelToken) -> None:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if cancel.cancelled:
                raise CancelledError
            fingerprint.add(chunk)
