"""Primitive values across the edges of the reader's window."""

from __future__ import annotations

import io
import struct

import pytest

from medsdesk.engine.gguf_reader import MalformedError, PastTheEndError, Reader

MIB = 1 << 20


def reader(data: bytes) -> Reader:
    return Reader(io.BytesIO(data), len(data))


def test_values_across_the_window() -> None:
    words = b"".join(struct.pack("<Q", 5) + b"words" for _ in range(200_000))
    data = struct.pack("<IIQ", 9, 8, 200_000) + words + struct.pack("<IQ", 10, 77)
    one = reader(data)
    assert one.value(keep_array=False) is None
    assert one.value(keep_array=False) == 77
    assert one.position == len(data)


def test_a_text_longer_than_the_window() -> None:
    data = struct.pack("<IQ", 8, 3 * MIB) + b"x" * 3 * MIB
    assert reader(data).value(keep_array=False) == "x" * 3 * MIB


def test_short_whole_numbers_are_kept_when_asked_for() -> None:
    data = struct.pack("<IIQ3i", 9, 5, 3, 1, -2, 3)
    assert reader(data).value(keep_array=True) == (1, -2, 3)
    assert reader(data).value(keep_array=False) is None


@pytest.mark.parametrize(
    ("kind", "payload", "value"),
    [(0, b"\xff", 255), (1, b"\xff", -1), (7, b"\1", True), (12, struct.pack("<d", 0.5), 0.5)],
)
def test_scalars(kind: int, payload: bytes, value: object) -> None:
    assert reader(struct.pack("<I", kind) + payload).value(keep_array=False) == value


def test_the_end() -> None:
    one = reader(b"abcd")
    assert one.take(4) == b"abcd"
    with pytest.raises(PastTheEndError):
        one.take(1)


def test_a_file_that_shrinks_while_it_is_read() -> None:
    with pytest.raises(PastTheEndError):
        Reader(io.BytesIO(b"abc"), 100).take(50)


def test_too_long_a_text_is_nonsense() -> None:
    size = 20 * MIB
    data = struct.pack("<Q", size - 8) + b"\0" * (size - 8)
    with pytest.raises(MalformedError):
        reader(data).text()
