"""The ways of keeping a context: sizes, and what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import KV_CACHES, FlashAttention, KvCache, LoadConfig
from medsdesk.engine.gguf_shape import ModelShape
from medsdesk.engine.kv_cache import can_be_kept, cell_bytes, check_kv_cache

WIDE, ODD = ModelShape(head_widths=(128, 64)), ModelShape(head_widths=(128, 80))


@given(st.integers(0, 10_000))
def test_a_block_of_32_elements(blocks: int) -> None:
    sizes = [cell_bytes(32 * blocks, kind) for kind in KV_CACHES]
    assert sizes == [64 * blocks, 34 * blocks, 18 * blocks]


@pytest.mark.parametrize(
    ("shape", "kind", "flash", "words"),
    [
        (WIDE, "q8_0", "off", "kept as Q8_0 without flash attention"),
        (ODD, "q4_0", "auto", "80 wide, which is no multiple of 32"),
    ],
)
def test_what_cannot_be(
    shape: ModelShape, kind: KvCache, flash: FlashAttention, words: str
) -> None:
    with pytest.raises(UserFacingError, match=words):
        check_kv_cache(shape, LoadConfig("m.gguf", kv_cache=kind, flash_attention=flash))


@pytest.mark.parametrize("kind", KV_CACHES)
def test_what_can_be(kind: KvCache) -> None:
    check_kv_cache(WIDE, LoadConfig("m.gguf", kv_cache=kind))
    check_kv_cache(ODD, LoadConfig("m.gguf", flash_attention="off"))
    assert can_be_kept(WIDE, kind)
    assert can_be_kept(ODD, kind) is (kind == "f16")
