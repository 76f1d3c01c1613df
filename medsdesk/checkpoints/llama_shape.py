"""What ``config.json`` says of a Llama model's shape, checked before it is believed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from medsdesk.core.errors import UserFacingError

_KINDS: Final = ("LlamaForCausalLM", "MistralForCausalLM")
_THETA: Final = 10_000.0  # transformers' own where a checkpoint says nothing
_EPSILON: Final = 1e-6
_MOST: Final = 1 << 24
_OTHER = "Choose a checkpoint of the Llama family, or look for a GGUF file of this model."


@dataclass(frozen=True, slots=True)
class RopeScaling:
    """How positions are stretched beyond the first training's context.

    Attributes:
        kind: ``llama3`` or ``linear``.
        factor: By how much.
        low: Llama 3 only: waves longer than ``original / low`` are stretched wholly.
        high: Llama 3 only: waves shorter than ``original / high`` are not stretched.
        original: Llama 3 only: context of the first training.
    """

    kind: str
    factor: float
    low: float = 1.0
    high: float = 4.0
    original: int = 8192


@dataclass(frozen=True, slots=True)
class LlamaShape:
    """Sizes of a model of the Llama family.

    Attributes:
        layers: Blocks.
        width: Of the hidden state.
        inner: Width of the feed-forward part.
        heads: Of attention.
        kv_heads: Heads that keys and values have.
        head_width: Numbers of a head.
        words: Rows of the embedding.
        context: Longest context, in tokens.
        epsilon: Of the RMS norms.
        theta: Base of the rotary positions.
        scaling: Of the rotary positions; None where there is none.
        tied: Whether the output shares the embedding's weights.
        window: Tokens back that are attended to; 0 for all.
    """

    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    head_width: int
    words: int
    context: int
    epsilon: float
    theta: float
    scaling: RopeScaling | None
    tied: bool
    window: int = 0

    def rope_factors(self) -> tuple[float, ...] | None:
        """Return by what each rotary frequency is divided; None where all stay.

        Llama 3's rule (Meta, llama-models, ``apply_scaling``): with the wave length
        w = 2 pi / f of a frequency f and the context c of the first training, frequencies with
        w < c / high stay, those with w > c / low are divided by the factor F, and those between
        become (1 - s) f / F + s f with s = (c / w - low) / (high - low).
        """
        scaling = self.scaling
        if scaling is None or scaling.kind != "llama3":
            return None
        return tuple(
            _llama3_factor(scaling, self.theta ** (place / self.head_width))
            for place in range(0, self.head_width, 2)
        )


def _llama3_factor(scaling: RopeScaling, inverse_frequency: float) -> float:
    wave = 2 * math.pi * inverse_frequency
    if wave < scaling.original / scaling.high:
        return 1.0
    if wave > scaling.original / scaling.low:
        return scaling.factor
    share = (scaling.original / wave - scaling.low) / (scaling.high - scaling.low)
    return 1 / ((1 - share) / scaling.factor + share)


def read_shape(config: Mapping[str, Any]) -> LlamaShape:
    """Return the shape that a configuration describes.

    Raises:
        UserFacingError: It is of another family, or impossible.
    """
    _check_kind(config)
    heads, width = _count(config, "num_attention_heads"), _count(config, "hidden_size")
    kv_heads = _count(config, "num_key_value_heads", heads)
    head_width = _count(config, "head_dim", width // heads)
    if head_width % 2 or heads % kv_heads:
        raise _impossible("num_attention_heads")
    rope = _rope(config)
    window = config.get("sliding_window")
    return LlamaShape(
        layers=_count(config, "num_hidden_layers"),
        width=width,
        inner=_count(config, "intermediate_size"),
        heads=heads,
        kv_heads=kv_heads,
        head_width=head_width,
        words=_count(config, "vocab_size"),
        context=_count(config, "max_position_embeddings", 2048),
        epsilon=_real(config, "rms_norm_eps", _EPSILON),
        theta=_real(rope, "rope_theta", _real(config, "rope_theta", _THETA)),
        scaling=_scaling(rope),
        tied=config.get("tie_word_embeddings", False) is True,
        window=_count(config, "sliding_window") if window is not None else 0,
    )


def _check_kind(config: Mapping[str, Any]) -> None:
    kinds = config.get("architectures")
    kind = kinds[0] if isinstance(kinds, list) and kinds else None
    if kind not in _KINDS:
        named = f" ({kind[:60]})" if isinstance(kind, str) and kind.isidentifier() else ""
        raise UserFacingError(
            f"The checkpoint is of a kind{named} that cannot be converted here.", _OTHER
        )
    if config.get("hidden_act", "silu") != "silu":
        raise UserFacingError("The checkpoint differs from Llama in its activation.", _OTHER)
    if config.get("quantization_config"):
        raise UserFacingError(
            "The checkpoint is quantised already, in a form of its own.",
            "Take the checkpoint it was made from, in 16 or 32 bits.",
        )
    for name in ("attention_bias", "mlp_bias"):
        if config.get(name, False) is not False:
            raise UserFacingError(f"The checkpoint differs from Llama: it has {name}.", _OTHER)


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    # transformers 5 puts into rope_parameters what was in rope_scaling and beside it.
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if not isinstance(rope, dict):
        raise _impossible("rope_scaling")
    return rope


def _scaling(rope: Mapping[str, Any]) -> RopeScaling | None:
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind in ("default", None):
        return None
    if kind == "linear":
        return RopeScaling("linear", _real(rope, "factor"))
    if kind == "llama3":
        scaling = RopeScaling(
            "llama3",
            _real(rope, "factor"),
            _real(rope, "low_freq_factor"),
            _real(rope, "high_freq_factor"),
            _count(rope, "original_max_position_embeddings"),
        )
        if scaling.low >= scaling.high:
            raise _impossible("rope_scaling")
        return scaling
    raise UserFacingError(
        "The checkpoint stretches positions in a way that is not known here.", _OTHER
    )


def _count(config: Mapping[str, Any], key: str, otherwise: int | None = None) -> int:
    value = config.get(key)
    if value is None and otherwise is not None:
        value = otherwise
    if type(value) is not int or not 0 < value <= _MOST:
        raise _impossible(key)
    return value


def _real(config: Mapping[str, Any], key: str, otherwise: float | None = None) -> float:
    value = config.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
        raise _impossible(key)
    return float(value)


def _impossible(key: str) -> UserFacingError:
    return UserFacingError(
        f"config.json gives no usable value of {key}.",
        "Download the checkpoint again and compare it with its source.",
    )
