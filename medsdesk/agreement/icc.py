"""Intraclass correlation ICC(2,1) and ICC(2,k): raters are a sample, absolute agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.distributions import f_quantile

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats, Interval


@dataclass(frozen=True, slots=True)
class Icc:
    """Both coefficients of a complete table.

    Attributes:
        single: ICC(2,1): how far one rating of one rater can be relied on.
        single_ci95: Its 95 % interval.
        average: ICC(2,k): how far the mean of all k raters can be relied on.
        average_ci95: Its 95 % interval; None where so few items leave it without a lower end.
    """

    single: float
    single_ci95: Interval
    average: float
    average_ci95: Interval | None


def icc(table: Floats) -> Icc | None:
    """Return ICC(2,1) and ICC(2,k) of items that every rater rated.

    With the mean squares of a two-way analysis of variance, of items B, raters J and error E,
    n items and k raters: ICC(2,1) = (B - E) / (B + (k - 1) E + k (J - E) / n) and ICC(2,k) =
    (B - E) / (B + (J - E) / n) (Shrout and Fleiss, Psychol Bull 1979). Intervals by the F
    distribution with Satterthwaite's degrees of freedom (McGraw and Wong, Psychol Methods
    1996, table 7); those of ICC(2,k) by the Spearman-Brown formula.

    Args:
        table: Shape (items, raters); NaN where a rater gave no value. Only complete rows count.

    Returns:
        None where it is not defined: under two complete rows, one rater, or no variation
        besides that between raters.
    """
    import numpy as np

    complete = table[np.isfinite(table).all(axis=1)]
    n, k = complete.shape
    if n < 2 or k < 2:
        return None
    centred = complete - complete.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    between = k * float((rows**2).sum()) / (n - 1)
    raters = n * float((columns**2).sum()) / (k - 1)
    left = centred - rows[:, None] - columns
    error = float((left**2).sum()) / ((n - 1) * (k - 1))
    if between + error <= 1e-18 * float(np.abs(complete).max()) ** 2:
        return None
    single = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    average = (between - error) / (between + (raters - error) / n)
    bounds = _bounds(n, k, (between, raters, error), single)
    return Icc(single, bounds, average, _of_the_mean(k, bounds))


def _of_the_mean(k: int, bounds: Interval) -> Interval | None:
    """Step bounds for one rater up to those for the mean of k, by Spearman and Brown."""
    beneath = [1 + (k - 1) * bound for bound in bounds]
    if min(beneath) <= 1e-12:
        return None
    low, high = (k * bound / below for bound, below in zip(bounds, beneath, strict=True))
    return low, high


def _bounds(n: int, k: int, squares: tuple[float, float, float], single: float) -> Interval:
    between, raters, error = squares
    error = max(error, 1e-12 * between)  # raters who differ by a constant at most: the limit
    ratio = raters / error
    inner = n * (1 + (k - 1) * single) - k * single
    above = (k - 1) * (n - 1) * (k * single * ratio + inner) ** 2
    freedom = above / ((n - 1) * (k * single * ratio) ** 2 + inner**2)
    upper_f, lower_f = f_quantile(0.975, n - 1, freedom), f_quantile(0.975, freedom, n - 1)
    rest = k * raters + (k * n - k - n) * error
    low = n * (between - upper_f * error) / (upper_f * rest + n * between)
    high = n * (lower_f * between - error) / (rest + n * lower_f * between)
    return low, high
