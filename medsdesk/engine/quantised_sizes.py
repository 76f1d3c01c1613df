"""How large a model's GGUF file will be in each quantisation, from its measures alone.

The mixtures are those of llama.cpp's own quantiser: which tensors of a mixed form get more bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medsdesk.core.catalogue import ModelShape

QUANTISATIONS: Final = ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0")
"""The forms that are offered, the most exact first."""

# Weights of a block, and its bytes.
_BLOCKS: Final = {
    "F32": (1, 4), "F16": (1, 2), "Q8_0": (32, 34), "Q6_K": (256, 210), "Q5_K": (256, 176),
    "Q4_K": (256, 144), "Q4_0": (32, 18),
}  # fmt: skip
# The block of most tensors, and that of the better kept ones.
_FORMS: Final = {
    "F16": ("F16", "F16"), "Q8_0": ("Q8_0", "Q8_0"), "Q6_K": ("Q6_K", "Q6_K"),
    "Q5_K_M": ("Q5_K", "Q6_K"), "Q4_K_M": ("Q4_K", "Q6_K"), "Q4_0": ("Q4_0", "Q6_K"),
}  # fmt: skip
_MIXED: Final = ("Q5_K_M", "Q4_K_M")  # in which some tensors of the blocks are better kept too
_HEADER_PER_TOKEN: Final = 60  # bytes of vocabulary and merges, as seen in files of Llama 3


def estimated_bytes(shape: ModelShape, quantisation: str) -> int:
    """Return the size of a GGUF file in bytes, to about one percent.

    Args:
        shape: The model's measures.
        quantisation: One of ``QUANTISATIONS``.

    Raises:
        KeyError: It is none of them.
    """
    usual, better = _FORMS[quantisation]
    mixed = quantisation in _MIXED
    data = 0
    for rows, columns, kept in _matrices(shape):
        kind = better if kept == "always" or (kept == "mixed" and mixed) else usual
        per_block, block_bytes = _BLOCKS[kind]
        data += rows * -(-columns // per_block) * block_bytes
    bias = shape.width + 2 * shape.kv_width if shape.attention_bias else 0
    single = shape.layers * (2 * shape.width + bias) + shape.width
    return data + single * _BLOCKS["F32"][1] + shape.vocabulary * _HEADER_PER_TOKEN


def estimated_sizes(shape: ModelShape) -> dict[str, int]:
    """Return the size in bytes by quantisation, the most exact first."""
    return {name: estimated_bytes(shape, name) for name in QUANTISATIONS}


def _matrices(shape: ModelShape) -> Iterator[tuple[int, int, str]]:
    """Yield rows, columns and when a matrix is better kept: never, in mixed forms, or always."""
    width, forward = shape.width, shape.feed_forward
    yield shape.vocabulary, width, "never"  # embedding
    yield shape.vocabulary, width, "always"  # output head
    for layer in range(shape.layers):
        kept = "mixed" if _gets_more_bits(layer, shape.layers) else "never"
        yield width, width, "never"  # queries
        yield shape.kv_width, width, "never"  # keys
        yield shape.kv_width, width, kept  # values
        yield width, width, "never"  # output of attention
        yield forward, width, "never"  # gate
        yield forward, width, "never"  # up
        yield width, forward, kept  # down


def _gets_more_bits(layer: int, layers: int) -> bool:
    """Say whether llama.cpp keeps a layer better: the ends, and every third between them."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2
