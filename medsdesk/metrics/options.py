"""The options of a multiple-choice question, read from the question."""

from __future__ import annotations

import re
from collections.abc import Mapping

from medsdesk.metrics.words import compatible, plain, plain_words

_HEADER = re.compile(
    r"^\s*(?:Options?|Choices|选项|選択肢|オプション|Варианты(?:\s+ответов)?|Opciones)\s*:\s*",
    re.IGNORECASE | re.MULTILINE,
)
_OPTION = re.compile(r"\(?([A-J])\s*[:.)、]\s*(.*)", re.DOTALL)
# A prompt goes on after its question, as in the authors' result files.
_AFTER_QUESTION = re.compile(r"<\|eot_id\|>|^[ \t]*Output:[ \t]*$", re.MULTILINE)
_LETTERS = "ABCDEFGHIJ"

# The text of each option by its letter, in order.
Options = Mapping[str, str]


def read_options(question: str) -> Options:
    """Return the text of each option by its letter, in order; empty where none are found.

    Options stand after the last header (``Options:`` in six languages) or, without one, anywhere
    in the text, each at the start of a line or after a tab, as ``A: x``, ``A. x`` or ``(A) x``.
    Their letters must run A, B, C and so on; a piece without a letter goes on the option before.
    """
    text = compatible(question)
    after_header = _AFTER_QUESTION.split(_HEADER.split(text)[-1], maxsplit=1)[0]
    found: list[str] = []
    for piece in re.split(r"[\t\n]", after_header):
        option = _OPTION.fullmatch(piece.strip())
        if option and len(found) < len(_LETTERS) and option[1] == _LETTERS[len(found)]:
            found.append(option[2])
        elif found and piece.strip():
            found[-1] += f" {piece.strip()}"
    if len(found) < 2:
        return {}
    return dict(zip(_LETTERS, found, strict=False))


def words_by_letter(options: Options) -> dict[str, tuple[str, ...]]:
    """Return the words of each option that has any, by its letter."""
    return {letter: words for letter, text in options.items() if (words := plain_words(text))}


def options_saying(text: str, options: Options) -> frozenset[str]:
    """Return the letters of the options whose whole text this is.

    Case, accents and punctuation make no difference unless two options differ in nothing else,
    as ``(+)`` and ``(-)`` do: then every mark counts.
    """
    words = plain_words(text)
    letters = frozenset(
        letter for letter, said in words_by_letter(options).items() if said == words
    )
    exact = frozenset(letter for letter in letters if _marks(options[letter]) == _marks(text))
    return exact if len(letters) > 1 and exact else letters


def _marks(text: str) -> str:
    return "".join(plain(text).split()).rstrip(".")
