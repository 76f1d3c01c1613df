"""A repository on the hub, its files at one revision, and how each is checked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["dataset", "model"]
DigestName = Literal["sha256", "git-sha1"]

COMMIT = re.compile(r"[0-9a-f]{40}")
# Names that Windows keeps for devices, whatever follows the first dot.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_UNFIT_SIGNS = re.compile(r'[\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on the hub.

    Attributes:
        id: Owner and name, such as ``Henrychur/MedS-Bench``.
        kind: What the hub calls it.
        by_file: The way without the hub, as the end of a sentence: ``or …``.
        fewer: How to ask for less of it, as a part of a sentence that ends in a comma; or empty.
    """

    id: str
    kind: Kind
    by_file: str
    fewer: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """The fingerprint that the hub publishes of a file.

    Attributes:
        name: ``sha256`` of a large file, or ``git-sha1``, which git gives to a small one.
        hex: Hexadecimal digits.
    """

    name: DigestName
    hex: str


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository at one revision.

    Attributes:
        path: With ``/`` between folders and name.
        size: Bytes.
        digest: What its content must come to.
    """

    path: str
    size: int
    digest: Digest

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Listing:
    """All files of a repository at one revision.

    Attributes:
        repository: The repository.
        commit: The revision, as 40 hexadecimal digits that never name anything else.
        files: Its files, by path.
    """

    repository: Repository
    commit: str
    files: tuple[HubFile, ...]


class Fingerprint:
    """Adds up the bytes of a file to its SHA-256 and to the digest that the hub publishes.

    git's own is the SHA-1 of ``blob``, the size, a zero byte and the content.

    Args:
        file: The file that the bytes should be.
    """

    def __init__(self, file: HubFile) -> None:
        self._wanted = file.digest
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(data)
        if self._wanted.name == "git-sha1":
            self._git.update(data)

    @property
    def sha256(self) -> str:
        """SHA-256 of what was added."""
        return self._sha256.hexdigest()

    @property
    def fits(self) -> bool:
        """Whether what was added is the file."""
        found = self._git if self._wanted.name == "git-sha1" else self._sha256
        return found.hexdigest() == self._wanted.hex


def is_safe(path: str) -> bool:
    """Return whether a path stays inside its folder and can be kept on every system."""
    return all(_is_safe_part(part) for part in path.split("/"))


def _is_safe_part(part: str) -> bool:
    return (
        bool(part.strip(". "))
        and not part.endswith((".", " "))
        and not _UNFIT_SIGNS.search(part)
        and not _DEVICES.fullmatch(part)
        and not any(unicodedata.category(sign)[0] == "C" for sign in part)
        and len(part.encode("utf-8", "replace")) <= 255
    )
