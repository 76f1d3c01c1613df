"""Downloads chosen files of a repository into a folder, at one commit, resumable at any moment."""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.hub.connection import Hub
from medsdesk.hub.events import Asking, Chosen, FileDone, FileFailed, OnEvent, Pace, Waiting
from medsdesk.hub.faults import FileError, disk_fault
from medsdesk.hub.patience import Patience, Tries
from medsdesk.hub.record import FileEntry, FolderRecord, load_record, save_record
from medsdesk.hub.repository import HubFile, Listing, Repository, is_safe
from medsdesk.hub.transfer import PARTS, Transfer, kept_bytes, matching_sha256

log = logging.getLogger(__name__)

Choose = Callable[[Listing], Sequence[HubFile]]
_STANDARD_REVISION = "main"
_SPARE_BYTES = 64 * 1024 * 1024  # left free on the disk
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """A file that is there, whole and checked.

    Attributes:
        path: In the repository, and below the folder.
        size: Bytes.
        sha256: Of its content.
        fetched: Whether it came now; else it was there.
    """

    path: str
    size: int
    sha256: str
    fetched: bool


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """What came of a download.

    Attributes:
        folder: Where the files are.
        repository: Id of the repository.
        revision: What was asked for.
        commit: What that is, as 40 hexadecimal digits.
        files: The files that are there.
        failures: The files that cannot be had, with the reason.
        waiting: Files that are not there because it was stopped.
        bytes_fetched: Bytes that came over the network.
        seconds: How long it took.
    """

    folder: Path
    repository: str
    revision: str
    commit: str
    files: tuple[DownloadedFile, ...]
    failures: tuple[FileFailed, ...]
    waiting: int
    bytes_fetched: int
    seconds: float


@dataclass(slots=True)
class Download:
    """One download into one folder.

    Attributes:
        repository: What to fetch from.
        folder: Where to put the files, in the folders that they have in the repository.
        choose: Returns which files of the listing are wanted.
        revision: A branch, a tag or a commit; None for the one that the folder holds already,
            else the newest.
        on_event: Told what happens.
        cancel: Stops between two pieces; what has come is kept.
        patience: How long the hub is waited for.
        token: Of an account, for a repository that is not open to everybody; empty for none.
    """

    repository: Repository
    folder: Path
    choose: Choose
    revision: str | None
    on_event: OnEvent
    cancel: CancelToken
    patience: Patience = field(default_factory=Patience)
    token: str = field(default="", repr=False)
    _record: FolderRecord | None = None
    _files: dict[str, DownloadedFile] = field(default_factory=dict)
    _failures: dict[str, FileFailed] = field(default_factory=dict)
    _fetched: int = 0

    def run(self) -> DownloadResult:
        """Fetch what is missing.

        Raises:
            UserFacingError: The hub cannot be reached, the folder holds something else, or the
                disk is full; whatever has come is kept, and the next run goes on from there.
            CancelledError: Stopped before it was known what to fetch.
        """
        started = time.monotonic()
        self._record = load_record(self.folder)
        with Hub(self.repository, self.patience, self.token) as hub:
            listing, record = self._look(hub)
            wanted = tuple(self.choose(listing))
            with _owned(self.folder):
                self._take_stock(wanted)
                self._announce(listing, wanted)
                self._note(record)
                with contextlib.suppress(CancelledError):
                    self._fetch(hub, listing, wanted)
        log.info("%d files are there, %d bytes came", len(self._files), self._fetched)
        return DownloadResult(
            folder=self.folder,
            repository=self.repository.id,
            revision=record.revision,
            commit=record.commit,
            files=tuple(self._files[file.path] for file in wanted if file.path in self._files),
            failures=tuple(self._failures.values()),
            waiting=len(self._missing(wanted)),
            bytes_fetched=self._fetched,
            seconds=time.monotonic() - started,
        )

    def _look(self, hub: Hub) -> tuple[Listing, FolderRecord]:
        """Ask the hub for the files at the folder's commit, or at the one asked for."""
        self.on_event(Asking(self.repository.id, hub.server))
        tries = Tries(self.patience, self.cancel, self._wait)
        known = self._record
        if known is not None and known.repository != self.repository.id:
            raise UserFacingError(
                f"The folder {self.folder} holds files of {known.repository}.",
                "Choose another folder with --to.",
            )
        revision = self.revision or (known.commit if known else _STANDARD_REVISION)
        commit = tries.until_it_works(lambda: hub.commit_of(revision))
        if known is not None and known.commit != commit:
            raise UserFacingError(
                f"The folder {self.folder} holds files of the revision {known.commit[:12]}, and "
                f"'{revision}' is now {commit[:12]}; the two are not mixed.",
                "Choose another folder with --to, or leave --revision out to go on with the one "
                "that is there.",
            )
        listing = tries.until_it_works(lambda: hub.listing(commit))
        return listing, known or FolderRecord(self.repository.id, revision, commit, hub.server)

    def _take_stock(self, wanted: Sequence[HubFile]) -> None:
        """Find out what is there already, and what cannot be put there."""
        for file in wanted:
            if not is_safe(file.path):
                self._fail(file, "Its name cannot be kept on every system.")
                continue
            final = self.folder.joinpath(*file.path.split("/"))
            if not final.exists():
                continue
            sha256 = matching_sha256(final, file, self.cancel)
            if sha256 is None:
                self._fail(file, f"{final} is there and is not the hub's file; move it away.")
            else:
                self._done(file, sha256, fetched=False)

    def _announce(self, listing: Listing, wanted: Sequence[HubFile]) -> None:
        """Tell what is to come, if there is room for it."""
        missing = self._missing(wanted)
        kept = sum(kept_bytes(self.folder, file) for file in missing)
        needed = sum(file.size for file in missing) - kept
        size = sum(file.size for file in wanted)
        self.on_event(Chosen(listing.commit, len(wanted), size, len(self._files), kept))
        free = shutil.disk_usage(self.folder).free
        if needed and free < needed + _SPARE_BYTES:
            raise UserFacingError(
                f"{_mega(needed)} are to come, but {self.folder} has room for {_mega(free)} only.",
                f"Make room, {self.repository.fewer}or choose a folder on another disk with --to.",
            )

    def _note(self, record: FolderRecord) -> None:
        """Write down the commit before the first byte comes, so that it stays the same."""
        for file in self._files.values():
            record = record.with_file(FileEntry(file.path, file.size, file.sha256, utc_now()))
        if record != self._record:
            save_record(self.folder, record)
            self._record = record

    def _fetch(self, hub: Hub, listing: Listing, wanted: Sequence[HubFile]) -> None:
        pace = Pace(sum(file.size for file in wanted))
        for number, file in enumerate(wanted, 1):
            if file.path in self._failures:
                continue
            if file.path not in self._files:
                try:
                    sha256 = self._one(hub, listing.commit, file, pace)
                except FileError as error:
                    self._fail(file, error.message)
                    continue
                self._done(file, sha256, fetched=True)
                self._note(self._known)
            self.on_event(FileDone(file.path, number, len(wanted)))

    def _one(self, hub: Hub, commit: str, file: HubFile, pace: Pace) -> str:
        before = sum(done.size for done in self._files.values())

        def on_bytes(have: int, came: int) -> None:
            self._fetched += came
            pace.add(came)
            if pace.due() or have == file.size:
                self.on_event(pace.progress(file.path, before + have))

        transfer = Transfer(hub, commit, file, self.folder, self.cancel)
        return transfer.run(on_bytes, self._wait)

    @property
    def _known(self) -> FolderRecord:
        if self._record is None:
            raise RuntimeError("the record is written before the first file")
        return self._record

    def _missing(self, wanted: Sequence[HubFile]) -> tuple[HubFile, ...]:
        return tuple(f for f in wanted if f.path not in self._files | self._failures)

    def _done(self, file: HubFile, sha256: str, *, fetched: bool) -> None:
        self._files[file.path] = DownloadedFile(file.path, file.size, sha256, fetched)

    def _fail(self, file: HubFile, reason: str) -> None:
        self._failures[file.path] = FileFailed(file.path, reason)
        self.on_event(self._failures[file.path])

    def _wait(self, seconds: float, reason: str) -> None:
        self.on_event(Waiting(seconds, reason))


@contextlib.contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Keep a second download out of the folder; leave no empty folder of parts behind."""
    from filelock import FileLock, Timeout

    parts = folder / PARTS
    try:
        parts.mkdir(parents=True, exist_ok=True)
        lock = FileLock(parts / _LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise UserFacingError(
            f"Another download into {folder} is under way.", "Wait for its end, or stop it first."
        ) from error
    except OSError as error:
        raise disk_fault(error, str(folder)) from error
    try:
        yield
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            if [path.name for path in parts.iterdir()] in ([], [_LOCK]):
                (parts / _LOCK).unlink(missing_ok=True)
                parts.rmdir()


def _mega(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"
