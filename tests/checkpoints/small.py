"""A small random checkpoint of the Llama family, the same one each time: weights by numpy, a real
byte-level BPE with Llama 3's rules by the package ``tokenizers``."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medsdesk.checkpoints.pre_tokenizers import LLAMA3_PATTERN

NAMES = ("begin_of_text", "end_of_text", "start_header_id", "end_header_id", "eot_id")
SPECIALS = tuple(f"<|{name}|>" for name in NAMES)
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message['role'] }}"
    "<|end_header_id|>\n\n{{ message['content'] }}<|eot_id|>{% endfor %}"
)
PASSAGES = Path(__file__).resolve().parents[2] / "resources" / "passages" / "medical.toml"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Small:
    """Sizes of the checkpoint; 1005 words, and five rows more."""

    seed: int = 1
    layers: int = 3
    width: int = 64
    inner: int = 96
    heads: int = 4
    kv_heads: int = 2
    head_width: int = 16
    words: int = 1010
    tied: bool = False
    rope: Mapping[str, Any] = field(default_factory=lambda: {"rope_theta": 10000.0})

    def config(self) -> dict[str, Any]:
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "hidden_act": "silu",
            "hidden_size": self.width,
            "intermediate_size": self.inner,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.head_width,
            "vocab_size": self.words,
            "max_position_embeddings": 2048,
            "rms_norm_eps": 1e-5,
            "tie_word_embeddings": self.tied,
            "attention_bias": False,
            "bos_token_id": 1000,
            "eos_token_id": 1001,
            **({"rope_theta": self.rope["rope_theta"]} if "rope_theta" in self.rope else {}),
            **({"rope_scaling": dict(self.rope["scaling"])} if "scaling" in self.rope else {}),
        }

    def weights(self) -> dict[str, Floats]:
        """Return all tensors, drawn so that each token's guess depends on those before it."""
        random = np.random.default_rng(self.seed)

        def matrix(rows: int, columns: int, gain: float = 1.0) -> Floats:
            drawn: Floats = random.standard_normal((rows, columns)) * gain / np.sqrt(columns)
            return drawn.astype(np.float32)

        def norm() -> Floats:
            return (1 + 0.2 * random.standard_normal(self.width)).astype(np.float32)

        queries, keys = self.heads * self.head_width, self.kv_heads * self.head_width
        made = {"model.embed_tokens.weight": matrix(self.words, self.width, 4.0)}
        for layer in range(self.layers):
            front = f"model.layers.{layer}."
            made |= {
                f"{front}input_layernorm.weight": norm(),
                f"{front}self_attn.q_proj.weight": matrix(queries, self.width, 2.0),
                f"{front}self_attn.k_proj.weight": matrix(keys, self.width, 2.0),
                f"{front}self_attn.v_proj.weight": matrix(keys, self.width, 2.0),
                f"{front}self_attn.o_proj.weight": matrix(self.width, queries, 2.0),
                f"{front}post_attention_layernorm.weight": norm(),
                f"{front}mlp.gate_proj.weight": matrix(self.inner, self.width, 2.0),
                f"{front}mlp.up_proj.weight": matrix(self.inner, self.width),
                f"{front}mlp.down_proj.weight": matrix(self.width, self.inner),
            }
        made["model.norm.weight"] = norm()
        if not self.tied:
            made["lm_head.weight"] = matrix(self.words, self.width, 3.0)
        return made


LLAMA31 = Small(
    seed=2,
    layers=2,
    heads=4,
    kv_heads=1,
    head_width=32,
    tied=True,
    rope={
        "rope_theta": 500000.0,
        "scaling": {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    },
)
"""Llama 3.1's stretched positions, tied weights, heads wider than the hidden state's share."""
WIDE = Small(seed=3, layers=2, width=256, inner=512, heads=8, kv_heads=4, head_width=32)
"""Wide enough for blocks of 256 weights."""


def make(folder: Path, small: Small, dtype: str = "F32", shards: int = 1) -> Path:
    """Write the checkpoint into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(small.config()), encoding="utf-8")
    weights = small.weights()
    if shards == 1:
        write_safetensors(folder / "model.safetensors", weights, dtype)
    else:
        _write_shards(folder, weights, dtype, shards)
    write_tokenizer(folder)
    return folder


def _write_shards(folder: Path, weights: dict[str, Floats], dtype: str, shards: int) -> None:
    names = list(weights)
    places: dict[str, str] = {}
    for number in range(shards):
        file = f"model-{number + 1:05}-of-{shards:05}.safetensors"
        part = {name: weights[name] for name in names[number::shards]}
        write_safetensors(folder / file, part, dtype)
        places |= dict.fromkeys(part, file)
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def write_safetensors(path: Path, weights: Mapping[str, Floats], dtype: str) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data, end = [], 0
    for name, numbers in weights.items():
        packed = pack(numbers, dtype)
        header[name] = {
            "dtype": dtype, "shape": list(numbers.shape), "data_offsets": [end, end + len(packed)],
        }  # fmt: skip
        end += len(packed)
        data.append(packed)
    front = json.dumps(header).encode()
    path.write_bytes(len(front).to_bytes(8, "little") + front + b"".join(data))


def pack(numbers: Floats, dtype: str) -> bytes:
    if dtype == "BF16":  # cut, not rounded: what is read back is the same number
        return (numbers.view(np.uint32) >> 16).astype("<u2").tobytes()
    return numbers.astype({"F32": "<f4", "F16": "<f2"}[dtype]).tobytes()


def write_tokenizer(folder: Path) -> None:
    """Write the files of a tokenizer, which is trained once in a test run."""
    (folder / "tokenizer.json").write_text(_trained(), encoding="utf-8")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": SPECIALS[0],
        "eos_token": SPECIALS[1],
        "chat_template": TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 2048,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


@functools.cache
def _trained() -> str:
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        processors,
        trainers,
    )

    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA3_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1000,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    texts = [p["text"] for p in tomllib.loads(PASSAGES.read_text(encoding="utf-8"))["passages"]]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in SPECIALS])
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{SPECIALS[0]} $A",
                pair=f"{SPECIALS[0]} $A {SPECIALS[0]}:1 $B:1",
                special_tokens=[(SPECIALS[0], tokenizer.token_to_id(SPECIALS[0]))],
            ),
        ]
    )
    return tokenizer.to_str()
