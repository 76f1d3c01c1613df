"""Sizes of models by their settings."""

from __future__ import annotations

import pytest

from medsdesk.engine.gguf_reader import Value
from medsdesk.engine.gguf_shape import ModelShape, shape_of

LLAMA: dict[str, Value] = {
    "x.block_count": 32,
    "x.embedding_length": 4096,
    "x.feed_forward_length": 14_336,
    "x.attention.head_count": 32,
    "x.attention.head_count_kv": 8,
}


def test_grouped_heads() -> None:
    assert shape_of(LLAMA, "x") == ModelShape(
        32, 4096, 14_336, (2048,) * 32, head_widths=(128, 128), heads=32
    )


@pytest.mark.parametrize(
    ("more", "kv_width"),
    [
        ({"x.attention.head_count_kv": None}, 8192),  # every head its own
        ({"x.attention.key_length": 256, "x.attention.value_length": 64}, 2560),
        ({"x.attention.head_count_kv": (4, 8)}, 2048),  # a list of another length: the most
        ({"x.attention.head_count": None}, 0),
        ({"x.attention.head_count_kv": (-1,) * 32}, 0),
    ],
)
def test_other_heads(more: dict[str, Value], kv_width: int) -> None:
    assert shape_of(LLAMA | more, "x").kv_widths == (kv_width,) * 32


def test_experts_windows_and_states() -> None:
    more: dict[str, Value] = {
        "x.expert_used_count": 4,
        "x.expert_feed_forward_length": 6000,
        "x.attention.sliding_window": 1024,
        "x.ssm.state_size": 16,
    }
    shape = shape_of(LLAMA | more, "x")
    assert (shape.inner, shape.window, shape.kv_exact) == (24_000, 1024, False)


def test_nonsense_is_nothing() -> None:
    assert shape_of({}, "x") == ModelShape()
    assert shape_of({"x.block_count": "many"}, "x").layers == 0
    assert shape_of({"x.block_count": 1 << 60}, "x").layers == 10_000
