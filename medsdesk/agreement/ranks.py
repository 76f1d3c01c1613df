"""Rank correlation of two rows of numbers: Spearman, Kendall's tau-b, and partial Spearman."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

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
    if len(np.unique(x)) > len(np.unique(y)):
        x, y = y, x
    values = np.unique(x)
    if len(values) > _MANY_VALUES:
        return _of_many_values(x, y, item)
    order = np.argsort(y, kind="stable")
    chosen = (x[order][:, None] == values).astype(np.float64)
    from_item, middle = item[order], _ranks_in_draws(y[order])

    def figure(draws: Floats) -> Floats:
        weights = draws[:, from_item]
        ranks_y = middle(weights)
        groups_x = weights @ chosen
        ranks_x = _centred(groups_x)
        weights *= ranks_y
        spread = np.einsum("rn,rn->r", weights, ranks_y) * (groups_x * ranks_x**2).sum(axis=1)
        return ratio((ranks_x * (weights @ chosen)).sum(axis=1), np.sqrt(spread))

    return figure


def _of_many_values(x: Floats, y: Floats, item: NDArray[np.intp]) -> Callable[[Floats], Floats]:
    import numpy as np

    orders = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    middles = _ranks_in_draws(x[orders[0]]), _ranks_in_draws(y[orders[1]])
    back = [np.argsort(order) for order in orders]

    def figure(items: Floats) -> Floats:
        draws = items[:, item]
        rx, ry = (
            middle(draws[:, order])[:, there]
            for middle, order, there in zip(middles, orders, back, strict=True)
        )
        product = np.einsum("rn,rn,rn->r", draws, rx, ry)
        squares = np.einsum("rn,rn,rn->r", draws, rx, rx) * np.einsum("rn,rn,rn->r", draws, ry, ry)
        return ratio(product, np.sqrt(squares))

    return figure


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


def _ranks_in_draws(rising: Floats) -> Callable[[Floats], Floats]:
    """Return the function that makes centred middle ranks, within draws, of values in order."""
    import numpy as np

    _, place, counts = np.unique(rising, return_inverse=True, return_counts=True)
    tied = np.flatnonzero(counts[place] > 1)
    last = np.cumsum(counts)[place[tied]] - 1
    first = last - counts[place[tied]] + 1

    def middle(draws: Floats) -> Floats:
        ranks = _centred(draws)
        if tied.size:
            ends = [ranks[:, at] + side * draws[:, at] / 2 for at, side in ((first, -1), (last, 1))]
            ranks[:, tied] = (ends[0] + ends[1]) / 2
        return ranks

    return middle


def _centred(groups: Floats) -> Floats:
    """Return the middle ranks, less their mean, of groups of equal values in rising order."""
    import numpy as np

    ranks = np.cumsum(groups, axis=1)
    ranks -= groups / 2
    ranks -= groups.sum(axis=1, keepdims=True) / 2
    return ranks
