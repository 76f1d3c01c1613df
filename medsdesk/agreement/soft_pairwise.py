"""Soft pairwise accuracy: does a metric rank models as people do, as surely as people do?"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

from medsdesk.agreement.permutation import one_sided_each
from medsdesk.agreement.resampling import SEED

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats
    from medsdesk.agreement.item_pairs import ItemPairs

_END, _STEPS = 9.0, 1000  # of the table of the normal distribution


def soft_pairwise_accuracy(pairs: ItemPairs, seed: int = SEED) -> float:
    """Return 1 - mean over pairs of models of abs(p_human - p_metric).

    p is the one-sided p-value of a paired permutation test that the first model of the pair is
    better, over the items that both answered (Thompson, Mathur, Deutsch and Khayrallah,
    Improving Statistical Significance in Human Evaluation of Automatic Metrics via Soft
    Pairwise Accuracy, WMT 2024). All sign changes are tried up to 12 items, else 1,000 by seed.

    Args:
        pairs: Differences of ratings and of scores within items.
        seed: Of the permutations.

    Returns:
        1 where both are equally sure of everything; NaN where no two models share an item.
    """
    import numpy as np

    sides = _sides(pairs)
    if not sides[0].shape[1]:
        return math.nan
    sure = [one_sided_each(side, seed) for side in sides]
    return 1.0 - float(np.abs(sure[0] - sure[1]).mean())


def soft_accuracies(pairs: ItemPairs) -> Callable[[Floats], Floats]:
    """Return the function that makes soft pairwise accuracies of draws of items, for intervals.

    The permutation distribution of a sum of differences d has mean 0 and variance sum d^2, and
    is nearly normal: p = Phi(-sum d / sqrt(sum d^2)), so that a thousand resamples need no
    permutations of their own.

    Args:
        pairs: Differences of ratings and of scores within items.

    Returns:
        A function of draws, shape (rows, items), that returns shape (rows,).
    """
    import numpy as np

    sides = [np.nan_to_num(side) for side in _sides(pairs)]
    many = sides[0].shape[1]
    together = np.hstack([*sides, *(side**2 for side in sides)])

    def figure(draws: Floats) -> Floats:
        if not many:
            return np.full(len(draws), np.nan)
        sums = draws @ together
        sure = _normal(_ratio(sums[:, : 2 * many], sums[:, 2 * many :]))
        return np.asarray(1.0 - np.abs(sure[:, :many] - sure[:, many:]).mean(axis=1))

    return figure


def _sides(pairs: ItemPairs) -> tuple[Floats, Floats]:
    """Return human and metric differences, shape (items, pairs), of models that share an item."""
    import numpy as np

    shared = np.isfinite(pairs.human).any(axis=0)
    return pairs.human[:, shared], pairs.metric[:, shared]


def _ratio(sums: Floats, squares: Floats) -> Floats:
    """Return sum / root of the sum of squares; without differences p is 1, as permuted."""
    import numpy as np

    nothing = np.full_like(sums, -np.inf)
    return np.divide(sums, np.sqrt(squares), out=nothing, where=squares > 0)


def _normal(z: Floats) -> Floats:
    """Return P(Z >= z) of the normal distribution, from a table to 1e-6."""
    import numpy as np

    chances, slopes = _table()
    place = np.clip(z, -_END, _END)
    place -= _END
    place *= -_STEPS
    before = place.astype(np.intp)
    place -= before
    place *= slopes[before]
    place += chances[before]
    return place


@cache
def _table() -> tuple[Floats, Floats]:
    """Return P(Z <= x) from -9 on in steps of a thousandth, and what each step adds."""
    import numpy as np

    points = np.linspace(-_END, _END, round(2 * _END * _STEPS) + 1)
    normal = NormalDist()
    chances = np.array([normal.cdf(float(point)) for point in points])
    return chances, np.diff(chances, append=chances[-1])
