"""How keys and values of the context are kept, what that takes, and when it cannot be.

llama.cpp keeps a quantised type in blocks of 32 elements with their scale: Q8_0 in 34 bytes, Q4_0
in 18. It reads values of a quantised type in flash attention only, a head at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import FlashAttention, KvCache, LoadConfig
from medsdesk.engine.gguf_shape import ModelShape

TYPES: Final[Mapping[KvCache, int]] = {"f16": 1, "q8_0": 8, "q4_0": 2}
"""Numbers that ggml gives the types."""
FLASH: Final[Mapping[FlashAttention, int]] = {"auto": -1, "on": 1, "off": 0}
"""Numbers that llama.cpp gives the ways of attention."""

_BLOCK: Final = 32
_BLOCK_BYTES: Final[Mapping[KvCache, int]] = {"f16": 64, "q8_0": 34, "q4_0": 18}


def cell_bytes(width: int, kv_cache: KvCache) -> int:
    """Return what so many elements of one token take, in bytes.

    Args:
        width: Elements; with a quantised type a multiple of 32, else blocks are filled up.
        kv_cache: How they are kept.
    """
    if kv_cache == "f16":
        return 2 * width
    return -(-width // _BLOCK) * _BLOCK_BYTES[kv_cache]


def check_kv_cache(shape: ModelShape, config: LoadConfig) -> None:
    """Refuse what llama.cpp cannot do.

    Raises:
        UserFacingError: A quantised cache without flash attention, or with heads that are no
            multiple of its blocks.
    """
    if config.kv_cache == "f16":
        return
    if config.flash_attention == "off":
        raise UserFacingError(
            f"The context cannot be kept as {config.kv_cache.upper()} without flash attention.",
            "Leave flash attention to auto or on, or keep the context as F16.",
        )
    width = next((width for width in shape.head_widths if width % _BLOCK), 0)
    if width:
        raise UserFacingError(
            f"The context of this model cannot be kept as {config.kv_cache.upper()}: its heads "
            f"are {width} wide, which is no multiple of {_BLOCK}.",
            "Keep the context as F16.",
        )


def can_be_kept(shape: ModelShape, kv_cache: KvCache) -> bool:
    """Return whether the heads of a model suit a type."""
    return kv_cache == "f16" or not any(width % _BLOCK for width in shape.head_widths)
