"""Reads the list of tensors in a GGUF header, and refuses what cannot lie in the file."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medsdesk.engine.gguf_reader import MalformedError, PastTheEndError, Reader

_MOST_DIMENSIONS: Final = 4
_MOST_ELEMENTS: Final = 1 << 50
_LARGEST_ALIGNMENT: Final = 1 << 20

# Elements of a block and its bytes, for each tensor type number of the format.
BLOCKS: Final[Mapping[int, tuple[int, int]]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4),
    27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66),
    39: (32, 17), 40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of a model file.

    Attributes:
        name: Such as ``blk.7.attn_q.weight``.
        kind: Number of its type, a key of ``BLOCKS``.
        dimensions: One to four, the row first.
        offset: Of its data from where the file's data begin, in bytes.
    """

    name: str
    kind: int
    dimensions: tuple[int, ...]
    offset: int

    @property
    def elements(self) -> int:
        """How many weights it has."""
        return math.prod(self.dimensions)

    @property
    def size(self) -> int:
        """Bytes of its data."""
        per_block, block_bytes = BLOCKS[self.kind]
        return self.elements // per_block * block_bytes


def read_tensors(reader: Reader, count: int, alignment: int) -> tuple[Tensor, ...]:
    """Return the tensors that a header lists; afterwards the header has been read to its end.

    Args:
        reader: At the first tensor.
        count: How many there are.
        alignment: What the file says of it; 32 where it says nothing.

    Raises:
        PastTheEndError: Data are to lie behind the end of the file.
        MalformedError: Names twice, impossible sizes, unknown types, data that overlap.
    """
    if not 1 <= alignment <= _LARGEST_ALIGNMENT or alignment & (alignment - 1):
        raise MalformedError("holds nonsense: an impossible alignment")
    found = tuple(_read_tensor(reader) for _ in range(count))
    if len({tensor.name for tensor in found}) < count:
        raise MalformedError("holds nonsense: two tensors of one name")
    start = -(-reader.position // alignment) * alignment
    _check_places(found, alignment, reader.size - start)
    return found


def _read_tensor(reader: Reader) -> Tensor:
    name, count = reader.text(), reader.u32()
    if not 1 <= count <= _MOST_DIMENSIONS:
        raise MalformedError("holds nonsense: a tensor with impossible dimensions")
    dimensions = struct.unpack(f"<{count}Q", reader.take(8 * count))
    kind, offset = struct.unpack("<IQ", reader.take(12))
    if kind not in BLOCKS:
        raise MalformedError("holds weights of a type that is not known here")
    tensor = Tensor(name, kind, dimensions, offset)
    # Python's numbers do not overflow, so the product is what it is.
    if not 1 <= tensor.elements <= _MOST_ELEMENTS or dimensions[0] % BLOCKS[kind][0]:
        raise MalformedError("holds nonsense: a tensor of impossible size")
    return tensor


def _check_places(tensors: Sequence[Tensor], alignment: int, room: int) -> None:
    end = 0
    for tensor in sorted(tensors, key=lambda tensor: tensor.offset):
        if tensor.offset % alignment or tensor.offset < end:
            raise MalformedError("holds nonsense: tensors that overlap")
        end = tensor.offset + tensor.size
    if end > max(0, room):
        raise PastTheEndError
