"""Sizes computed from measures or headers are those of files that others have made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.catalogue import ModelShape
from medsdesk.engine.gguf import read_header
from medsdesk.engine.quantised_sizes import (
    FORMS,
    QUANTISATIONS,
    estimated_bytes,
    estimated_sizes,
    requantised,
)
from tests.made_models import F16, LLAMA_8B, Shape, make_sparse

LLAMA_3 = ModelShape(32, 4096, 14336, 32, 8, 128256)
MEDITRON = ModelShape(32, 4096, 11008, 32, 32, 32017)
QWEN_2 = ModelShape(28, 3584, 18944, 28, 4, 152064, attention_bias=True)
# As the hub lists files of these models, in 10^9 bytes: mradermacher/MMedS-Llama-3-8B-GGUF,
# davidbzyk/meditron-7b-Q4_K_M-GGUF, RichardErkhov/Qwen_-_Qwen2-7B-Instruct-gguf.
LISTED = (
    (LLAMA_3, "F16", 16.1), (LLAMA_3, "Q8_0", 8.54), (LLAMA_3, "Q6_K", 6.6),
    (LLAMA_3, "Q5_K_M", 5.73), (LLAMA_3, "Q4_K_M", 4.92), (LLAMA_3, "Q4_0", 4.66),
    (MEDITRON, "Q4_K_M", 4.08),
    (QWEN_2, "Q4_K_M", 4.68), (QWEN_2, "Q4_0", 4.43), (QWEN_2, "Q8_0", 8.1),
)  # fmt: skip


@pytest.mark.parametrize(("shape", "quantisation", "listed"), LISTED)
def test_sizes_are_those_of_files_on_the_hub(
    shape: ModelShape, quantisation: str, listed: float
) -> None:
    assert estimated_bytes(shape, quantisation) / 1e9 == pytest.approx(listed, rel=0.01)


def test_the_weights_of_known_models_are_counted() -> None:
    assert LLAMA_3.parameters == 8_030_261_248
    assert MEDITRON.parameters == pytest.approx(6.74e9, rel=0.001)
    assert QWEN_2.parameters == 7_615_616_512


def test_an_unknown_quantisation_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        estimated_bytes(LLAMA_3, "Q3_K_S")


@given(st.integers(1, 100), st.integers(1, 8), st.integers(1, 64), st.integers(32, 200_000))
def test_less_exact_forms_are_never_larger(
    layers: int, groups: int, heads: int, vocabulary: int
) -> None:
    heads *= groups
    shape = ModelShape(layers, heads * 256, heads * 512, heads, heads // groups, vocabulary)
    sizes = list(estimated_sizes(shape).values())
    assert list(estimated_sizes(shape)) == list(FORMS)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] >= 2 * shape.parameters


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
