"""How a tokenizer cuts text before it looks for tokens, as llama.cpp names it.

llama.cpp's own converter guesses the name from a fingerprint of token ids, which holds for
published vocabularies alone. Here the cutting rules themselves are compared with those that
llama.cpp has under a name; whatever is not the same to the last sign has no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# The pattern of Meta's Llama 3 tokenizer (llama-models, ``pat_str``).
LLAMA3_PATTERN: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_BYTE_LEVEL: Final = {"type": "ByteLevel", "add_prefix_space": False}
_LLAMA3: Final = {
    "type": "Sequence",
    "pretokenizers": [
        {
            "type": "Split",
            "pattern": {"Regex": LLAMA3_PATTERN},
            "behavior": "Isolated",
            "invert": False,
        },
        {**_BYTE_LEVEL, "use_regex": False},
    ],
}
_GPT2: Final = {**_BYTE_LEVEL, "use_regex": True}
_SMOLLM: Final = {
    "type": "Sequence",
    "pretokenizers": [{"type": "Digits", "individual_digits": True}, _GPT2],
}
# (rules, whether whole words of the vocabulary are taken without merges) -> llama.cpp's name
_NAMES: Final = (
    (_LLAMA3, True, "llama-bpe"),
    (_LLAMA3, False, "smaug-bpe"),
    (_GPT2, False, "gpt-2"),
    (_SMOLLM, False, "smollm"),
)


def name_of(rules: object, *, ignore_merges: bool) -> str | None:
    """Return llama.cpp's name of the rules under ``pre_tokenizer``; None where it has none.

    Args:
        rules: The value in ``tokenizer.json``.
        ignore_merges: Whether whole words of the vocabulary are taken without merges.
    """
    wanted = (_without_offsets(rules), ignore_merges)
    return next((name for known, flag, name in _NAMES if (known, flag) == wanted), None)


def _without_offsets(rules: object) -> object:
    """Leave out what concerns places in the text alone, and say what is left unsaid."""
    if not isinstance(rules, Mapping):
        return rules
    plain: dict[str, Any] = {key: value for key, value in rules.items() if key != "trim_offsets"}
    if plain.get("type") == "ByteLevel":
        plain.setdefault("use_regex", True)
    if isinstance(plain.get("pretokenizers"), list):
        plain["pretokenizers"] = [_without_offsets(rule) for rule in plain["pretokenizers"]]
    return plain
