"""Bland-Altman: how far apart two measurements on one scale are, and how often."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.distributions import t_quantile

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats, Interval


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean difference and limits of agreement, first minus second.

    Attributes:
        n: Pairs.
        mean: Mean difference, the bias.
        sd: Standard deviation of the differences.
        lower: Lower limit of agreement.
        upper: Upper limit of agreement.
        mean_ci95: 95 % interval of the mean difference.
        lower_ci95: 95 % interval of the lower limit.
        upper_ci95: 95 % interval of the upper limit.
    """

    n: int
    mean: float
    sd: float
    lower: float
    upper: float
    mean_ci95: Interval
    lower_ci95: Interval
    upper_ci95: Interval


def limits_of_agreement(first: Floats, second: Floats, spread: float = 1.96) -> Limits | None:
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
