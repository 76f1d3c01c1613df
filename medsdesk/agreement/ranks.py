"""Rank correlation of two rows of numbers: Spearman, Kendall's tau-b, and partial Spearman."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats

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
    import numpy as np

    both = np.isfinite(x) & np.isfinite(y)
    return _pearson(middle_ranks(x[both]), middle_ranks(y[both]))


def spearmans(x: Floats, y: Floats) -> Callable[[Floats], Floats]:
    """Return the function that makes Spearman's correlations, shape (rows,), of draws of places.

    Ranks are those within each resample. A place drawn w times takes part w times.

    Args:
        x: Shape (n,), without NaN.
        y: Shape (n,), without NaN.
    """
    import numpy as np

    ranked_x, ranked_y = _ranks_in_draws(x), _ranks_in_draws(y)

    def figure(draws: Floats) -> Floats:
        rx, ry = ranked_x(draws), ranked_y(draws)
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

    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
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


def _pearson(x: Floats, y: Floats) -> float:
    if not len(x):
        return math.nan
    x, y = x - x.mean(), y - y.mean()
    spread = math.sqrt(float((x**2).sum())) * math.sqrt(float((y**2).sum()))
    return max(-1.0, min(1.0, float((x * y).sum()) / spread)) if spread else math.nan


def _ranks_in_draws(values: Floats) -> Callable[[Floats], Floats]:
    """Return the function that makes centred middle ranks of each place within each draw."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    order = np.argsort(place, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)

    def ranks(draws: Floats) -> Floats:
        groups = np.add.reduceat(draws[:, order], starts, axis=1)
        middle = np.cumsum(groups, axis=1) - groups / 2
        middle -= draws.sum(axis=1, keepdims=True) / 2
        return np.asarray(middle[:, place])

    return ranks
