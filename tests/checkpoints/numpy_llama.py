"""The Llama forward pass in numpy, from the papers: an oracle that shares no code with any other.

RMS norm (Zhang and Sennrich 2019), rotary positions (Su et al. 2021), grouped queries (Ainslie et
al. 2023), SwiGLU (Shazeer 2020), in float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tests.checkpoints.small import Floats, Small

Array = NDArray[np.float64]


def logits(small: Small, weights: Mapping[str, Floats], tokens: Sequence[int]) -> Array:
    """Return what the model gives each word after each token, one row per token."""
    full = {name: numbers.astype(np.float64) for name, numbers in weights.items()}
    angles = np.outer(np.arange(len(tokens)), _frequencies(small))
    hidden = full["model.embed_tokens.weight"][list(tokens)]
    for layer in range(small.layers):
        front = f"model.layers.{layer}."
        part = {k.removeprefix(front): v for k, v in full.items() if k.startswith(front)}
        normed = _norm(hidden, part["input_layernorm.weight"])
        hidden = hidden + _attention(small, part, normed, angles)
        normed = _norm(hidden, part["post_attention_layernorm.weight"])
        gate = normed @ part["mlp.gate_proj.weight"].T
        inner = gate / (1 + np.exp(-gate)) * (normed @ part["mlp.up_proj.weight"].T)
        hidden = hidden + inner @ part["mlp.down_proj.weight"].T
    output = "model.embed_tokens.weight" if small.tied else "lm_head.weight"
    result: Array = _norm(hidden, full["model.norm.weight"]) @ full[output].T
    return result


def _frequencies(small: Small) -> Array:
    plain = small.rope["rope_theta"] ** -(np.arange(0, small.head_width, 2) / small.head_width)
    scaling = small.rope.get("scaling")
    if scaling is None:
        return np.asarray(plain)
    turns = scaling["original_max_position_embeddings"] * plain / (2 * np.pi)
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    kept = np.clip((turns - low) / (high - low), 0, 1)
    return np.asarray(kept * plain + (1 - kept) * plain / scaling["factor"])


def _norm(hidden: Array, gain: Array) -> Array:
    return np.asarray(gain * hidden / np.sqrt((hidden**2).mean(-1, keepdims=True) + 1e-5))


def _turn(heads: Array, angles: Array) -> Array:
    first, second = np.split(heads, 2, axis=-1)
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def _attention(small: Small, part: Mapping[str, Array], normed: Array, angles: Array) -> Array:
    n = len(normed)
    q, k, v = (
        (normed @ part[f"self_attn.{name}_proj.weight"].T).reshape(n, -1, small.head_width)
        for name in "qkv"
    )
    q, k = _turn(q, angles), _turn(k, angles)
    shared = small.heads // small.kv_heads
    k, v = np.repeat(k, shared, axis=1), np.repeat(v, shared, axis=1)
    scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(small.head_width)
    scores = np.where(np.tril(np.ones((n, n), dtype=bool)), scores, -np.inf)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    seen = np.einsum("hij,jhd->ihd", shares, v).reshape(n, -1)
    return np.asarray(seen @ part["self_attn.o_proj.weight"].T)
