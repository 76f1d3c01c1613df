"""Every tensor of a Llama has its place, and nothing else has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.checkpoints.llama_shape import read_shape
from medsdesk.checkpoints.safetensors_header import StoredTensor
from medsdesk.checkpoints.tensor_plan import plan
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import LLAMA31, Small


def _stored(small: Small) -> dict[str, StoredTensor]:
    return {
        name: StoredTensor(name, "BF16", numbers.shape, Path("x"), 0, numbers.size * 2)
        for name, numbers in small.weights().items()
    }


def test_queries_and_keys_alone_change_their_rows() -> None:
    planned = plan(read_shape(Small().config()), _stored(Small()))
    heads = {one.name: one.heads for one in planned if one.heads}
    assert heads == {
        f"blk.{layer}.attn_{name}.weight": count
        for layer in range(3)
        for name, count in (("q", 4), ("k", 2))
    }
    assert len({one.name for one in planned}) == len(planned) == len(Small().weights())


def test_tied_weights_are_written_once() -> None:
    tensors = _stored(LLAMA31)
    tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"]
    planned = plan(read_shape(LLAMA31.config()), tensors)
    assert "output.weight" not in {one.name for one in planned}


def test_buffers_are_left_out_and_strangers_refused() -> None:
    shape, tensors = read_shape(Small().config()), _stored(Small())
    buffer = replace(tensors["model.norm.weight"], shape=(8,))
    plan(shape, tensors | {"model.layers.0.self_attn.rotary_emb.inv_freq": buffer})
    with pytest.raises(UserFacingError, match="no Llama has"):
        plan(shape, tensors | {"model.layers.0.self_attn.q_proj.bias": buffer})


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"shape": (65,)}, "has the shape"), ({"dtype": "I8"}, "of the type I8"), (None, "missing")],
)
def test_a_wrong_tensor_is_named(changed: dict[str, object] | None, words: str) -> None:
    shape, tensors = read_shape(Small().config()), _stored(Small())
    norm = tensors.pop("model.norm.weight")
    if changed is not None:
        tensors["model.norm.weight"] = replace(norm, **changed)  # type: ignore[arg-type] # a table
    with pytest.raises(UserFacingError, match=words) as caught:
        plan(shape, tensors)
    assert "model.norm.weight" in caught.value.message
