"""Which words two texts have in common and where they part, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

DiffKind = Literal["same", "first", "second"]

# Ideographs, kana and Hangul syllables one by one; other letters and digits in words; white
# space in runs; every other sign alone.
_ALONE = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_PIECE = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}])\w)+|\s+|.", re.DOTALL)
# The full stops of several scripts, and line ends.
_STOPS = ".!?\u3002\uff01\uff1f\u0964"
_SENTENCE = re.compile(rf"[^{_STOPS}\n]*(?:[{_STOPS}]+\s*|\n\s*|$)")

MOST_PIECES = 3_000
"""Differing words beyond which two texts are compared by sentences, and sentences beyond which
they are not compared."""


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A stretch of text that is in both texts, or only in the first or the second."""

    kind: DiffKind
    text: str


@dataclass(frozen=True, slots=True)
class TextDiff:
    """Two texts taken apart.

    Attributes:
        parts: In reading order; those of ``same`` and ``first`` make up the first text, those of
            ``same`` and ``second`` the second.
        by: What was compared: words, or sentences where much of long texts differs, or nothing
            where even their sentences are too many.
    """

    parts: tuple[DiffPart, ...]
    by: Literal["words", "sentences", "nothing"]

    def side(self, side: Literal["first", "second"]) -> tuple[DiffPart, ...]:
        """Return the parts of one of the texts."""
        return tuple(part for part in self.parts if part.kind in ("same", side))


def diff(first: str, second: str) -> TextDiff:
    """Compare two texts by words; Chinese, Japanese and Korean by characters.

    What they begin and end with in common is set aside first. What is left is compared by words
    up to ``MOST_PIECES`` of them, else by sentences, so that texts of any length take a second
    or two at most.
    """
    parts = _compared(_PIECE.findall(first), _PIECE.findall(second))
    if parts is not None:
        return TextDiff(parts, "words")
    parts = _compared(_SENTENCE.findall(first), _SENTENCE.findall(second))
    if parts is not None:
        return TextDiff(parts, "sentences")
    raw: list[_Raw] = [("first", first), ("second", second)]
    return TextDiff(tuple(_joined(raw)), "nothing")


_Raw = tuple[DiffKind, str]


def _compared(one: Sequence[str], other: Sequence[str]) -> tuple[DiffPart, ...] | None:
    """Return two sequences taken apart; None where too much of them differs."""
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    if max(len(mine), len(theirs)) > MOST_PIECES:
        return None
    raw: list[_Raw] = [("same", "".join(one[:head]))]
    raw += _matched(mine, theirs)
    raw.append(("same", "".join(one[len(one) - tail :])))
    return tuple(_joined(raw))


def _matched(one: Sequence[str], other: Sequence[str]) -> Iterator[_Raw]:
    matcher = SequenceMatcher(None, one, other, autojunk=len(one) > MOST_PIECES // 3)
    for tag, low, high, from_, to in matcher.get_opcodes():
        if tag == "equal":
            yield "same", "".join(one[low:high])
        else:
            yield "first", "".join(one[low:high])
            yield "second", "".join(other[from_:to])


def _joined(parts: Sequence[_Raw]) -> Iterator[DiffPart]:
    """Yield parts without empty ones; mere space between two changes is taken into both."""
    mine = theirs = ""
    full = [part for part in parts if part[1]]
    for place, (kind, text) in enumerate(full):
        if kind == "first":
            mine += text
        elif kind == "second":
            theirs += text
        elif text.isspace() and (mine or theirs) and place + 1 < len(full):
            mine, theirs = mine + text, theirs + text
        else:
            yield from _change(mine, theirs)
            mine = theirs = ""
            yield DiffPart("same", text)
    yield from _change(mine, theirs)


def _change(mine: str, theirs: str) -> Iterator[DiffPart]:
    if mine:
        yield DiffPart("first", mine)
    if theirs:
        yield DiffPart("second", theirs)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many pieces two sequences begin with alike."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
