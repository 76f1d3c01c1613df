"""Bootstrap resamples: how often each item, or model, is drawn; seeded, many at a time.

A figure that is a function of sums over items is computed for a thousand resamples at once from
the table of how often each item was drawn. The draws depend on the seed and the number of items
alone, so that two metrics of the same items are drawn alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

from medsdesk.agreement.distributions import t_quantile
from medsdesk.core.errors import CancelledError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Floats, Interval
    from medsdesk.core.cancel import CancelToken

RESAMPLES = 1000
SEED = 20240822  # any number does; the same one makes the same interval again
LEAST_DEFINED = 0.9  # of the resamples must have a figure, or there is no interval

_BLOCK = 65_536  # draws handed over at a time: what is made of them stays in the cache
_CELLS = 2_000_000  # of the table of draws at a time: 16 MB
_KEPT = 100_000_000  # of a large table of draws that is kept: 200 MB


def resampled(
    n: int,
    figure: Callable[[Floats], Floats],
    resamples: int = RESAMPLES,
    seed: int = SEED,
    cancel: CancelToken | None = None,
    width: int = 0,
) -> Floats:
    """Return the figures of resamples of n things drawn with replacement.

    Args:
        n: How many things there are, and are drawn each time.
        figure: Makes figures, shape (rows, ...), of draws, shape (rows, n): how often each of
            the n things is in each resample.
        resamples: How many.
        seed: Of the draws.
        cancel: Looked at between blocks of draws.
        width: How many numbers a row of what the figure makes on its way has, where that is
            more than n. Blocks are small enough for these to stay in the processor's cache.

    Returns:
        Shape (resamples, ...).

    Raises:
        CancelledError: Stopped.
    """
    import numpy as np

    rows, parts = max(1, _BLOCK // max(n, width)), []
    for draws in _draws(n, resamples, seed):
        for start in range(0, len(draws), rows):
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            parts.append(figure(draws[start : start + rows]))
    return np.concatenate(parts)


def percentile(figures: Floats, n: int) -> Interval | None:
    """Return the expanded percentile bootstrap interval.

    The percentiles are Phi(-+ sqrt(n / (n - 1)) t), with t the 97.5 % point of Student's t with
    n - 1 degrees of freedom, in place of 2.5 and 97.5: the plain percentile interval of a mean
    is too short by just that much (Hesterberg, Am Stat 2015, section 3.3). Resamples in which
    the figure is not defined are left out.

    Args:
        figures: Shape (resamples,); NaN where not defined.
        n: How many things were drawn from.

    Returns:
        None for a single thing, where more than a tenth of the resamples have no figure, and
        where all have the same: they cannot tell how sure it is.
    """
    if n < 2:
        return None
    tail = NormalDist().cdf(-_reach(n))
    return _bounds(figures, tail, 1 - tail)


def bca(figures: Floats, value: float, jackknife: Floats) -> Interval | None:
    """Return the bias-corrected and accelerated bootstrap interval, expanded for few things.

    Bounds are the percentiles Phi(z0 + (z0 + z) / (1 - a (z0 + z))) with z0 the normal quantile
    of the share of resamples below the value (ties half), and a from the jackknife:
    sum d^3 / (6 (sum d^2)^1.5), d = mean - each (Efron and Tibshirani, An Introduction to the
    Bootstrap, 1993, 14.3); z is that of ``percentile`` in place of 1.96.

    Args:
        figures: Shape (resamples,); NaN where not defined.
        value: The figure of the data themselves.
        jackknife: Shape (n,): the figure without each thing in turn.

    Returns:
        None as for ``percentile``, and where all resamples lie on one side of the value.
    """
    import numpy as np

    known = figures[np.isfinite(figures)]
    below = float(np.mean(known < value) + np.mean(known == value) / 2) if known.size else 0.0
    if not 0 < below < 1 or len(jackknife) < 2:
        return None
    normal = NormalDist()
    shift = normal.inv_cdf(below)
    apart = jackknife[np.isfinite(jackknife)]
    apart = apart.mean() - apart
    spread = float((apart**2).sum())
    skew = float((apart**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
    z = _reach(len(jackknife))
    low, high = (normal.cdf(shift + each / (1 - skew * each)) for each in (shift - z, shift + z))
    return _bounds(figures, low, high)


def _reach(n: int) -> float:
    """Return how many standard errors an interval from n things reaches on either side."""
    return math.sqrt(n / (n - 1)) * t_quantile(0.975, n - 1)


def jackknife(n: int, figure: Callable[[Floats], Floats], alike: Floats | None = None) -> Floats:
    """Return the figure without each of n things in turn, shape (n, ...).

    Args:
        n: How many things there are.
        figure: Makes figures of draws, as for ``resampled``.
        alike: Shape (n, ...): things with equal rows make equal figures, which are made once;
            None where each is made by itself.
    """
    import numpy as np

    if alike is None:
        first, place = np.arange(n), np.arange(n)
    else:
        _, first, place = np.unique(alike, axis=0, return_index=True, return_inverse=True)
    rows = max(1, _CELLS // n)
    parts = []
    for start in range(0, len(first), rows):
        left_out = first[start : start + rows]
        kept = np.ones((len(left_out), n))
        kept[np.arange(len(kept)), left_out] = 0
        parts.append(figure(kept))
    return np.asarray(np.concatenate(parts)[place.ravel()])


def _bounds(figures: Floats, low: float, high: float) -> Interval | None:
    import numpy as np

    known = np.sort(figures[np.isfinite(figures)])
    if not known.size or known.size < LEAST_DEFINED * figures.size:
        return None
    lower, upper = _quantile(known, low), _quantile(known, high)
    return (lower, upper) if lower < upper else None


def _quantile(rising: Floats, share: float) -> float:
    """Return a quantile of numbers in order, between two of them on the straight line."""
    place = share * (len(rising) - 1)
    before = min(int(place), len(rising) - 1)
    after = min(before + 1, len(rising) - 1)
    lower, upper, part = float(rising[before]), float(rising[after]), place - before
    if part < 0.5:
        return lower + (upper - lower) * part
    return upper - (upper - lower) * (1 - part)


def _draws(n: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield tables of how often each of n things is in each resample."""
    import numpy as np

    if resamples * n <= _CELLS:
        yield _few_draws(n, resamples, seed)
        return
    kept = _many_draws(n, resamples, seed) if resamples * n <= _KEPT else None
    at_a_time = max(1, _BLOCK // n) if kept is not None else max(1, _CELLS // n)
    random = np.random.default_rng(seed)
    for start in range(0, resamples, at_a_time):
        if kept is not None:
            yield kept[start : start + at_a_time].astype(np.float64)
        else:
            yield _counted(random, min(at_a_time, resamples - start), n)


@lru_cache(maxsize=8)  # the metrics of one category follow one another
def _few_draws(n: int, resamples: int, seed: int) -> Floats:
    import numpy as np

    drawn = _counted(np.random.default_rng(seed), resamples, n)
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=1)
def _many_draws(n: int, resamples: int, seed: int) -> NDArray[np.uint16]:
    """Return a large table in a quarter of the memory."""
    import numpy as np

    random, at_a_time = np.random.default_rng(seed), max(1, _CELLS // n)
    drawn = np.empty((resamples, n), dtype=np.uint16)
    for start in range(0, resamples, at_a_time):
        rows = min(at_a_time, resamples - start)
        drawn[start : start + rows] = _counted(random, rows, n)
    return drawn


def _counted(random: np.random.Generator, rows: int, n: int) -> Floats:
    import numpy as np

    drawn = random.integers(0, n, (rows, n))
    counts = np.empty((rows, n))
    # A part at a time: counting keeps other threads from the interpreter.
    at_a_time = max(1, _BLOCK // n)
    for start in range(0, rows, at_a_time):
        part = drawn[start : start + at_a_time]
        placed = (part + np.arange(len(part))[:, None] * n).ravel()
        counts[start : start + at_a_time] = np.bincount(placed, minlength=part.size).reshape(
            part.shape
        )
    return counts
