"""Soft pairwise accuracy: does a metric rank models as people do, as surely as people do?"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

from medsdesk.agreement.permutation import one_sided
from medsdesk.agreement.resampling import SEED

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats


def soft_pairwise_accuracy(human: Floats, metric: Floats, seed: int = SEED) -> float:
    """Return 1 - mean over pairs of models of abs(p_human - p_metric).

    p is the one-sided p-value of a paired permutation test that the first model of the pair is
    better, over the items that both answered (Thompson, Mathur, Deutsch and Khayrallah,
    Improving Statistical Significance in Human Evaluation of Automatic Metrics via Soft
    Pairwise Accuracy, WMT 2024). All sign changes are tried up to 12 items, else 1,000 by seed.

    Args:
        human: Shape (items, models); NaN where an answer has no rating.
        metric: Shape (items, models); NaN where it has no score.
        seed: Of the permutations.

    Returns:
        1 where both are equally sure of everything; NaN where no two models share an item.
    """
    import numpy as np

    apart = [
        abs(one_sided(human_side, seed) - one_sided(metric_side, seed))
        for human_side, metric_side in _pairs(human, metric)
    ]
    return 1.0 - float(np.mean(apart)) if apart else math.nan


def soft_accuracies(human: Floats, metric: Floats) -> Callable[[Floats], Floats]:
    """Return the function that makes soft pairwise accuracies of draws of items, for intervals.

    The permutation distribution of a sum of differences d has mean 0 and variance sum d^2, and
    is nearly normal: p = Phi(-sum d / sqrt(sum d^2)), so that a thousand resamples need no
    permutations of their own.

    Args:
        human: Shape (items, models); NaN where an answer has no rating.
        metric: Shape (items, models); NaN where it has no score.

    Returns:
        A function of draws, shape (rows, items), that returns shape (rows,).
    """
    import numpy as np

    sides = [np.nan_to_num(np.array(side)).T for side in zip(*_pairs(human, metric), strict=True)]
    sums, squares = zip(*((side, side**2) for side in sides), strict=True) if sides else ((), ())

    def figure(draws: Floats) -> Floats:
        if not sides:
            return np.full(len(draws), np.nan)
        sure = [
            _normal(_ratio(draws @ total, draws @ square))
            for total, square in zip(sums, squares, strict=True)
        ]
        return np.asarray(1.0 - np.abs(sure[0] - sure[1]).mean(axis=1))

    return figure


def _pairs(human: Floats, metric: Floats) -> list[tuple[Floats, Floats]]:
    """Return human and metric differences, shape (items,), of models that share an item."""
    import numpy as np

    known = np.isfinite(human) & np.isfinite(metric)
    sides = np.where(known, human, np.nan), np.where(known, metric, np.nan)
    pairs = []
    for first in range(human.shape[1]):
        for second in range(first + 1, human.shape[1]):
            apart = [side[:, first] - side[:, second] for side in sides]
            if np.isfinite(apart[0]).any():
                pairs.append((apart[0], apart[1]))
    return pairs


def _ratio(sums: Floats, squares: Floats) -> Floats:
    """Return sum / root of the sum of squares; without differences p is 1, as permuted."""
    import numpy as np

    nothing = np.full_like(sums, -np.inf)
    return np.divide(sums, np.sqrt(squares), out=nothing, where=squares > 0)


def _normal(z: Floats) -> Floats:
    """Return P(Z >= z) of the normal distribution, from a table to 1e-6."""
    import numpy as np

    points, chances = _table()
    return np.interp(-z, points, chances)


@cache
def _table() -> tuple[Floats, Floats]:
    import numpy as np

    points = np.linspace(-9.0, 9.0, 18_001)
    normal = NormalDist()
    return points, np.array([normal.cdf(float(point)) for point in points])
