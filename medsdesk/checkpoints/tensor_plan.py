"""Which tensor of a checkpoint becomes which of the GGUF file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from medsdesk.checkpoints.llama_shape import LlamaShape
from medsdesk.checkpoints.safetensors_header import StoredTensor
from medsdesk.core.errors import UserFacingError

READABLE: Final = ("F32", "F16", "BF16")
_BUFFERS: Final = (".rotary_emb.inv_freq",)  # computed by every program anew


@dataclass(frozen=True, slots=True)
class PlannedTensor:
    """A tensor to write.

    Attributes:
        name: In the GGUF file.
        source: In the checkpoint.
        heads: Heads whose rows change their order; 0 where rows stay as they are.
    """

    name: str
    source: StoredTensor
    heads: int = 0


def plan(shape: LlamaShape, tensors: Mapping[str, StoredTensor]) -> tuple[PlannedTensor, ...]:
    """Return all tensors of a model in the order in which they are written.

    Transformers turns the first half of a head's numbers against the second; llama.cpp turns
    neighbours, as the first Llama did. The rows of queries and keys are put in its order.

    Raises:
        UserFacingError: One is missing, of another shape or kind, or not known.
    """
    planned: list[PlannedTensor] = []
    left = {name for name in tensors if not name.endswith(_BUFFERS)}
    if shape.tied:
        left.discard("lm_head.weight")  # where it is there, it is the embedding once more
    for name, source, wanted, heads in _wanted(shape):
        found = tensors.get(source)
        if found is None:
            raise _refusal(source, "is missing")
        if found.shape != wanted:
            raise _refusal(source, f"has the shape {found.shape} instead of {wanted}")
        if found.dtype not in READABLE:
            raise _refusal(source, f"holds numbers of the type {found.dtype}")
        left.discard(source)
        planned.append(PlannedTensor(name, found, heads))
    if left:
        raise UserFacingError(
            f"The checkpoint holds tensors that no Llama has, {min(left)[:80]!r} among them.",
            "Choose a checkpoint of the Llama family, or look for a GGUF file of this model.",
        )
    return tuple(planned)


def _wanted(shape: LlamaShape) -> Iterator[tuple[str, str, tuple[int, ...], int]]:
    width, inner = shape.width, shape.inner
    queries, keys = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    yield "token_embd.weight", "model.embed_tokens.weight", (shape.words, width), 0
    for layer in range(shape.layers):
        for name, source, wanted, heads in (
            ("attn_norm", "input_layernorm", (width,), 0),
            ("attn_q", "self_attn.q_proj", (queries, width), shape.heads),
            ("attn_k", "self_attn.k_proj", (keys, width), shape.kv_heads),
            ("attn_v", "self_attn.v_proj", (keys, width), 0),
            ("attn_output", "self_attn.o_proj", (width, queries), 0),
            ("ffn_norm", "post_attention_layernorm", (width,), 0),
            ("ffn_gate", "mlp.gate_proj", (inner, width), 0),
            ("ffn_up", "mlp.up_proj", (inner, width), 0),
            ("ffn_down", "mlp.down_proj", (width, inner), 0),
        ):
            yield (
                f"blk.{layer}.{name}.weight",
                f"model.layers.{layer}.{source}.weight",
                wanted,
                heads,
            )
    yield "output_norm.weight", "model.norm.weight", (width,), 0
    if not shape.tied:
        yield "output.weight", "lm_head.weight", (shape.words, width), 0


def _refusal(name: str, words: str) -> UserFacingError:
    return UserFacingError(
        f"The checkpoint's tensor {name} {words}.",
        "Download the checkpoint again and compare it with its source.",
    )
