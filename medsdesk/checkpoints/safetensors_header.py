"""Reads the header of a safetensors file, trusting nothing in it; weights stay on the disk.

The format (huggingface/safetensors, "Format"): 8 bytes with the header's length, a JSON header
that names each tensor's type, shape and place, then the tensors without gaps.
"""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from medsdesk.checkpoints.json_files import AGAIN, MalformedJsonError, parse_object
from medsdesk.core.errors import UserFacingError

_FRONT: Final = 9  # the header's length, and the brace it begins with
_LONGEST_HEADER: Final = 100_000_000  # the format's own limit
_MOST_TENSORS: Final = 100_000
_MOST_DIMENSIONS: Final = 8
_LONGEST_NAME: Final = 512
_BYTES: Final[Mapping[str, int]] = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "I16": 2, "U16": 2,
    "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8,
}  # fmt: skip
# What pickles and their archives begin with: torch.save of any age, and compressed ones.
_PICKLES: Final = (
    b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x1f\x8b", b"BZh",
    b"\xfd7zXZ", b"7z\xbc\xaf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor lies.

    Attributes:
        name: Its name.
        dtype: Type of its numbers in the format's words, such as ``BF16``.
        shape: Rows first.
        path: The file.
        start: First byte in the file.
        size: Bytes.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    path: Path
    start: int
    size: int


def read_header(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a safetensors file by name.

    Raises:
        UserFacingError: It is missing, a pickle, cut short, or nonsense.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(path, "is not a file")
        with path.open("rb") as file:
            front = file.read(_FRONT)
            length = _header_length(path, front, status.st_size)
            file.seek(8)
            header = parse_object(file.read(length))
    except FileNotFoundError as fault:
        raise _refusal(path, "is not in the checkpoint's folder") from fault
    except OSError as fault:
        raise _refusal(path, f"cannot be read ({fault.strerror or 'input error'})") from fault
    except MalformedJsonError as fault:
        raise _refusal(path, "has a header that is no JSON object") from fault
    return _tensors(path, header, 8 + length, status.st_size)


def is_pickle(path: Path) -> bool:
    """Return whether a file begins as pickles and their archives do, whatever it is called."""
    try:
        with path.open("rb") as file:
            return _looks_pickled(file.read(_FRONT))
    except OSError:
        return False


def _looks_pickled(front: bytes) -> bool:
    # A header's length can look like the front of a pickle, but then the header follows.
    return front.startswith(_PICKLES) and front[8:9] != b"{"


def _header_length(path: Path, front: bytes, size: int) -> int:
    if _looks_pickled(front):
        raise UserFacingError(
            f"{path.name} is a pickle, which can run a stranger's program when it is opened.",
            "Use a checkpoint in safetensors; most sources offer one.",
        )
    if len(front) < 8:
        raise _refusal(path, "is empty or cut short")
    length = int.from_bytes(front[:8], "little")
    if not 2 <= length <= _LONGEST_HEADER:
        raise _refusal(path, "is no safetensors file")
    if 8 + length > size:
        raise _refusal(path, "is cut short")
    return length


def _tensors(
    path: Path, header: dict[str, Any], data_start: int, size: int
) -> dict[str, StoredTensor]:
    header.pop("__metadata__", None)
    if len(header) > _MOST_TENSORS:
        raise _refusal(path, f"names {len(header):,} tensors, which no model has")
    room = size - data_start
    found = {name: _tensor(path, name, said, data_start, room) for name, said in header.items()}
    end = data_start
    for tensor in sorted(found.values(), key=lambda one: (one.start, one.size)):
        if tensor.start != end:
            raise _refusal(path, "has tensors that overlap or leave gaps")
        end += tensor.size
    if end != size:
        raise _refusal(path, "holds bytes that belong to no tensor")
    return found


def _tensor(path: Path, name: str, said: object, data_start: int, room: int) -> StoredTensor:
    if not isinstance(said, dict) or said.keys() != {"dtype", "shape", "data_offsets"}:
        raise _refusal(path, "describes a tensor in an unknown way")
    dtype, shape, offsets = said["dtype"], said["shape"], said["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _BYTES:
        raise _refusal(path, "holds numbers of an unknown type")
    if not _are_counts(shape, _MOST_DIMENSIONS) or not _are_counts(offsets, 2):
        raise _refusal(path, "describes a tensor's shape or place in an unknown way")
    if len(offsets) != 2 or not offsets[0] <= offsets[1] <= room:
        raise _refusal(path, "is cut short, or points behind its own end")
    if math.prod(shape) * _BYTES[dtype] != offsets[1] - offsets[0]:
        raise _refusal(path, "has a tensor whose shape and size do not agree")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise _refusal(path, "has a tensor of an impossible name")
    start, length = data_start + offsets[0], offsets[1] - offsets[0]
    return StoredTensor(name, dtype, tuple(shape), path, start, length)


def _are_counts(value: object, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(type(item) is int and 0 <= item < 1 << 50 for item in value)
    )


def _refusal(path: Path, words: str) -> UserFacingError:
    return UserFacingError(f"The weights file {path.name} {words}.", AGAIN)
