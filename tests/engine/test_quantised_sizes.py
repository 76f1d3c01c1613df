"""Sizes of quantisations, against files that others have made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.engine.gguf import read_header
from medsdesk.engine.quantised_sizes import QUANTISATIONS, requantised
from tests.made_models import F16, LLAMA_8B, Shape, make_sparse

# File sizes of Llama 3 8B Instruct as they are published on the hub, in bytes.
PUBLISHED = {
    "Q8_0": 8_540_770_560,
    "Q6_K": 6_596_006_144,
    "Q5_K_M": 5_732_987_136,
    "Q4_K_M": 4_920_733_952,
    "Q4_0": 4_661_211_392,
}


@pytest.mark.parametrize("kind", [F16, LLAMA_8B.kind])
def test_llama_3_8b(tmp_path: Path, kind: int) -> None:
    header = read_header(make_sparse(tmp_path / "m.gguf", replace(LLAMA_8B, kind=kind)))
    for name, size in PUBLISHED.items():
        made = requantised(header, name)
        # The vocabulary and the settings in front of the weights are 0.1 to 0.2 per cent.
        assert sum(t.size for t in made.tensors) == pytest.approx(size, rel=0.003)
        assert made.parameters == header.parameters
    assert tuple(QUANTISATIONS) == tuple(PUBLISHED)


def test_rows_that_no_block_fits(tmp_path: Path) -> None:
    shape = Shape(width=96, heads=3, kv_heads=3, inner=80, tied=True)
    header = read_header(make_sparse(tmp_path / "m.gguf", shape))
    kinds = {t.name: t.kind for t in requantised(header, "Q4_K_M").tensors}
    assert kinds["blk.0.attn_q.weight"] == 6  # Q5_0 instead of Q4_K
    assert kinds["token_embd.weight"] == 8  # the head: Q8_0 instead of Q6_K
    assert kinds["blk.0.ffn_down.weight"] == 1  # 80 is no multiple of 32 either
    assert kinds["blk.0.attn_norm.weight"] == 0
