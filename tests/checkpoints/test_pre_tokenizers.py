"""Rules that cut texts have llama.cpp's name only where they are the same to the last sign."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from medsdesk.checkpoints.pre_tokenizers import LLAMA3_PATTERN, name_of

LLAMA3: dict[str, Any] = {
    "type": "Sequence",
    "pretokenizers": [
        {
            "type": "Split",
            "pattern": {"Regex": LLAMA3_PATTERN},
            "behavior": "Isolated",
            "invert": False,
        },
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
    ],
}
GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
SMOLLM = {
    "type": "Sequence",
    "pretokenizers": [{"type": "Digits", "individual_digits": True}, {**GPT2, "use_regex": True}],
}


@pytest.mark.parametrize(
    ("rules", "ignore_merges", "name"),
    [
        (LLAMA3, True, "llama-bpe"),
        (LLAMA3, False, "smaug-bpe"),
        (GPT2, False, "gpt-2"),
        (SMOLLM, False, "smollm"),
        (GPT2, True, None),
        (None, False, None),
        ("ByteLevel", False, None),
        ({**GPT2, "add_prefix_space": True}, False, None),
    ],
)
def test_known_rules_have_a_name(rules: object, ignore_merges: bool, name: str | None) -> None:
    assert name_of(rules, ignore_merges=ignore_merges) == name


def test_a_single_other_sign_in_the_pattern_has_no_name() -> None:
    changed = copy.deepcopy(LLAMA3)
    # Qwen 2's rules differ from Llama 3's in this alone: single digits.
    changed["pretokenizers"][0]["pattern"]["Regex"] = LLAMA3_PATTERN.replace("{1,3}", "")
    assert name_of(changed, ignore_merges=True) is None
    assert name_of(changed, ignore_merges=False) is None
    assert name_of(json.loads(json.dumps(LLAMA3)), ignore_merges=True) == "llama-bpe"
