"""Names that overlap: partial credit where a name was found with too few or too many words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from medsdesk.metrics.counts import Counts
from medsdesk.metrics.words import words

Words = tuple[str, ...]


def partial_counts(found: Collection[str], wanted: Collection[str]) -> Counts:
    """Count equal names as one and overlapping ones as a half.

    With c pairs of equal names and p pairs of overlapping ones, tp = c + p / 2, fp = found - tp
    and fn = wanted - tp, so that P = (c + p / 2) / found and R = (c + p / 2) / wanted: the partial
    scheme of SemEval 2013 task 9 (Segura-Bedmar et al.), as the package nervaluate computes it.
    Each name is in one pair at most, and there are as many pairs as there can be.

    Args:
        found: Different names in their normal form, as the answer gives them.
        wanted: As the reference gives them.
    """
    equal = set(found) & set(wanted)
    left = sorted((tuple(words(name)), name) for name in set(found) - equal)
    right = sorted((tuple(words(name)), name) for name in set(wanted) - equal)
    chances = {
        at: [place for place, (other, _) in enumerate(right) if overlap(name, other)]
        for at, (name, _) in enumerate(left)
    }
    credit = len(equal) + _most_pairs(chances) / 2
    return Counts(credit, len(set(found)) - credit, len(set(wanted)) - credit)


def overlap(first: Sequence[str], second: Sequence[str]) -> bool:
    """Say whether two names can lie over each other in one text.

    One holds the other (``aspirin`` and ``aspirin tablets``), or the end of one is the beginning
    of the other (``acute renal`` and ``renal failure``). Names come without their places in the
    text; two spans of a text overlap only where this holds.
    """
    for shift in range(1 - len(second), len(first)):
        here, there = first[max(0, shift) :], second[max(0, -shift) :]
        shared = min(len(here), len(there))
        if shared and here[:shared] == there[:shared]:
            return True
    return False


def _most_pairs(chances: Mapping[int, Sequence[int]]) -> int:
    """Return the size of a largest one-to-one pairing (Kuhn, 1955)."""
    partner: dict[int, int] = {}

    def place(at: int, tried: set[int]) -> bool:
        for other in chances[at]:
            if other not in tried:
                tried.add(other)
                if other not in partner or place(partner[other], tried):
                    partner[other] = at
                    return True
        return False

    return sum(place(at, set()) for at in chances)
