"""The options of a multiple-choice question, read from the question."""

from __future__ import annotations

import re
from collections.abc import Mapping

from medsdesk.metrics.words import compatible, plain_words

_HEADER = re.compile(
    r"^\s*(?:Options?|Choices|选项|選択肢|オプション|Варианты(?:\s+ответов)?|Opciones)\s*:\s*",
    re.IGNORECASE | re.MULTILINE,
)
_OPTION = re.compile(r"\(?([A-J])\s*[:.)、]\s*(.*)", re.DOTALL)
_LETTERS = "ABCDEFGHIJ"

Options = Mapping[str, tuple[str, ...]]


def read_options(question: str) -> Options:
    """Return the words of each option by its letter, in order; empty where none are found.

    Options stand after the last header (``Options:`` in six languages) or, without one, anywhere
    in the text, each at the start of a line or after a tab, as ``A: x``, ``A. x`` or ``(A) x``.
    Their letters must run A, B, C and so on; a piece without a letter goes on the option before.
    """
    text = compatible(question)
    after_header = _HEADER.split(text)[-1]
    found: list[str] = []
    for piece in re.split(r"[\t\n]", after_header):
        option = _OPTION.fullmatch(piece.strip())
        if option and len(found) < len(_LETTERS) and option[1] == _LETTERS[len(found)]:
            found.append(option[2])
        elif found:
            found[-1] += f" {piece}"
    if len(found) < 2:
        return {}
    return {letter: plain_words(words) for letter, words in zip(_LETTERS, found, strict=False)}


def options_saying(words: tuple[str, ...], options: Options) -> frozenset[str]:
    """Return the letters of the options whose whole text is these words."""
    return frozenset(letter for letter, text in options.items() if text and text == words)
