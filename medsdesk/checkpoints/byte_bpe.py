"""The vocabulary of a byte-level BPE tokenizer, from ``tokenizer.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from medsdesk.checkpoints.json_files import AGAIN, read_object
from medsdesk.checkpoints.pre_tokenizers import name_of
from medsdesk.core.errors import UserFacingError

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5  # llama.cpp's numbers of token types
_LARGEST_MIB: Final = 100
_MOST_WORDS: Final = 5_000_000
_ELSE: Final = "Look for a GGUF file of this model, made by somebody who knows its tokenizer."


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens and how they are found.

    Attributes:
        tokens: Texts, in the byte-level spelling; as many as the embedding has rows.
        kinds: llama.cpp's type of each.
        merges: Two tokens with a space between, the first to be merged first.
        pre_tokenizer: llama.cpp's name of the rules that cut the text.
        specials: Texts of the control tokens.
    """

    tokens: tuple[str, ...]
    kinds: tuple[int, ...]
    merges: tuple[str, ...]
    pre_tokenizer: str
    specials: tuple[str, ...]


def read_vocabulary(folder: Path, words: int) -> Vocabulary:
    """Return the vocabulary of a checkpoint.

    Args:
        folder: Its folder.
        words: Rows of its embedding.

    Raises:
        UserFacingError: There is none, it is of another kind, or llama.cpp may not cut texts
            as it does.
    """
    described = read_object(folder / "tokenizer.json", _LARGEST_MIB)
    if not described:
        raise UserFacingError(
            "The checkpoint has no tokenizer.json; older forms of tokenizers are not read.", _ELSE
        )
    model = described.get("model")
    if not isinstance(model, dict):
        raise _malformed()
    _check_kind(described, model)
    ignore = model.get("ignore_merges", False) is True
    name = name_of(described.get("pre_tokenizer"), ignore_merges=ignore)
    if name is None:
        raise UserFacingError(
            "It is not certain how this checkpoint's tokenizer cuts texts in llama.cpp, and a "
            "guess could make the model read other tokens than it was trained on.",
            _ELSE,
        )
    tokens, kinds = _tokens(model, described.get("added_tokens", []), words)
    specials = tuple(t for t, kind in zip(tokens, kinds, strict=True) if kind == CONTROL)
    return Vocabulary(tokens, kinds, _merges(model), name, specials)


def _check_kind(described: Mapping[str, Any], model: Mapping[str, Any]) -> None:
    decoder = described.get("decoder")
    plain = (
        model.get("type") == "BPE"
        and not model.get("byte_fallback")
        and not model.get("dropout")
        and not model.get("continuing_subword_prefix")
        and not model.get("end_of_word_suffix")
        and described.get("normalizer") is None
        and isinstance(decoder, dict)
        and decoder.get("type") == "ByteLevel"
    )
    if not plain:
        raise UserFacingError(
            "The checkpoint's tokenizer is no byte-level BPE such as Llama 3 has; others, "
            "Llama 2's among them, are not converted.",
            _ELSE,
        )


def _tokens(
    model: Mapping[str, Any], added: object, words: int
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict) or not isinstance(added, list):
        raise _malformed()
    placed: dict[int, tuple[str, int]] = {}
    for text, number in vocabulary.items():
        if type(number) is not int or number < 0 or number in placed:
            raise _malformed()
        placed[number] = (text, NORMAL)
    for token in added:
        number, text, special = _added(token)
        if number in placed and placed[number][0] != text:
            raise _malformed()
        placed[number] = (text, CONTROL if special else USER_DEFINED)
    if not placed or max(placed) >= min(words, _MOST_WORDS):
        raise UserFacingError(
            f"The tokenizer has more tokens than the embedding's {words:,} rows.", AGAIN
        )
    # Rows that no token has, often there to make the number of rows a round one.
    full = [placed.get(number) or (f"[PAD{number}]", UNUSED) for number in range(words)]
    if len({text for text, _ in full}) != words:
        raise _malformed()
    return tuple(text for text, _ in full), tuple(kind for _, kind in full)


def _added(token: object) -> tuple[int, str, bool]:
    if not isinstance(token, dict):
        raise _malformed()
    number, text = token.get("id"), token.get("content")
    if type(number) is not int or number < 0 or not isinstance(text, str) or not text:
        raise _malformed()
    return number, text, token.get("special") is True


def _merges(model: Mapping[str, Any]) -> tuple[str, ...]:
    merges = model.get("merges")
    if not isinstance(merges, list) or len(merges) > _MOST_WORDS:
        raise _malformed()
    return tuple(_merge(merge) for merge in merges)


def _merge(merge: object) -> str:
    """Return a merge, written as a pair or as one text, in the second form."""
    parts = merge.split(" ") if isinstance(merge, str) else merge
    if not (
        isinstance(parts, list)
        and len(parts) == 2
        and all(isinstance(part, str) and part and " " not in part for part in parts)
    ):
        raise _malformed()
    return " ".join(parts)


def _malformed() -> UserFacingError:
    return UserFacingError("tokenizer.json in the checkpoint makes no sense.", AGAIN)
