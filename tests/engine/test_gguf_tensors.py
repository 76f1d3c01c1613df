"""Tensors of a header: their sizes, and that they lie apart inside the file."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.gguf_reader import MalformedError, PastTheEndError, Reader
from medsdesk.engine.gguf_tensors import BLOCKS, Tensor, read_tensors
from tests.made_models import text

EIGHT_B = [("a", 14, (4096, 128_256)), ("b", 12, (4096, 14_336)), ("c", 0, (4096,))]


def _read(listed: Sequence[tuple[str, int, tuple[int, ...], int]], size: int) -> tuple[Tensor, ...]:
    data = b"".join(
        text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
        for name, kind, shape, offset in listed
    )
    return read_tensors(Reader(io.BytesIO(data), len(data) + 32 + size), len(listed), 32)


def test_sizes() -> None:
    sizes = [Tensor(name, kind, shape, 0).size for name, kind, shape in EIGHT_B]
    # bits for each weight: 6.5625 in Q6_K, 4.5 in Q4_K, 32 in F32
    assert sizes == [430_940_160, 33_030_144, 16_384]


@given(st.lists(st.sampled_from(sorted(BLOCKS)), min_size=1, max_size=8), st.randoms())
def test_tensors_side_by_side_in_any_order(kinds: list[int], draw: object) -> None:
    lengths = [-(-Tensor("", kind, (BLOCKS[kind][0],), 0).size // 32) * 32 for kind in kinds]
    starts = [0, *accumulate(lengths)]
    listed = [(f"t{n}", kind, (BLOCKS[kind][0],), starts[n]) for n, kind in enumerate(kinds)]
    draw.shuffle(listed)  # type: ignore[attr-defined] # hypothesis hides random.Random
    found = _read(listed, starts[-1])
    assert [tensor.kind for tensor in found] == [kind for _, kind, _, _ in listed]
    moved = [(name, kind, shape, offset and offset - 32) for name, kind, shape, offset in listed]
    if len(kinds) > 1:
        with pytest.raises(MalformedError):
            _read(moved, starts[-1])
    with pytest.raises(PastTheEndError):
        _read([("t", 0, (starts[-1] + 64,), 0)], starts[-1])
