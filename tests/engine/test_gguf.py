"""Headers of GGUF files: good ones, hostile ones, and how fast."""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.gguf import read_header

U32, INT32, TEXT, ARRAY, U64, BOOL, F32 = 4, 5, 8, 9, 10, 7, 6


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key: str, kind: int, payload: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + payload


def u32(key: str, value: int) -> bytes:
    return pair(key, U32, struct.pack("<I", value))


def array(key: str, kind: int, count: int, payload: bytes) -> bytes:
    return pair(key, ARRAY, struct.pack("<IQ", kind, count) + payload)


def tensor(name: str, kind: int, offset: int, *shape: int) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


MODEL = [
    pair("general.architecture", TEXT, text("llama")),
    pair("general.name", TEXT, text("Synthetic Modèle")),
    u32("general.file_type", 15),
    u32("llama.block_count", 4),
    u32("llama.context_length", 8192),
    u32("llama.embedding_length", 512),
    u32("llama.attention.head_count", 8),
    u32("llama.attention.head_count_kv", 2),
    pair("llama.rope.freq_base", F32, struct.pack("<f", 1e4)),
    pair("tokenizer.ggml.pre", TEXT, text("llama-bpe")),
    array("tokenizer.ggml.tokens", TEXT, 3, text("a") + text("") + text("ccc")),
    array("tokenizer.ggml.token_type", INT32, 3, struct.pack("<3i", 1, 1, 3)),
    pair("tokenizer.ggml.add_bos_token", BOOL, b"\x01"),
    pair("tokenizer.chat_template", TEXT, text("{{ messages }}")),
]
TENSORS = [tensor("a", 0, 0, 8, 4), tensor("b", 2, 128, 64, 2)]
DATA = b"\0" * (128 + 4 * 18)


def build(
    pairs: list[bytes] = MODEL,
    tensors: list[bytes] = TENSORS,
    data: bytes = DATA,
    *,
    version: int = 3,
) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs))
    body = head + b"".join(pairs) + b"".join(tensors)
    return body + b"\0" * (-len(body) % 32) + data


def write(folder: Path, data: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(data)
    return path


def test_a_whole_header(tmp_path: Path) -> None:
    path = write(tmp_path, build())
    header = read_header(path)
    assert header.architecture == "llama"
    assert header.name == "Synthetic Modèle"
    assert header.quantisation == "Q4_K_M"
    assert header.parameters == 8 * 4 + 64 * 2
    assert (header.context_train, header.layers) == (8192, 4)
    assert header.chat_template == "{{ messages }}"
    assert header.tokenizer_pre == "llama-bpe"
    assert header.size_bytes == path.stat().st_size
    # 2 heads x (64 + 64) wide in each of 4 layers
    assert header.shape.kv_widths == (256,) * 4


def test_heads_given_per_layer(tmp_path: Path) -> None:
    heads = array("llama.attention.head_count_kv", INT32, 4, struct.pack("<4i", 2, 2, 1, 1))
    pairs = [p for p in MODEL if b"head_count_kv" not in p]
    shape = read_header(write(tmp_path, build([*pairs, heads]))).shape
    assert shape.kv_widths == (256, 256, 128, 128)


def test_the_least_a_header_may_say(tmp_path: Path) -> None:
    header = read_header(write(tmp_path, build(MODEL[:1], [], b"")))
    assert (header.name, header.quantisation, header.parameters) == ("", "unknown", 0)
    assert (header.chat_template, header.shape.kv_widths, header.tensors) == (None, (), ())


def _many(count: int) -> bytes:
    return array("x", U32, count, b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"GG", "is not a GGUF"),
        (b"This is a synthetic note, not a model.", "is not a GGUF"),
        (b"PK\x03\x04" + build()[4:], "is not a GGUF"),
        (build(version=1), "too old"),
        (build(version=9), "newer GGUF version 9"),
        (build(version=3 << 24), "big-endian"),
        (b"GGUF\x03\0\0\0", "cut short"),
        (build()[:100], "cut short"),
        (build()[:-10], "cut short"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60), "settings"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0), "tensors"),
        (b"GGUF" + struct.pack("<IQQ", 3, 50_000, 0), "cut short"),
        (build([pair("k", 99, b"")]), "unknown type"),
        (build([array("k", 99, 1, b"")]), "unknown type"),
        (build([array("k", ARRAY, 1, b"")]), "unknown type"),
        (build([text("k") + struct.pack("<IQ", TEXT, (1 << 64) - 1)]), "cut short"),
        (build([struct.pack("<Q", 1 << 63)]), "cut short"),
        (build([_many(1 << 62)]), "elements in a list"),
        (build([_many(400)]), "cut short"),
        (build([array("k", TEXT, 2, text("a") + struct.pack("<Q", 1 << 63))]), "cut short"),
        (build(MODEL[1:]), "which kind of model"),
        (build(tensors=[tensor("a", 0, 0)]), "impossible dimensions"),
        (build(tensors=[tensor("a", 0, 0, 1, 1, 1, 1, 1)]), "impossible dimensions"),
        (build(tensors=[tensor("a", 0, 0, 1 << 60, 1 << 60)]), "impossible size"),
        (build(tensors=[tensor("a", 0, 0, 1 << 40)]), "cut short"),
        (build(tensors=[tensor("a", 0, 1 << 63, 8)]), "cut short"),
        (build(tensors=[tensor("a", 0, 0, 8, 0)]), "impossible size"),
        (build(tensors=[tensor("a", 2, 0, 8, 4)]), "impossible size"),
        (build(tensors=[tensor("a", 4, 0, 32)]), "not known here"),
        (build(tensors=[tensor("a", 0, 8, 8)]), "overlap"),
        (build(tensors=[tensor("a", 0, 0, 8, 4), tensor("b", 0, 32, 8)]), "overlap"),
        (build(tensors=[tensor("a", 0, 0, 8), tensor("a", 0, 32, 8)]), "two tensors of one name"),
        (build([*MODEL, MODEL[1]]), "two settings of one name"),
        (build([*MODEL, u32("general.alignment", 48)]), "impossible alignment"),
        (build([*MODEL, u32("general.alignment", 0)]), "impossible alignment"),
        (build([*MODEL, pair("general.alignment", TEXT, text("x"))]), "impossible alignment"),
    ],
)
def test_what_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UserFacingError, match=words) as caught:
        read_header(write(tmp_path, data))
    assert "model.gguf" in caught.value.message
    assert caught.value.hint


def test_every_cut_is_an_error_for_people(tmp_path: Path) -> None:
    whole = build()
    for length in range(len(whole)):
        with pytest.raises(UserFacingError):
            read_header(write(tmp_path, whole[:length]))


def test_every_flipped_byte_is_read_or_refused(tmp_path: Path) -> None:
    whole = build()
    for index in range(len(whole) - len(DATA)):
        broken = bytearray(whole)
        broken[index] ^= 0xFF
        # Any other exception is a fault of ours and fails the test.
        with contextlib.suppress(UserFacingError):
            read_header(write(tmp_path, bytes(broken)))


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda path: path, "is not there"), (lambda path: path.mkdir() or path, "is not a file")],
)
def test_no_file(tmp_path: Path, make: Callable[[Path], Path], words: str) -> None:
    with pytest.raises(UserFacingError, match=words):
        read_header(make(tmp_path / "model.gguf"))


def test_a_header_of_an_8b_model_is_quick(tmp_path: Path) -> None:
    # The shape of Llama 3: 128,256 tokens, 280,147 merges, 291 tensors.
    tokens = array("t", TEXT, 128_256, b"".join(text(f"tok{i}") for i in range(128_256)))
    merges = array("m", TEXT, 280_147, b"".join(text(f"me rge{i}") for i in range(280_147)))
    types = array("y", INT32, 128_256, b"\0" * 4 * 128_256)
    tensors = [tensor(f"blk.{i}.weight", 0, 32 * i, 8) for i in range(291)]
    data = b"\0" * 32 * 291
    path = write(tmp_path, build([*MODEL, tokens, types, merges], tensors, data))
    best = min(_seconds(path) for _ in range(5))
    assert best < 0.2


def _seconds(path: Path) -> float:
    began = time.process_time()
    assert read_header(path).layers == 4
    return time.process_time() - began


@pytest.mark.gguf
def test_the_demonstration_model(demo_model: Path) -> None:
    header = read_header(demo_model)
    assert (header.architecture, header.quantisation) == ("llama", "Q4_1")
    assert header.parameters == 134_515_008
    assert (header.context_train, header.layers) == (8192, 30)
    assert "<|im_start|>" in (header.chat_template or "")
