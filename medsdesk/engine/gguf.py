"""Reads the header of a GGUF file without loading the model, trusting nothing in it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.gguf_reader import MalformedError, PastTheEndError, Reader, Value
from medsdesk.engine.gguf_shape import LISTED, ModelShape, shape_of
from medsdesk.engine.gguf_tensors import Tensor, read_tensors

_MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_MOST_KEYS: Final = 100_000
_MOST_TENSORS: Final = 100_000
_ALIGNMENT: Final = 32

_FILE_TYPES: Final[Mapping[int, str]] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0",
    38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0", 41: "Q2_0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says of its model.

    Attributes:
        architecture: Such as ``llama``.
        name: Name for people; empty where the file has none.
        quantisation: File type in words, such as ``Q4_K_M``.
        parameters: Weights counted from the tensor shapes.
        context_train: Longest context in training, in tokens; 0 where not said.
        layers: Blocks of the model.
        chat_template: The file's own Jinja template.
        tokenizer_pre: Name of the pre-tokenizer; empty where not said.
        size_bytes: Of the file.
        shape: The sizes that its need of memory depends on.
        tensors: Its weights, in the order of the file.
    """

    architecture: str
    name: str
    quantisation: str
    parameters: int
    context_train: int
    layers: int
    chat_template: str | None
    tokenizer_pre: str
    size_bytes: int
    shape: ModelShape = field(default_factory=ModelShape)
    tensors: tuple[Tensor, ...] = ()


def read_header(path: Path) -> GgufHeader:
    """Return the header of a GGUF file.

    Every count and length is checked against the file's size before it is believed, and
    vocabularies are stepped over, so a model of any size takes well under a second.

    Raises:
        UserFacingError: The file is missing, cannot be read, is not GGUF, is of another
            version, is cut short, or is nonsense.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise UserFacingError(f"{path} is not a file.", "Choose a GGUF file.")
        with path.open("rb") as file:
            return _read(Reader(file, status.st_size))
    except FileNotFoundError as fault:
        raise UserFacingError(
            f"The model file {path.name} is not there.",
            "Check the path, or choose the file again.",
        ) from fault
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise UserFacingError(
            f"The model file {path.name} cannot be read ({reason}).",
            "Check that it is a file and that you may read it.",
        ) from fault
    except PastTheEndError as fault:
        raise UserFacingError(
            f"The model file {path.name} is cut short: it ends before its own header says.",
            "Copy or download the file again and compare its SHA-256.",
        ) from fault
    except MalformedError as fault:
        raise UserFacingError(
            f"The model file {path.name} {fault}.",
            "Choose a GGUF file, or download this one again and compare its SHA-256.",
        ) from fault


def _read(reader: Reader) -> GgufHeader:
    if reader.size == 0:
        raise MalformedError("is empty")
    if reader.size < len(_MAGIC) or reader.take(4) != _MAGIC:
        raise MalformedError("is not a GGUF model file")
    _check_version(reader.u32())
    tensors = reader.count(_MOST_TENSORS, "tensors")
    keys = reader.count(_MOST_KEYS, "settings")
    pairs = [_read_pair(reader) for _ in range(keys)]
    values = dict(pairs)
    if len(values) < keys:
        raise MalformedError("holds nonsense: two settings of one name")
    alignment = _whole(values.get("general.alignment", _ALIGNMENT), 0)
    return _header(values, read_tensors(reader, tensors, alignment), reader.size)


def _check_version(version: int) -> None:
    if version in _VERSIONS:
        return
    # A big-endian file holds its small version number in the upper bytes.
    if version & 0xFFFF == 0:
        raise MalformedError("was made for big-endian computers")
    if version > max(_VERSIONS):
        raise MalformedError(f"has the newer GGUF version {version}, which is not known here")
    raise MalformedError(f"has GGUF version {version}, which is too old")


def _read_pair(reader: Reader) -> tuple[str, Value]:
    key = reader.text()
    return key, reader.value(keep_array=key.endswith(LISTED))


def _header(values: Mapping[str, Value], tensors: tuple[Tensor, ...], size: int) -> GgufHeader:
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise MalformedError("does not say which kind of model it holds")
    template = values.get("tokenizer.chat_template")
    file_type = _whole(values.get("general.file_type"), -1)
    return GgufHeader(
        architecture=architecture,
        name=_text(values.get("general.name")),
        quantisation=_FILE_TYPES.get(file_type % 1024, "unknown"),
        parameters=sum(tensor.elements for tensor in tensors),
        context_train=_whole(values.get(f"{architecture}.context_length"), 0),
        layers=_whole(values.get(f"{architecture}.block_count"), 0),
        chat_template=template if isinstance(template, str) and template else None,
        tokenizer_pre=_text(values.get("tokenizer.ggml.pre")),
        size_bytes=size,
        shape=shape_of(values, architecture),
        tensors=tensors,
    )


def _whole(value: Value, otherwise: int) -> int:
    return value if isinstance(value, int) and value >= 0 else otherwise


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
