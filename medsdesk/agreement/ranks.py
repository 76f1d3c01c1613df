"""Rank correlation of two rows of numbers: Spearman, Kendall's tau-b, and partial Spearman."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Floats

_MANY_VALUES = 64  # different ratings
_CELLS = 4_000_000  # of a table of pairs at a time: 32 MB


def middle_ranks(values: Floats) -> Floats:
    """Return ranks from 1 on; equal values share the mean of their ranks."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def spearman(x: Floats, y: Floats) -> float:
    """Return Spearman's rank correlation: Pearson's correlation of the middle ranks.

    Spearman, Am J Psychol 1904.

    Args:
        x: Shape (n,); NaN where missing. Places without both numbers are left out.
        y: Shape (n,).

    Returns:
        NaN where it is not defined: one side is constant, or there are under two places.
    """
    x, y = _with_both(x, y)
    return _pearson(middle_ranks(x), middle_ranks(y))


def spearmans(
    x: Floats, y: Floats, item: NDArray[np.intp] | None = None
) -> Callable[[Floats], Floats]:
    """Return the function that makes Spearman's correlations, shape (rows,), of draws of items.

    Ranks are those within each resample. A place drawn w times takes part w times. Quick where
    x has few different values, as ratings have.

    Args:
        x: Shape (n,), without NaN.
        y: Shape (n,), without NaN.
        item: Shape (n,): the item of each place, which is drawn as a whole; None where each
            place is one.
    """
    import numpy as np

    item = np.arange(len(x)) if item is None else item
    values = np.unique(x)
    if len(values) > _MANY_VALUES:
        x, y, values = y, x, np.unique(y)
    if len(values) > _MANY_VALUES:
        return _of_many_values(x, y, item)
    ordered = OrderedDraws(y, item)
    chosen = (x[:, None] == values).astype(np.float64)
    by_item = np.zeros((int(item.max()) + 1, len(values)))
    np.add.at(by_item, item, chosen)
    in_order = chosen[ordered.order]

    def figure(draws: Floats) -> Floats:
        groups_x = draws @ by_item
        ranks_x = _centred(groups_x)
        ranks_y, weights, spread_y = ordered.ranked(draws)
        ranks_y *= weights
        spread = (groups_x * ranks_x**2).sum(axis=1) * spread_y
        return ratio((ranks_x * (ranks_y @ in_order)).sum(axis=1), np.sqrt(spread))

    return figure


def _of_many_values(x: Floats, y: Floats, item: NDArray[np.intp]) -> Callable[[Floats], Floats]:
    import numpy as np

    one, other = OrderedDraws(x, item), OrderedDraws(y, item)
    there = np.argsort(one.order)[other.order]  # where each of the other order is in the one

    def figure(draws: Floats) -> Floats:
        ranks_x, weights_x, spread_x = one.ranked(draws)
        ranks_x -= weights_x.sum(axis=1, keepdims=True) / 2
        ranks_y, weights, spread_y = other.ranked(draws)
        ranks_y *= weights
        product = np.einsum("rn,rn->r", ranks_x.take(there, axis=1), ranks_y)
        return ratio(product, np.sqrt(spread_x * spread_y))

    return figure


class RankedDraws(NamedTuple):
    """Middle ranks of values, in rising order, within draws.

    Attributes:
        ranks: Shape (rows, n): the values below and half of the equal ones, itself included.
        weights: Shape (rows, n): how often each value is drawn.
        spread: Shape (rows,): sum of squares of the ranks less their mean.
    """

    ranks: Floats
    weights: Floats
    spread: Floats


class OrderedDraws:
    """Values in rising order, whose ranks are made anew in each draw of the items they are of.

    The sum of squares of the ranks is (N^3 - sum t^3) / 12 for N values drawn, t of them equal.

    Args:
        values: Shape (n,), without NaN.
        item: Shape (n,): the item of each value, which is drawn as a whole.

    Attributes:
        order: Shape (n,): the places of the values in rising order.
    """

    def __init__(self, values: Floats, item: NDArray[np.intp]) -> None:
        import numpy as np

        self.order: NDArray[np.intp] = np.argsort(values, kind="stable")
        self._item = item[self.order]
        rising = values[self.order]
        starts = np.concatenate([[0], np.flatnonzero(rising[1:] != rising[:-1]) + 1])
        sizes = np.diff(starts, append=len(values))
        tied = sizes > 1
        self._first, self._last = starts[tied], (starts + sizes - 1)[tied]
        self._tied = np.flatnonzero(np.repeat(tied, sizes))
        self._group = np.repeat(np.arange(len(self._first)), sizes[tied])
        single = np.bincount(np.delete(self._item, self._tied), minlength=int(item.max()) + 1)
        self._single: Floats = single.astype(np.float64)

    def ranked(self, draws: Floats) -> RankedDraws:
        """Return ranks within draws.

        Args:
            draws: Shape (rows, items).
        """
        import numpy as np

        weights = draws.take(self._item, axis=1)
        ranks = np.cumsum(weights, axis=1)
        whole = ranks[:, -1].copy()
        cubes = draws**3 @ self._single
        if self._tied.size:
            last = ranks[:, self._last]
            size = last - ranks[:, self._first] + weights[:, self._first]
            cubes += (size**3).sum(axis=1)
            ranks -= weights * 0.5
            ranks[:, self._tied] = (last - size / 2).take(self._group, axis=1)
        else:
            ranks -= weights * 0.5
        return RankedDraws(ranks, weights, (whole**3 - cubes) / 12)


def partial_spearman(x: Floats, y: Floats, given: Sequence[Floats]) -> float:
    """Return Spearman's correlation of x and y with others held constant, such as length.

    All are ranked, the ranks of x and y are regressed on those of the others, and the
    residuals are correlated (Kendall, Biometrika 1942; Conover, Practical Nonparametric
    Statistics, 3rd ed. 1999, 5.4).

    Args:
        x: Shape (n,); NaN where missing. Only complete places count.
        y: Shape (n,).
        given: What is held constant, each of shape (n,).

    Returns:
        NaN where it is not defined: too few places, or nothing is left to correlate.
    """
    import numpy as np

    columns = np.column_stack([x, y, *given])
    complete = columns[np.isfinite(columns).all(axis=1)]
    if len(complete) < len(given) + 3:
        return math.nan
    ranked = np.column_stack([middle_ranks(column) for column in complete.T])
    design = np.column_stack([np.ones(len(ranked)), ranked[:, 2:]])
    fitted = design @ np.linalg.lstsq(design, ranked[:, :2], rcond=None)[0]
    left = ranked[:, :2] - fitted
    if (left**2).sum(axis=0).min() < 1e-9 * len(ranked) ** 2:
        return math.nan
    return _pearson(left[:, 0], left[:, 1])


def kendall_tau_b(x: Floats, y: Floats) -> float:
    """Return Kendall's tau-b: (C - D) / sqrt((P - T_x) (P - T_y)).

    C and D are concordant and discordant pairs, P all pairs, T_x and T_y pairs tied in x and
    in y (Kendall, Biometrika 1945).

    Args:
        x: Shape (n,); NaN where missing. Places without both numbers are left out.
        y: Shape (n,).

    Returns:
        NaN where it is not defined: one side is constant, or there are under two places.
    """
    import numpy as np

    x, y = _with_both(x, y)
    agreed = untied_x = untied_y = 0.0
    rows = max(1, _CELLS // max(len(x), 1))
    for start in range(0, len(x), rows):
        sign_x = np.sign(x[start : start + rows, None] - x)
        sign_y = np.sign(y[start : start + rows, None] - y)
        agreed += float((sign_x * sign_y).sum())
        untied_x += float(np.abs(sign_x).sum())
        untied_y += float(np.abs(sign_y).sum())
    untied = math.sqrt(untied_x) * math.sqrt(untied_y)
    return agreed / untied if untied else math.nan


def _with_both(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the places that have both numbers."""
    import numpy as np

    both = np.isfinite(x) & np.isfinite(y)
    return x[both], y[both]


def _pearson(x: Floats, y: Floats) -> float:
    if not len(x):
        return math.nan
    x, y = x - x.mean(), y - y.mean()
    spread = math.sqrt(float((x**2).sum())) * math.sqrt(float((y**2).sum()))
    return max(-1.0, min(1.0, float((x * y).sum()) / spread)) if spread else math.nan


def _centred(groups: Floats) -> Floats:
    """Return the middle ranks, less their mean, of groups of equal values in rising order."""
    import numpy as np

    ranks = np.cumsum(groups, axis=1)
    ranks -= groups / 2
    ranks -= groups.sum(axis=1, keepdims=True) / 2
    return ranks
