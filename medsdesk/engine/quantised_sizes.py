"""What a model's weights take in another quantisation, by the rules of llama.cpp.

The rules are those of its quantiser for models of the Llama family, without an importance
matrix; for other families some layers may get other types, and sizes are off by a few per cent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from medsdesk.core.catalogue import ModelShape
from medsdesk.engine.gguf import GgufHeader
from medsdesk.engine.gguf_tensors import BLOCKS, Tensor

_F32, _F16, _Q4_0, _Q8_0, _Q4_K, _Q5_K, _Q6_K = 0, 1, 2, 8, 12, 13, 14
_USUAL: Final[Mapping[str, int]] = {
    "F16": _F16,
    "Q8_0": _Q8_0,
    "Q6_K": _Q6_K,
    "Q5_K_M": _Q5_K,
    "Q4_K_M": _Q4_K,
    "Q4_0": _Q4_0,
}
FORMS: Final = tuple(_USUAL)
"""The forms a model is made in, the most faithful first."""
QUANTISATIONS: Final = FORMS[1:]
"""Those of them that make it smaller."""

# For rows that are no multiple of a type's block: its stand-in.
_STAND_INS: Final[Mapping[int, int]] = {_Q4_K: 6, _Q5_K: 7, _Q6_K: _Q8_0}
_BLOCK_NAME: Final = re.compile(r"blk\.(\d{1,5})\.(attn_v|ffn_down)\.")
_HEAD: Final = "output.weight"
_EMBEDDING: Final = "token_embd.weight"
_HEADER_PER_TOKEN: Final = 60  # bytes of vocabulary and merges, as seen in files of Llama 3


def requantised(header: GgufHeader, quantisation: str) -> GgufHeader:
    """Return a model's header as it would be in another quantisation.

    Args:
        header: Of the model's file.
        quantisation: One of ``FORMS``.
    """
    layers = header.shape.layers
    tensors = _requantised(header.tensors, quantisation, layers)
    return replace(header, quantisation=quantisation, tensors=tensors)


def estimated_bytes(shape: ModelShape, quantisation: str) -> int:
    """Return the size in bytes of a GGUF file that is not there, to about one percent.

    Args:
        shape: The model's measures.
        quantisation: One of ``FORMS``.

    Raises:
        KeyError: It is none of them.
    """
    tensors = _requantised(tuple(_tensors(shape)), quantisation, shape.layers)
    return sum(tensor.size for tensor in tensors) + shape.vocabulary * _HEADER_PER_TOKEN


def estimated_sizes(shape: ModelShape) -> dict[str, int]:
    """Return the size in bytes by form, the most faithful first."""
    return {name: estimated_bytes(shape, name) for name in FORMS}


def _tensors(shape: ModelShape) -> Iterator[Tensor]:
    """Yield the tensors of a model of these measures, matrices in F16; rows come first."""
    width, inner, narrow = shape.width, shape.feed_forward, shape.kv_width
    yield Tensor(_EMBEDDING, _F16, (width, shape.vocabulary), 0)
    yield Tensor(_HEAD, _F16, (width, shape.vocabulary), 0)
    yield Tensor("output_norm.weight", _F32, (width,), 0)
    bias = width + 2 * narrow if shape.attention_bias else 0
    for layer in range(shape.layers):
        for name, dimensions in (
            ("attn_q", (width, width)),
            ("attn_k", (width, narrow)),
            ("attn_v", (width, narrow)),
            ("attn_output", (width, width)),
            ("ffn_gate", (width, inner)),
            ("ffn_up", (width, inner)),
            ("ffn_down", (inner, width)),
        ):
            yield Tensor(f"blk.{layer}.{name}.weight", _F16, dimensions, 0)
        # The norms of attention and feed-forward part, and biases, as one.
        yield Tensor(f"blk.{layer}.norm.weight", _F32, (2 * width + bias,), 0)


def _requantised(tensors: tuple[Tensor, ...], quantisation: str, layers: int) -> tuple[Tensor, ...]:
    head = _HEAD if any(tensor.name == _HEAD for tensor in tensors) else _EMBEDDING
    return tuple(
        replace(tensor, kind=_kind(tensor, quantisation, layers, head)) for tensor in tensors
    )


def _kind(tensor: Tensor, quantisation: str, layers: int, head: str) -> int:
    if len(tensor.dimensions) < 2 or not tensor.name.endswith("weight") or "norm" in tensor.name:
        return tensor.kind
    usual = _USUAL[quantisation]
    if tensor.name == head:
        return _fitting(tensor, usual if usual in (_F16, _Q8_0) else _Q6_K)
    found = _BLOCK_NAME.match(tensor.name) if quantisation.endswith("_M") else None
    if found and _gets_more(int(found[1]), layers):
        return _fitting(tensor, _Q6_K)
    return _fitting(tensor, usual)


def _gets_more(layer: int, layers: int) -> bool:
    """Return whether a mixed quantisation keeps more of a layer: the outer ones, and a third."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def _fitting(tensor: Tensor, kind: int) -> int:
    row = tensor.dimensions[0]
    while row % BLOCKS[kind][0]:
        kind = _STAND_INS.get(kind, _F16)
    return kind
