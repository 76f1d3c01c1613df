"""Bland-Altman: how far apart two measurements on one scale are, and how often."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.distributions import t_quantile
from medsdesk.agreement.figures import ratio
from medsdesk.agreement.resampling import RESAMPLES, SEED, percentile, resampled

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats, Interval
    from medsdesk.core.cancel import CancelToken

_SPREAD = 1.96  # standard deviations on either side


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean difference and limits of agreement, first minus second.

    Attributes:
        n: Pairs.
        mean: Mean difference, the bias.
        sd: Standard deviation of the differences.
        lower: Lower limit of agreement.
        upper: Upper limit of agreement.
        mean_ci95: 95 % interval of the mean difference; None where it cannot be told.
        lower_ci95: 95 % interval of the lower limit.
        upper_ci95: 95 % interval of the upper limit.
    """

    n: int
    mean: float
    sd: float
    lower: float
    upper: float
    mean_ci95: Interval | None
    lower_ci95: Interval | None
    upper_ci95: Interval | None


def limits_of_agreement(first: Floats, second: Floats, spread: float = _SPREAD) -> Limits | None:
    """Return the limits within which 95 % of differences are expected: mean +- 1.96 SD.

    Intervals by Student's t with n - 1 degrees of freedom; the standard error of the mean is
    sqrt(SD^2 / n), that of a limit sqrt(3 SD^2 / n) (Bland and Altman, Lancet 1986). Both
    measurements must be on one scale.

    Args:
        first: Shape (n,); NaN where missing. Pairs without both are left out.
        second: Shape (n,).
        spread: Standard deviations on either side; the paper's own example takes 2.

    Returns:
        None where there are under two pairs.
    """
    import numpy as np

    apart = first - second
    apart = apart[np.isfinite(apart)]
    n = len(apart)
    if n < 2:
        return None
    mean, sd = float(apart.mean()), float(apart.std(ddof=1))
    t = t_quantile(0.975, n - 1)

    def around(middle: float, error: float) -> Interval:
        return middle - t * error, middle + t * error

    lower, upper = mean - spread * sd, mean + spread * sd
    of_mean, of_limit = sd / math.sqrt(n), sd * math.sqrt(3 / n)
    bounds = around(mean, of_mean), around(lower, of_limit), around(upper, of_limit)
    return Limits(n, mean, sd, lower, upper, *bounds)


def clustered_limits(
    apart: Floats,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    cancel: CancelToken | None = None,
) -> Limits | None:
    """Return limits of agreement of several differences per item, which are not independent.

    Mean and limits are those of ``limits_of_agreement`` over all differences; intervals are by
    the bootstrap over items, each drawn with all its differences (Bland and Altman, J Biopharm
    Stat 2007, on why the formulas for independent pairs are too narrow here).

    Args:
        apart: Shape (items, answers): differences; NaN where there is none.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.
        cancel: Stops it.

    Returns:
        None where there are under two differences.

    Raises:
        CancelledError: Stopped.
    """
    import numpy as np

    known = np.isfinite(apart)
    n, items = int(known.sum()), known.any(axis=1)
    if n < 2:
        return None
    filled, counts = np.where(known, apart, 0.0)[items], known[items].sum(axis=1)
    middle = float(filled.sum()) / n  # taken off first: sums of squares lose fewer digits
    centred = np.where(known[items], filled - middle, 0.0)
    sums = np.column_stack([counts, centred.sum(axis=1), (centred**2).sum(axis=1)])

    def figure(draws: Floats) -> Floats:
        many, total, squares = (draws @ sums).T
        mean = ratio(total, many)
        sd = np.sqrt(np.maximum(ratio(squares - many * mean**2, many - 1), 0.0))
        return np.column_stack([mean, mean - _SPREAD * sd, mean + _SPREAD * sd]) + middle

    mean, lower, upper = (float(each) for each in figure(np.ones((1, len(sums))))[0])
    found = resampled(len(sums), figure, resamples, seed, cancel)
    bounds = [percentile(each, len(sums)) for each in found.T]
    sd = (upper - lower) / (2 * _SPREAD)
    return Limits(n, mean, sd, lower, upper, bounds[0], bounds[1], bounds[2])
