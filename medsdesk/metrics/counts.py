"""Precision, recall and F1 from counts."""

from __future__ import annotations

from dataclasses import dataclass

PARTIAL = "partial_"
"""Begins the names of figures in which overlapping names have half a credit."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things were found rightly, found wrongly and missed.

    Attributes:
        tp: True positives: in the answer and in the reference.
        fp: False positives: in the answer only.
        fn: False negatives: in the reference only.
    """

    tp: float
    fp: float
    fn: float

    @property
    def empty(self) -> bool:
        """Whether there was nothing to find and nothing was named."""
        return not (self.tp or self.fp or self.fn)

    def figures(self, if_empty: float = 100.0) -> dict[str, float]:
        """Return precision, recall and F1 in percent.

        P = tp / (tp + fp), R = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn) (van Rijsbergen,
        Information Retrieval, 1979, ch. 7). An empty denominator gives 0.

        Args:
            if_empty: What an empty answer to an empty reference gets: it is right, so 100.
        """
        if self.empty:
            return {"precision": if_empty, "recall": if_empty, "f1": if_empty}
        return {
            "precision": _percent(self.tp, self.tp + self.fp),
            "recall": _percent(self.tp, self.tp + self.fn),
            "f1": _percent(2 * self.tp, 2 * self.tp + self.fp + self.fn),
        }

    def details(self) -> dict[str, float]:
        """Return the counts under the names that pooling looks for."""
        return {"tp": self.tp, "fp": self.fp, "fn": self.fn}


def counted(found: frozenset[str], wanted: frozenset[str]) -> Counts:
    """Compare two sets."""
    return Counts(len(found & wanted), len(found - wanted), len(wanted - found))


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else 0.0
