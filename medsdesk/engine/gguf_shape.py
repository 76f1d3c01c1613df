"""The sizes of a model, as the settings of its file give them: all that memory depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medsdesk.engine.gguf_reader import Value

# Settings that may be lists, with a number for each layer.
LISTED: Final = (".head_count", ".head_count_kv", ".feed_forward_length")
_MOST_LAYERS: Final = 10_000
# Models with these keep something else than keys and values of every token, or less.
_UNUSUAL: Final = ("ssm.state_size", "wkv.head_size", "attention.kv_lora_rank")


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a model; zeros where the file does not say.

    Attributes:
        layers: Blocks, without the head behind them.
        width: Of what passes from block to block.
        inner: Width inside a block.
        kv_widths: For each block, the elements that it keeps of every token: key and value.
        kv_exact: Whether just that is kept; else ``kv_widths`` is an upper bound.
        head_widths: Elements of a key and of a value, for each head.
        heads: That look at what is kept, in each block.
        window: Tokens of a sliding window, 0 for none. It saves nothing here: what prompts
            have in common is kept whole.
    """

    layers: int = 0
    width: int = 0
    inner: int = 0
    kv_widths: tuple[int, ...] = ()
    kv_exact: bool = True
    head_widths: tuple[int, int] = (0, 0)
    heads: int = 0
    window: int = 0


def shape_of(values: Mapping[str, Value], architecture: str) -> ModelShape:
    """Return the sizes that a file's settings give."""

    def ask(name: str, otherwise: int = 0) -> int:
        given = values.get(f"{architecture}.{name}")
        if isinstance(given, tuple):
            return max(given, default=otherwise)
        return given if isinstance(given, int) and given >= 0 else otherwise

    layers, heads = min(ask("block_count"), _MOST_LAYERS), ask("attention.head_count")
    width = ask("embedding_length")
    usual = width // heads if heads else 0
    head_widths = ask("attention.key_length", usual), ask("attention.value_length", usual)
    given = values.get(f"{architecture}.attention.head_count_kv")
    kv_heads = given if isinstance(given, tuple) else (ask("attention.head_count_kv", heads),)
    if len(kv_heads) != layers:
        kv_heads = (max(kv_heads, default=0),) * layers
    experts = ask("expert_used_count") * ask("expert_feed_forward_length")
    return ModelShape(
        layers=layers,
        width=width,
        inner=max(ask("feed_forward_length"), experts),
        kv_widths=tuple(max(0, count) * sum(head_widths) for count in kv_heads),
        kv_exact=not any(f"{architecture}.{name}" in values for name in _UNUSUAL),
        head_widths=head_widths,
        heads=heads,
        window=ask("attention.sliding_window"),
    )
