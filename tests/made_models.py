"""Makes GGUF files: the smallest, tiny ones that load, and huge ones with holes."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

F32, F16, Q4_0, Q8_0, Q4_K, Q6_K = 0, 1, 2, 8, 12, 14
_BLOCKS = {F32: (1, 4), F16: (1, 2), Q4_0: (32, 18), Q8_0: (32, 34), Q4_K: (256, 144)}
_U32, _F32, _TEXT, _ARRAY, _I32 = 4, 6, 8, 9, 5
_ALIGNMENT = 32
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6


@dataclass(frozen=True)
class Shape:
    """The sizes of a model; as they stand, the smallest that answers."""

    layers: int = 2
    width: int = 64
    heads: int = 4
    kv_heads: int = 2
    inner: int = 128
    words: int = 320
    context: int = 512
    kind: int = F32
    tied: bool = False


LLAMA_8B = Shape(32, 4096, 32, 8, 14336, 128_256, 8192, Q4_0)


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def pair(key: str, kind: int, payload: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + payload


def u32(key: str, value: int) -> bytes:
    return pair(key, _U32, struct.pack("<I", value))


def words(key: str, value: str) -> bytes:
    return pair(key, _TEXT, text(value))


def array(key: str, kind: int, count: int, payload: bytes) -> bytes:
    return pair(key, _ARRAY, struct.pack("<IQ", kind, count) + payload)


def settings(shape: Shape, template: str = "") -> list[bytes]:
    """Return the settings of a model with a vocabulary of bytes and made-up words."""
    made = [
        words("general.architecture", "llama"),
        words("general.name", "Made for a test"),
        u32("general.file_type", {F32: 0, F16: 1, Q4_0: 2, Q8_0: 7, Q4_K: 15}[shape.kind]),
        u32("llama.block_count", shape.layers),
        u32("llama.context_length", shape.context),
        u32("llama.embedding_length", shape.width),
        u32("llama.feed_forward_length", shape.inner),
        u32("llama.attention.head_count", shape.heads),
        u32("llama.attention.head_count_kv", shape.kv_heads),
        u32("llama.rope.dimension_count", shape.width // shape.heads),
        u32("llama.vocab_size", shape.words),
        pair("llama.attention.layer_norm_rms_epsilon", _F32, struct.pack("<f", 1e-5)),
        *_vocabulary(shape.words),
    ]
    return [*made, words("tokenizer.chat_template", template)] if template else made


def _vocabulary(count: int) -> list[bytes]:
    pieces = [b"<unk>", b"<s>", b"</s>", *(b"<0x%02X>" % code for code in range(256))]
    pieces += [b"w%d" % number for number in range(count - len(pieces))]
    kinds = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256, *[_NORMAL] * (count - 259)]
    return [
        words("tokenizer.ggml.model", "llama"),
        array("tokenizer.ggml.tokens", _TEXT, count, b"".join(map(text, pieces))),
        array("tokenizer.ggml.scores", _F32, count, struct.pack(f"<{count}f", *[-1.0] * count)),
        array("tokenizer.ggml.token_type", _I32, count, struct.pack(f"<{count}i", *kinds)),
        u32("tokenizer.ggml.bos_token_id", 1),
        u32("tokenizer.ggml.eos_token_id", 2),
    ]


def tensors(shape: Shape) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Yield name, type and dimensions of each tensor."""
    width, kind = shape.width, shape.kind
    narrow = width // shape.heads * shape.kv_heads
    yield "token_embd.weight", kind, (width, shape.words)
    for layer in range(shape.layers):
        for name, dimensions in (
            ("attn_q", (width, width)),
            ("attn_k", (width, narrow)),
            ("attn_v", (width, narrow)),
            ("attn_output", (width, width)),
            ("ffn_gate", (width, shape.inner)),
            ("ffn_up", (width, shape.inner)),
            ("ffn_down", (shape.inner, width)),
        ):
            yield f"blk.{layer}.{name}.weight", kind, dimensions
        for name in ("attn_norm", "ffn_norm"):
            yield f"blk.{layer}.{name}.weight", F32, (width,)
    yield "output_norm.weight", F32, (width,)
    if not shape.tied:
        yield "output.weight", kind, (width, shape.words)


def header(
    pairs: Sequence[bytes], listed: Sequence[tuple[str, int, tuple[int, ...]]]
) -> tuple[bytes, int]:
    """Return a file's header, padded to where the data begin, and how many bytes they are."""
    infos, offset = b"", 0
    for name, kind, dimensions in listed:
        infos += text(name) + struct.pack("<I", len(dimensions))
        infos += struct.pack(f"<{len(dimensions)}QIQ", *dimensions, kind, offset % (1 << 64))
        offset += -(-size_of(kind, dimensions) // _ALIGNMENT) * _ALIGNMENT
    head = b"GGUF" + struct.pack("<IQQ", 3, len(listed), len(pairs)) + b"".join(pairs) + infos
    return head + b"\0" * (-len(head) % _ALIGNMENT), offset


def size_of(kind: int, dimensions: tuple[int, ...]) -> int:
    elements = 1
    for dimension in dimensions:
        elements *= dimension
    per_block, block_bytes = _BLOCKS[kind]
    return elements // per_block * block_bytes


def make_sparse(path: Path, shape: Shape = LLAMA_8B, template: str = "") -> Path:
    """Write a header as large as a real model's, with a hole where its weights would be."""
    head, data = header(settings(shape, template), list(tensors(shape)))
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + data)
    return path


def make_tiny(path: Path, shape: Shape = Shape(), template: str = "", seed: int = 1) -> Path:
    """Write a model of random weights in F32 that loads and answers (nonsense)."""
    draw, listed = random.Random(seed), list(tensors(shape))
    head, size = header(settings(shape, template), listed)
    data = bytearray()
    for name, _, dimensions in listed:
        count = size_of(F32, dimensions) // 4
        values = [1.0] * count if "norm" in name else [draw.gauss(0, 0.2) for _ in range(count)]
        data += struct.pack(f"<{count}f", *values)
        data += b"\0" * (-len(data) % _ALIGNMENT)
    path.write_bytes(head + bytes(data[:size]))
    return path


def gguf_bytes(weights: bytes = bytes(4096)) -> bytes:
    """Return a whole file with one tensor of these weights in F16, which does not load."""
    listed = [("tokens.weight", F16, (len(weights) // 2,))]
    head, _ = header(
        [words("general.architecture", "llama"), words("general.name", "Tiny")], listed
    )
    return head + weights
