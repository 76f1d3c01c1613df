"""Reads the primitive values of a GGUF header in chunks, each bounded by the file's size."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

Value = str | int | float | bool | tuple[int, ...] | None

_CHUNK: Final = 1 << 20
_LONGEST_TEXT: Final = 16 << 20
_MOST_ELEMENTS: Final = 5_000_000
_MOST_KEPT: Final = 4096
_HEADER_LIMIT: Final = 512 << 20
_TEXT_TYPE: Final = 8
_ARRAY_TYPE: Final = 9
_BOOL_TYPE: Final = 7
# struct codes of the scalar types of the format, by their number
_SCALARS: Final = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_INTEGERS: Final = frozenset((0, 1, 2, 3, 4, 5, 10, 11))
_LENGTH: Final = struct.Struct("<Q")


class PastTheEndError(Exception):
    """The header points behind the end of the file."""


class MalformedError(Exception):
    """The header is no sense; the text goes after "The model file x.gguf"."""


class Reader:
    """A window on the front of a file that moves forward only.

    Args:
        file: Open for reading, at its start.
        size: Of the file, in bytes.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.size = size
        self._file = file
        self._window = b""
        self._base = 0
        self._at = 0

    @property
    def position(self) -> int:
        """Bytes of the file that have been read or stepped over."""
        return self._base + self._at

    def take(self, length: int) -> bytes:
        """Return the next bytes.

        Raises:
            PastTheEndError: There are fewer.
        """
        if self._at + length > len(self._window):
            self._fill(length)
        start = self._at
        self._at += length
        return self._window[start : self._at]

    def u32(self) -> int:
        """Return the next unsigned number of 4 bytes."""
        return int.from_bytes(self.take(4), "little")

    def u64(self) -> int:
        """Return the next unsigned number of 8 bytes."""
        return int.from_bytes(self.take(8), "little")

    def count(self, most: int, what: str) -> int:
        """Return the next number as a count of things that need at least a byte each."""
        number = self.u64()
        if number > most:
            raise MalformedError(f"holds nonsense: {number} {what}")
        if number > self.size - self.position:
            raise PastTheEndError
        return number

    def text(self) -> str:
        """Return the next string; bytes that are no UTF-8 are replaced."""
        length = self.u64()
        if length > self.size - self.position:
            raise PastTheEndError
        if length > _LONGEST_TEXT:
            raise MalformedError("holds nonsense: a text of impossible length")
        return self.take(length).decode("utf-8", "replace")

    def value(self, *, keep_array: bool) -> Value:
        """Return the next typed value; None for an array, unless a short one is to be kept."""
        kind = self.u32()
        if kind == _TEXT_TYPE:
            return self.text()
        if kind == _ARRAY_TYPE:
            return self._array(keep=keep_array)
        return self._scalar(kind)

    def _scalar(self, kind: int) -> int | float | bool:
        form = struct.Struct(f"<{_code(kind)}")
        value: int | float | bool = form.unpack(self.take(form.size))[0]
        return value

    def _array(self, *, keep: bool) -> tuple[int, ...] | None:
        kind = self.u32()
        count = self.count(_MOST_ELEMENTS, "elements in a list")
        if kind == _TEXT_TYPE:
            self._step_over_texts(count)
            return None
        form = f"<{count}{_code(kind)}"
        if keep and kind in _INTEGERS and count <= _MOST_KEPT:
            return struct.unpack(form, self.take(struct.calcsize(form)))
        self._step_over(struct.calcsize(form))
        return None

    def _step_over(self, length: int) -> None:
        if self.position + length > self.size:
            raise PastTheEndError
        self._at += length

    def _step_over_texts(self, count: int) -> None:
        # The hot loop of the whole walk: a vocabulary has hundreds of thousands of texts.
        unpack = _LENGTH.unpack_from
        while count:
            if self._at + 8 > len(self._window):
                self._fill(8)
            window, at, last = self._window, self._at, len(self._window) - 8
            while count and at <= last:
                at += 8 + unpack(window, at)[0]
                count -= 1
            self._at = at
            if self.position > self.size:
                raise PastTheEndError

    def _fill(self, length: int) -> None:
        position = self.position
        if position + length > self.size:
            raise PastTheEndError
        if position + length > _HEADER_LIMIT:
            raise MalformedError("holds nonsense: a header of impossible length")
        self._file.seek(position)
        self._window = self._file.read(max(length, _CHUNK))
        self._base, self._at = position, 0
        if len(self._window) < length:
            raise PastTheEndError


def _code(kind: int) -> str:
    if kind not in _SCALARS:
        raise MalformedError("holds nonsense: a value of unknown type")
    return _SCALARS[kind]
