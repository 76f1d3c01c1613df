"""What a folder holds of which repository at which commit, in one small file beside it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from medsdesk.config.files import replacing
from medsdesk.core.errors import UserFacingError

log = logging.getLogger(__name__)

RECORD_NAME = "medsdesk-hub.json"
SCHEMA_VERSION = 1
_LEVELS = 3  # folders above a file in which its record is looked for
_LARGEST = 64_000_000


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that came whole.

    Attributes:
        path: In the repository, and below the folder.
        size: Bytes.
        sha256: Of its content.
        fetched_at: UTC time.
    """

    path: str
    size: int
    sha256: str
    fetched_at: str


@dataclass(frozen=True, slots=True)
class FolderRecord:
    """What a folder was filled from; it never mixes two commits.

    Attributes:
        repository: Its id.
        revision: What was asked for: a branch, a tag or a commit.
        commit: What that was then, as 40 hexadecimal digits.
        served_by: The host it came from: the hub's, or a mirror's.
        files: The files that came whole.
        schema_version: Of the record.
    """

    repository: str
    revision: str
    commit: str
    served_by: str
    files: tuple[FileEntry, ...] = ()
    schema_version: int = SCHEMA_VERSION

    def with_file(self, entry: FileEntry) -> FolderRecord:
        """Return the record with one more file; an earlier entry of its path stays as it was."""
        if any(e.path == entry.path and e.sha256 == entry.sha256 for e in self.files):
            return self
        others = (e for e in self.files if e.path != entry.path)
        return replace(self, files=tuple(sorted((*others, entry), key=lambda e: e.path)))


def load_record(folder: Path) -> FolderRecord | None:
    """Return the record of a folder, or nothing where it has none.

    Raises:
        UserFacingError: There is one that cannot be read.
    """
    import msgspec

    path = folder / RECORD_NAME
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > _LARGEST:
            raise _broken(path)
        record = msgspec.json.decode(path.read_bytes(), type=FolderRecord)
    except (OSError, msgspec.DecodeError) as error:
        raise _broken(path) from error
    if record.schema_version > SCHEMA_VERSION:
        raise UserFacingError(
            f"The record {path} was written by a newer MedsDesk.",
            "Update this MedsDesk, or choose another folder with --to.",
        )
    return record


def save_record(folder: Path, record: FolderRecord) -> None:
    """Write the record of a folder, whole or not at all.

    Raises:
        UserFacingError: It cannot be written.
    """
    import msgspec

    with replacing(folder / RECORD_NAME) as file:
        json.dump(msgspec.to_builtins(record), file, ensure_ascii=False, indent=2)
        file.write("\n")


def origin_of(path: Path, sha256: str) -> str:
    """Return where a file came from, as ``repository@commit:path``; empty where nobody knows.

    Only a record of exactly this content counts, however the file is called now.
    """
    for record in _records_above(path):
        for entry in record.files:
            if entry.sha256 == sha256:
                return f"{record.repository}@{record.commit}:{entry.path}"
    return ""


def _records_above(path: Path) -> Iterator[FolderRecord]:
    for folder in tuple(path.resolve().parents)[:_LEVELS]:
        try:
            record = load_record(folder)
        except UserFacingError:
            log.warning("a download record cannot be read; the origin of a file stays unknown")
            continue
        if record is not None:
            yield record


def _broken(path: Path) -> UserFacingError:
    return UserFacingError(
        f"The record {path} of an earlier download cannot be read.",
        "Move it away, or choose another folder with --to.",
    )
