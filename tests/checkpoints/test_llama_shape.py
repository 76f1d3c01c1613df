"""A configuration is believed where it describes a Llama."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.checkpoints.llama_shape import RopeScaling, read_shape
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import LLAMA31, Small


def test_what_is_left_out_follows_from_the_rest() -> None:
    config = Small().config()
    for key in ("num_key_value_heads", "head_dim", "rope_theta", "rms_norm_eps"):
        config.pop(key)
    shape = read_shape(config)
    assert (shape.kv_heads, shape.head_width) == (4, 16)
    assert (shape.theta, shape.epsilon, shape.scaling) == (10_000.0, 1e-6, None)


def test_scaling_is_read_in_the_old_and_in_the_new_form() -> None:
    old = LLAMA31.config()
    new = dict(old)
    new["rope_parameters"] = {**new.pop("rope_scaling"), "rope_theta": new.pop("rope_theta")}
    assert read_shape(old) == read_shape(new)
    assert read_shape(old).scaling == RopeScaling("llama3", 8.0, 1.0, 4.0, 64)
    linear = Small().config() | {"rope_scaling": {"type": "linear", "factor": 2.0}}
    assert read_shape(linear).scaling == RopeScaling("linear", 2.0)
    assert read_shape(linear).rope_factors() is None


def test_llama3_factors_go_from_one_to_the_whole() -> None:
    factors = read_shape(LLAMA31.config()).rope_factors()
    assert factors is not None
    assert len(factors) == LLAMA31.head_width // 2
    assert (factors[0], factors[-1]) == (1.0, 8.0)
    assert list(factors) == sorted(factors)
    assert any(1.0 < factor < 8.0 for factor in factors)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"architectures": ["MixtralForCausalLM"]}, "MixtralForCausalLM"),
        ({"architectures": []}, "of a kind that"),
        ({"architectures": ["evil\n\x1b[31m"]}, "of a kind that"),
        ({"hidden_act": "gelu"}, "activation"),
        ({"attention_bias": True}, "attention_bias"),
        ({"mlp_bias": 1}, "mlp_bias"),
        ({"quantization_config": {"bits": 4}}, "quantised already"),
        ({"hidden_size": 0}, "hidden_size"),
        ({"hidden_size": True}, "hidden_size"),
        ({"num_hidden_layers": 1 << 40}, "num_hidden_layers"),
        ({"num_key_value_heads": 3}, "num_attention_heads"),
        ({"head_dim": 15}, "num_attention_heads"),
        ({"rms_norm_eps": -1}, "rms_norm_eps"),
        ({"vocab_size": "many"}, "vocab_size"),
        ({"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, "stretches positions"),
        ({"rope_scaling": [1]}, "rope_scaling"),
        ({"rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, "low_freq_factor"),
        ({"sliding_window": -5}, "sliding_window"),
    ],
)
def test_others_are_refused_in_a_sentence(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        read_shape(Small().config() | changed)
    assert words in caught.value.message
    assert "\x1b" not in str(caught.value)
