"""Krippendorff's alpha: agreement of any number of raters, with gaps, on any kind of scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


def alpha(table: Floats, level: Level) -> float:
    """Return Krippendorff's alpha.

    alpha = 1 - D_o / D_e with D_o = sum_u sum_(i,j in u) d(x_i, x_j) / (m_u - 1) / n, the
    disagreement seen inside the units, and D_e = sum_(i,j) d(x_i, x_j) / (n (n - 1)), the one
    between all n values of units that have two or more (Krippendorff, Content Analysis, 4th
    ed. 2019, ch. 12; Computing Krippendorff's Alpha-Reliability, 2011). The squared difference
    d is: nominal 0 or 1; interval (x - y)^2; ratio ((x - y) / (x + y))^2; ordinal the squared
    number of values between x and y, with half of those equal to either.

    Args:
        table: Shape (units, raters); NaN where a rater gave no value. Raters are columns.
        level: Kind of the scale. Ratio values must not be negative.

    Returns:
        NaN where it is not defined: no unit has two values, or all values are equal.
    """
    import numpy as np

    counts, _ = counted(table)
    return float(alphas(table, level)(np.ones((1, len(counts))))[0])


def alphas(table: Floats, level: Level) -> Callable[[Floats], Floats]:
    """Return the function that makes alphas, shape (rows,), of draws of units, shape (rows, units).

    The units are those of the table that have two or more values, in their order.

    Args:
        table: As for ``alpha``.
        level: As for ``alpha``.
    """
    counts, values = counted(table)
    if level in ("ordinal", "interval"):
        return _squared(counts, values, ranked=level == "ordinal")
    return _fixed(counts, _distances(values, level))


def counted(table: Floats) -> tuple[Floats, Floats]:
    """Return how often each value is in each unit that has two or more, and the values.

    Returns:
        Shapes (pairable units, values) and (values,); values in order.
    """
    import numpy as np

    known = np.isfinite(table)
    pairable = table[known.sum(axis=1) >= 2]
    values = np.unique(pairable[np.isfinite(pairable)])
    counts = np.zeros((len(pairable), len(values)))
    units, raters = np.nonzero(np.isfinite(pairable))
    np.add.at(counts, (units, np.searchsorted(values, pairable[units, raters])), 1.0)
    return counts, values


def _distances(values: Floats, level: Level) -> Floats:
    import numpy as np

    apart = values[:, None] - values
    if level == "nominal":
        return np.asarray(apart != 0, dtype=np.float64)
    total = values[:, None] + values
    return np.asarray(np.nan_to_num(ratio(apart, total)) ** 2)


def _fixed(counts: Floats, distances: Floats) -> Callable[[Floats], Floats]:
    """Make alphas where the distance of two values does not depend on the sample."""
    sizes = counts.sum(axis=1)
    seen = ((counts @ distances) * counts).sum(axis=1) / (sizes - 1)

    def figure(draws: Floats) -> Floats:
        totals = draws @ counts
        expected = ((totals @ distances) * totals).sum(axis=1)
        return _one_minus(draws @ seen, expected, totals)

    return figure


def _squared(counts: Floats, values: Floats, *, ranked: bool) -> Callable[[Floats], Floats]:
    """Make alphas where distance is a squared difference: of values, or of their middle ranks.

    The ordinal distance is the squared difference of the ranks in the resample itself. A sum of
    squared differences of all pairs is 2 (m sum x^2 - (sum x)^2), so that no pairs are formed.
    """
    import numpy as np

    sizes = counts.sum(axis=1)

    def figure(draws: Floats) -> Floats:
        totals = draws @ counts
        if ranked:
            scale = np.cumsum(totals, axis=1) - totals / 2
            scale -= totals.sum(axis=1, keepdims=True) / 2  # small numbers: less rounding
        else:
            centred = values - values.mean() if values.size else values
            scale = np.broadcast_to(centred, totals.shape)
        inside = 2 * (sizes * (scale**2 @ counts.T) - (scale @ counts.T) ** 2) / (sizes - 1)
        n = totals.sum(axis=1)
        squares, sums = (totals * scale**2).sum(axis=1), (totals * scale).sum(axis=1)
        return _one_minus((draws * inside).sum(axis=1), 2 * (n * squares - sums**2), totals)

    return figure


def _one_minus(seen: Floats, expected: Floats, totals: Floats) -> Floats:
    """Return 1 - (n - 1) seen / expected, NaN where all values are equal."""
    import numpy as np

    varied = (totals > 0).sum(axis=1) > 1
    n = totals.sum(axis=1)
    return np.asarray(1.0 - ratio((n - 1) * seen, np.where(varied, expected, 0.0)))
