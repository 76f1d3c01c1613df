"""How many words of an output a clinician changed: the distance to the corrected text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from medsdesk.metrics.words import ONE_BY_ONE, compatible

SIGNATURE = "levenshtein|shifts:no|case:kept|tok:nfkc-words-and-signs,cjk-by-character"
"""How distance and rate are made, for a signature."""

# Words as those of the other metrics, and each other sign: "<" for ">" is an edit, and a grave one.
_PIECE = re.compile(
    rf"[{ONE_BY_ONE}]|(?:(?![{ONE_BY_ONE}])[^\W_]|[\u0300-\u036f])+|[^\w\s]|_", re.UNICODE
)


@dataclass(frozen=True, slots=True)
class Edits:
    """What lies between an output and its correction.

    Attributes:
        distance: Words inserted, deleted and replaced, the fewest that do.
        output: Words of the output.
        corrected: Words of the corrected text.
    """

    distance: int
    output: int
    corrected: int

    @property
    def rate(self) -> float | None:
        """Edits per 100 words of the corrected text; above 100 where most of it was deleted.

        rate = 100 (insertions + deletions + substitutions) / words of the corrected text: the
        translation edit rate against the corrected output itself, HTER, without its shifts of
        phrases (Snover, Dorr, Schwartz, Micciulla and Makhoul, AMTA 2006). None where the
        corrected text has no words and the output has some.
        """
        if not self.corrected:
            return None if self.distance else 0.0
        return 100.0 * self.distance / self.corrected


def edits(output: str, corrected: str) -> Edits:
    """Compare an output with its correction, word by word.

    A word is a run of letters and digits, an ideograph or a kana, or one other sign; white space
    parts words and does not count. Case counts; Unicode forms of one character do not (NFKC, and
    every dash is a hyphen). So it is for every language: no dictionary is needed.
    """
    one, other = edit_words(output), edit_words(corrected)
    return Edits(levenshtein(one, other), len(one), len(other))


def edit_words(text: str) -> list[str]:
    """Return the words and signs of any text, as ``edits`` counts them."""
    return _PIECE.findall(compatible(text))


def levenshtein(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and substitutions that make one into the other.

    d(i, j) = min(d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [x_i != y_j]) (Levenshtein, 1966).
    A column of the table is two bit vectors, of its rises and its falls, so that each word of
    the longer text takes a few operations on whole integers (Myers, J ACM 1999, in the form of
    Hyyrö, 2003). The result is exact; 10,000 words on either side take some hundredths of a
    second.
    """
    one, other = _middle(one, other)
    if len(one) > len(other):
        one, other = other, one
    if not one:
        return len(other)
    places: defaultdict[Hashable, int] = defaultdict(int)
    for place, word in enumerate(one):
        places[word] |= 1 << place
    whole, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    rises, falls, distance = whole, 0, len(one)
    for word in other:
        same = places.get(word, 0)
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        right = falls | (whole & ~(diagonal | rises))
        left = diagonal & rises
        distance += bool(right & last) - bool(left & last)
        right = (right << 1) | 1
        rises = whole & ((left << 1) | ~(diagonal | right))
        falls = whole & right & diagonal
    return distance


def _middle(
    one: Sequence[Hashable], other: Sequence[Hashable]
) -> tuple[Sequence[Hashable], Sequence[Hashable]]:
    """Return both without what they begin and end with in common: it costs nothing."""
    least, head = min(len(one), len(other)), 0
    while head < least and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < least - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[head : len(one) - tail], other[head : len(other) - tail]
