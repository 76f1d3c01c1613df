"""The file that is written says of the model what its checkpoint says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsdesk.checkpoints.byte_bpe import read_vocabulary
from medsdesk.checkpoints.folder import Source, open_checkpoint
from medsdesk.checkpoints.gguf_file import HEADER_ROOM, LlamaFile, write
from medsdesk.checkpoints.llama_shape import read_shape
from medsdesk.checkpoints.tensor_plan import plan
from medsdesk.checkpoints.transformers_tokens import TokenizerFacts
from tests.checkpoints.small import LLAMA31, SPECIALS, Small, make

FACTS = TokenizerFacts((), (), True, False, 1000, 1001, None, (), "{{ x }}")


def _file(folder: Path, small: Small, kind: str = "f32") -> LlamaFile:
    checkpoint = open_checkpoint(make(folder, small))
    shape = read_shape(checkpoint.config)
    vocabulary = read_vocabulary(folder, shape.words)
    source = Source("Small Llama", "apache-2.0", "maker/small", "abc123")
    return LlamaFile(kind, shape, plan(shape, checkpoint.tensors), vocabulary, FACTS, source)


def _fields(path: Path) -> dict[str, Any]:
    from gguf import GGUFReader

    return {name: field.contents() for name, field in GGUFReader(path).fields.items()}


def test_settings_tokens_and_origin_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    write(path, _file(tmp_path / "c", LLAMA31, "f16"), lambda _: None)
    said = _fields(path)
    wanted = {
        "general.architecture": "llama", "general.name": "Small Llama",
        "general.license": "apache-2.0", "general.file_type": 1,
        "general.source.repo_url": "https://huggingface.co/maker/small",
        "general.version": "abc123", "llama.block_count": 2, "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 1, "llama.attention.key_length": 32,
        "llama.rope.dimension_count": 32, "llama.rope.freq_base": 500000.0,
        "llama.context_length": 2048, "llama.vocab_size": 1010,
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "llama-bpe",
        "tokenizer.ggml.bos_token_id": 1000, "tokenizer.ggml.eos_token_id": 1001,
        "tokenizer.ggml.eot_token_id": 1004, "tokenizer.ggml.add_bos_token": True,
        "tokenizer.chat_template": "{{ x }}",
    }  # fmt: skip
    assert {key: said[key] for key in wanted} == wanted
    assert said["tokenizer.ggml.tokens"][1000:1005] == list(SPECIALS)
    assert path.stat().st_size < _file(tmp_path / "d", LLAMA31).weight_bytes + HEADER_ROOM


@pytest.mark.parametrize("small", [Small(), LLAMA31], ids=["gqa", "llama31"])
def test_every_number_is_in_its_place(tmp_path: Path, small: Small) -> None:
    from gguf import GGUFReader

    path = tmp_path / "small.gguf"
    write(path, _file(tmp_path / "c", small), lambda _: None)
    found = {tensor.name: tensor.data for tensor in GGUFReader(path).tensors}
    weights = small.weights()
    assert np.array_equal(found["token_embd.weight"], weights["model.embed_tokens.weight"])
    assert np.array_equal(
        found["blk.1.ffn_down.weight"], weights["model.layers.1.mlp.down_proj.weight"]
    )
    key = weights["model.layers.1.self_attn.k_proj.weight"]
    half = small.head_width // 2
    assert np.array_equal(found["blk.1.attn_k.weight"][1], key[half])
    assert np.array_equal(found["blk.1.attn_k.weight"][2], key[1])
    assert ("rope_freqs.weight" in found) == ("scaling" in small.rope)
    assert ("output.weight" in found) == (not small.tied)


def test_a_window_is_the_context_and_linear_scaling_is_said(tmp_path: Path) -> None:
    file = _file(
        tmp_path / "c",
        Small(rope={"rope_theta": 1e4, "scaling": {"type": "linear", "factor": 2.0}}),
    )
    file = replace(file, shape=replace(file.shape, window=512))
    path = tmp_path / "small.gguf"
    write(path, file, lambda _: None)
    said = _fields(path)
    assert said["llama.context_length"] == 512
    assert (said["llama.rope.scaling.type"], said["llama.rope.scaling.factor"]) == ("linear", 2.0)


def test_progress_ends_with_all_bytes_and_may_stop(tmp_path: Path) -> None:
    file = _file(tmp_path / "c", Small(), "bf16")
    told: list[int] = []
    write(tmp_path / "one.gguf", file, told.append)
    assert told == sorted(told)
    assert told[-1] == file.weight_bytes

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "two.gguf", file, stop)
