"""What a model's weights would take in another quantisation, by the rules of llama.cpp.

The rules are those of its quantiser for models of the Llama family, without an importance
matrix; for other families some layers may get other types, and sizes are off by a few per cent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from medsdesk.engine.gguf import GgufHeader
from medsdesk.engine.gguf_tensors import BLOCKS, Tensor

_Q4_0, _Q8_0, _Q4_K, _Q5_K, _Q6_K, _F16 = 2, 8, 12, 13, 14, 1
QUANTISATIONS: Final[Mapping[str, int]] = {
    "Q8_0": _Q8_0,
    "Q6_K": _Q6_K,
    "Q5_K_M": _Q5_K,
    "Q4_K_M": _Q4_K,
    "Q4_0": _Q4_0,
}
"""Those that are proposed, the most faithful first, with the type of most of their tensors."""

# For rows that are no multiple of a type's block: its stand-in.
_STAND_INS: Final[Mapping[int, int]] = {_Q4_K: 6, _Q5_K: 7, _Q6_K: _Q8_0}
_BLOCK_NAME: Final = re.compile(r"blk\.(\d{1,5})\.(attn_v|ffn_down)\.")


def requantised(header: GgufHeader, quantisation: str) -> GgufHeader:
    """Return a model's header as it would be in another quantisation.

    Args:
        header: Of the model's file.
        quantisation: A key of ``QUANTISATIONS``.
    """
    has_head = any(tensor.name == "output.weight" for tensor in header.tensors)
    tensors = tuple(
        replace(tensor, kind=_kind(tensor, quantisation, header.shape.layers, has_head=has_head))
        for tensor in header.tensors
    )
    return replace(header, quantisation=quantisation, tensors=tensors)


def _kind(tensor: Tensor, quantisation: str, layers: int, *, has_head: bool) -> int:
    if len(tensor.dimensions) < 2 or not tensor.name.endswith("weight") or "norm" in tensor.name:
        return tensor.kind
    usual = QUANTISATIONS[quantisation]
    head = "output.weight" if has_head else "token_embd.weight"
    if tensor.name == head:
        return _fitting(tensor, _Q8_0 if usual == _Q8_0 else _Q6_K)
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
