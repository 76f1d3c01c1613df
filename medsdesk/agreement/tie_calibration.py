"""Pairwise accuracy with tie calibration: how near must two scores be to mean the same?

People give many answers the same point of a scale, and a metric gives hardly any two answers
the same score. The threshold below which a difference of scores counts as a tie is the one
under which metric and people agree best. Fitted on the same items it flatters the metric; the
value on items left out of the fitting does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Bools, Floats
    from medsdesk.agreement.item_pairs import ItemPairs

FOLDS = 10

_STEPS = 256  # thresholds that a resample tries


@dataclass(frozen=True, slots=True)
class TieCalibration:
    """The best threshold, and how well people and metric agree with it.

    Attributes:
        threshold: Score differences up to this count as ties.
        accuracy: acc_eq with it, on the items it was fitted on.
        held_out: Shape (items,): acc_eq of each item with the threshold fitted on items of
            other folds; NaN for an item without pairs.
    """

    threshold: float
    accuracy: float
    held_out: Floats


def tie_calibrated(pairs: ItemPairs, seed: int) -> TieCalibration | None:
    """Return the threshold that maximises acc_eq, averaged over items.

    Each score difference in the data, and 0, is tried; of equally good ones the smallest is
    taken (Deutsch, Foster and Freitag, EMNLP 2023, section 5). The accuracy on items left out
    is by ten folds of items (as many as there are items, where those are fewer), dealt by seed.

    Args:
        pairs: Differences of ratings and of scores within items.
        seed: Of the dealing into folds.

    Returns:
        None where no item has a pair.
    """
    import numpy as np

    items = np.flatnonzero(np.isfinite(pairs.human).any(axis=1))
    if not items.size:
        return None
    ladder = _Ladder(pairs)
    folds = np.random.default_rng(seed).permutation(items.size) % FOLDS
    weights = np.zeros((1 + min(FOLDS, items.size), len(pairs.human)))
    weights[:, items] = 1.0
    weights[1 + folds, items] = 0.0  # each of these rows leaves a fold out
    best, accuracy = ladder.best(weights, np.ones((1, len(pairs.first))))
    held_out = np.full(len(pairs.human), np.nan)
    judged = items if items.size > 1 else items[:0]  # the threshold is fitted on others
    held_out[judged] = _accuracies(pairs, judged, best[1 + folds[: judged.size]])
    return TieCalibration(float(best[0]), float(accuracy[0]), held_out)


def calibrated_accuracies(pairs: ItemPairs) -> Callable[[Floats, Floats | None], Floats]:
    """Return the function that makes tie-calibrated accuracies of draws, fitted in each anew.

    Where only items are drawn, at most 256 thresholds are tried, evenly among the differences.

    Args:
        pairs: As for ``tie_calibrated``.

    Returns:
        A function of draws of items, shape (rows, items), and of models, shape (rows, models),
        None for each once, that returns shape (rows,); NaN where a draw has no pair.
    """
    import numpy as np

    ladder = _Ladder(pairs)

    def figure(items: Floats, models: Floats | None) -> Floats:
        if models is None:
            return ladder.best_of_items(items)
        weights = models[:, pairs.first] * models[:, pairs.second]
        rows = max(1, 2_000_000 // max(ladder.size, 1))
        parts = [
            ladder.best(items[start : start + rows], weights[start : start + rows])[1]
            for start in range(0, len(items), rows)
        ]
        return np.concatenate(parts)

    return figure


class _Ladder:
    """All pairs in the order of their score difference, so that each threshold is one step."""

    def __init__(self, pairs: ItemPairs) -> None:
        import numpy as np

        self._known: Bools = np.isfinite(pairs.human)
        item, pair = np.nonzero(self._known)
        apart = np.abs(pairs.metric[item, pair])
        order = np.argsort(apart, kind="stable")
        self._item: NDArray[np.intp] = item[order]
        self._pair: NDArray[np.intp] = pair[order]
        self._apart: Floats = apart[order]
        human = np.sign(pairs.human[self._item, self._pair])
        right = human == np.sign(pairs.metric[self._item, self._pair])
        self._right: Floats = right.astype(np.float64)
        # What a pair adds to the pairs judged rightly when it becomes a tie.
        self._change: Floats = (human == 0) - self._right
        # The last pair of each difference: a threshold ties all pairs of one difference at once.
        self._last: NDArray[np.intp] = np.flatnonzero(np.diff(self._apart, append=np.inf) > 0)
        self.size = len(self._item)

    def best(self, items: Floats, pairs: Floats) -> tuple[Floats, Floats]:
        """Return the best threshold and its accuracy for each row of weights.

        Args:
            items: Shape (rows, items).
            pairs: Shape (rows, pairs) or (1, pairs).
        """
        import numpy as np

        beneath = pairs @ self._known.T
        share = np.divide(items, beneath, out=np.zeros_like(items), where=beneath > 0)
        counted = (items * (beneath > 0)).sum(axis=1)
        weights = share[:, self._item] * pairs[:, self._pair]
        start = weights @ self._right
        steps = np.cumsum(weights * self._change, axis=1)[:, self._last]
        at = steps.argmax(axis=1)
        gain = np.take_along_axis(steps, at[:, None], axis=1)[:, 0]
        # Sums of the same parts in another order differ in the last digits: no gain is made of it.
        better = gain > 1e-12 * np.maximum(counted, 1)
        total = start + np.where(better, gain, 0.0)
        accuracy = np.round(ratio(total, counted), 12)
        return np.where(better, self._apart[self._last][at], 0.0), accuracy

    def best_of_items(self, items: Floats) -> Floats:
        """Return the best accuracy for each row of weights of items, each model once."""
        import numpy as np

        right, steps, paired = self._by_item
        counted = items @ paired
        gain = (items @ steps).max(axis=1, initial=0.0)
        return np.asarray(np.round(ratio(items @ right + gain, counted), 12))

    @cached_property
    def _by_item(self) -> tuple[Floats, Floats, Floats]:
        """Accuracy without ties, its change up to each step, and whether there is a pair."""
        import numpy as np

        in_item = self._known.sum(axis=1).astype(np.float64)
        share = 1.0 / np.maximum(in_item, 1.0)
        right = np.zeros(len(in_item))
        np.add.at(right, self._item, self._right * share[self._item])
        chosen = np.linspace(0, self._last.size - 1, min(_STEPS, self._last.size)).astype(np.intp)
        step = np.searchsorted(self._last[chosen], np.arange(self.size))
        steps = np.zeros((len(in_item), len(chosen)))
        np.add.at(steps, (self._item, step), self._change * share[self._item])
        return right, np.cumsum(steps, axis=1), (in_item > 0).astype(np.float64)


def _accuracies(pairs: ItemPairs, items: NDArray[np.intp], thresholds: Floats) -> Floats:
    """Return acc_eq of items, each with a threshold of its own."""
    import numpy as np

    human, metric = pairs.human[items], pairs.metric[items]
    known = np.isfinite(human)
    tied = np.where(np.abs(metric) <= thresholds[:, None], 0.0, metric)
    right = known & (np.sign(human) == np.sign(tied))
    return np.asarray(right.sum(axis=1) / known.sum(axis=1))
