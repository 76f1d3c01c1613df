"""Fingerprints a task file and reads its text piece by piece, whatever its encoding."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.encodings import byte_order_mark, guess_text

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_FOREIGN = re.compile("[\udc00-\udcff]")
_MARK_BYTES = {"utf-8-sig": 3, "utf-16": 2, "utf-32": 4}


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Stand in for bytes that are none of the encoding: a lone surrogate each.

    Python's own handler does so too, but gives up on bytes below 128, as in broken UTF-16.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), error.end


codecs.register_error("medsdesk.escape", _escape)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is known of a file's bytes.

    Attributes:
        sha256: Of the whole file.
        size_bytes: Of the file.
        head: The first bytes.
        codec: The encoding to read it in.
        guessed: Whether the encoding is a guess.
        mixed: Whether it is UTF-8 with some bytes that are not.
    """

    sha256: str
    size_bytes: int
    head: bytes
    codec: str
    guessed: bool
    mixed: bool


def fingerprint(path: Path) -> Fingerprint:
    """Return SHA-256, size and encoding of a file, read once in blocks.

    Raises:
        UserFacingError: It is missing or cannot be read.
    """
    digest, size, head, census = hashlib.sha256(), 0, b"", _Census()
    try:
        if not path.exists():
            raise UserFacingError(f"There is no file {path}.", "Check its name and folder.")
        if not path.is_file():
            raise UserFacingError(f"{path} is not a file.", "Choose a task file.")
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                head = head or block[:_SAMPLE]
                digest.update(block)
                size += len(block)
                census.add(block)
    except OSError as error:
        raise unreadable(path, error) from error
    marked = byte_order_mark(head)
    codec = marked[0] if marked else _zero_bytes(head) or census.codec()
    return Fingerprint(
        sha256=digest.hexdigest(),
        size_bytes=size,
        head=head,
        codec=codec,
        guessed=not codec.startswith("utf"),
        mixed=codec.startswith("utf-8") and census.foreign > 0,
    )


def unreadable(path: Path, error: OSError) -> UserFacingError:
    """Return the sentences for a file that the machine does not let us read."""
    reason = error.strerror or type(error).__name__
    return UserFacingError(
        f"The file {path.name} cannot be read: {reason}.",
        "Check that you may open it, or copy it elsewhere.",
    )


def mend(text: str) -> str:
    """Return a text with the bytes that are no UTF-8 read as Windows-1252."""
    return _FOREIGN.sub(lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), text)


class TextPieces:
    """The text of a file in pieces; bytes that are none of the encoding are lone surrogates.

    Args:
        path: The file.
        codec: Its encoding.

    Raises:
        UserFacingError: The machine does not let us read it.
    """

    def __init__(self, path: Path, codec: str) -> None:
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        self._decoder = codecs.getincrementaldecoder(codec)(errors="medsdesk.escape")
        self._ended = False

    def read(self, size: int) -> str:
        """Return the text of about as many bytes, at least one character unless at the end.

        Raises:
            UserFacingError: The machine does not let us read on.
        """
        text = ""
        while not text and not self._ended:
            try:
                block = self._file.read(size)
            except OSError as error:
                raise unreadable(self._path, error) from error
            self._ended = not block
            text = self._decoder.decode(block, final=self._ended)
        return text

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Places:
    """The way from characters of a file's text back to bytes of the file.

    Asked only where a fault is told, so that reading need not keep count. Faults come in the
    order of the file, so it is read once more at most.

    Args:
        path: The file.
        codec: Its encoding.
    """

    def __init__(self, path: Path, codec: str) -> None:
        self._path = path
        self._codec = codec
        self._pieces: TextPieces | None = None
        self._characters = self._bytes = 0
        # A piece of the text, and how far into it the characters reach.
        self._piece = ""
        self._at = 0

    def byte_of(self, characters: int) -> int:
        """Return how many bytes of the file its first characters take."""
        if self._pieces is None or characters < self._characters:
            self.close()
            self._pieces = TextPieces(self._path, self._codec)
            self._piece, self._at, self._characters = "", 0, 0
            self._bytes = _MARK_BYTES.get(self._codec, 0)
        while characters > self._characters:
            if self._at == len(self._piece):
                self._piece, self._at = self._pieces.read(_BLOCK), 0
                if not self._piece:
                    break
            taken = self._piece[self._at : self._at + characters - self._characters]
            self._at += len(taken)
            self._characters += len(taken)
            self._bytes += self._length(taken)
        return self._bytes

    def close(self) -> None:
        """Close the file."""
        if self._pieces is not None:
            self._pieces.close()

    def _length(self, text: str) -> int:
        if self._codec.startswith("utf-8"):
            return len(text.encode("utf-8", "surrogateescape"))
        if self._codec.startswith("utf"):
            return len(text.encode(f"{self._codec[:6]}-le", "surrogatepass"))
        return len(text.encode(self._codec, "replace"))


def _zero_bytes(head: bytes) -> str | None:
    """Return the encoding that a zero byte beside a first bracket betrays without a mark."""
    signs = b"{[ \r\n\t"
    if head[1:2] == b"\0" and head[0] in signs:
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" and head[1:2] in (b"{", b"[") else None


class _Census:
    """Counts what in a file is UTF-8 beyond ASCII, and what is no UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._sample = b""
        self._native = 0
        self.foreign = 0

    def add(self, block: bytes) -> None:
        """Count one more block."""
        text = self._decoder.decode(block)
        if text.isascii():
            return
        try:
            self._native += len(text.encode()) - len(text)
        except UnicodeEncodeError:
            self._count(text, block)

    def codec(self) -> str:
        """Return the encoding: UTF-8 unless most of what is not ASCII is not UTF-8 either."""
        if self.foreign <= self._native:
            return "utf-8"
        guess = guess_text(self._sample)
        return guess[1] if guess else "cp1252"

    def _count(self, text: str, block: bytes) -> None:
        foreign = len(_FOREIGN.findall(text))
        self.foreign += foreign
        self._native += len(text.encode("utf-8", "surrogateescape")) - len(text)
        if len(self._sample) < _SAMPLE:
            lines = (line for line in block.split(b"\n") if not line.isascii())
            self._sample += b"\n".join(lines)[:_SAMPLE]
