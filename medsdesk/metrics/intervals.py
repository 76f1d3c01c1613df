"""How sure a figure is: 95 % intervals over items."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from medsdesk.core.score import Score
from medsdesk.metrics.counts import PARTIAL
from medsdesk.metrics.summary import aggregation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Interval = tuple[float, float]

RESAMPLES = 1000
SEED = 20240822  # any number does; the same one makes the same interval again
WILSON = "wilson"
BOOTSTRAP = f"bootstrap-percentile|resamples:{RESAMPLES}|seed:{SEED}"

NORMAL = "normal"

_Z = 1.959963984540054  # the normal distribution's 97.5 % point
_CELLS = 4_000_000  # of the table of resamples at a time: 32 MB
_COUNTS = ("tp", "fp", "fn")


def ci95(scores: Sequence[Score]) -> Interval | None:
    """Return the 95 % interval of the figure that ``summarise`` makes of one metric's items.

    Wilson's for an accuracy, else the percentile bootstrap over items.

    Args:
        scores: Scores of one metric made in one way; unscored ones are left out.

    Returns:
        Bounds in percent; None without an item, and for a bootstrap with a single one.
    """
    scored = [score for score in scores if score.value is not None]
    if not scored:
        return None
    if scored[0].metric == "accuracy":
        return wilson(sum(score.value == 100.0 for score in scored), len(scored))
    return bootstrap(scored) if len(scored) > 1 else None


def method(metric: str) -> str:
    """Return the name of the interval that ``ci95`` gives a metric, with its settings."""
    return WILSON if metric == "accuracy" else BOOTSTRAP


def wilson(right: int, n: int) -> Interval:
    """Return Wilson's score interval for a share, in percent.

    (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n) with p = right / n and z = 1.96
    (Wilson, JASA 1927). It stays inside 0 to 100 and has a width where all items are right.
    """
    share, z2 = right / n, _Z * _Z / n
    middle = share + z2 / 2
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n))
    low, high = ((middle + side * half) / (1 + z2) for side in (-1, 1))
    return 100.0 * max(0.0, low), 100.0 * min(1.0, high)


def of_mean(value: float, stderrs: Sequence[float]) -> Interval:
    """Return the normal interval of the plain mean of several independent figures, in percent.

    value ± z sqrt(sum of se²) / k for k figures with standard errors se and z = 1.96: how a
    stratified mean with equal weights is estimated (Cochran, Sampling Techniques, 1977, ch. 5).
    It is kept inside 0 to 100.
    """
    half = _Z * math.sqrt(math.fsum(error * error for error in stderrs)) / len(stderrs)
    return max(0.0, value - half), min(100.0, value + half)


def bootstrap(scored: Sequence[Score]) -> Interval:
    """Return the percentile bootstrap interval, in percent.

    Items are drawn with replacement, as many as there are; the figure is made anew from each of
    1,000 draws, pooled counts included; 2.5 % of the figures lie below the interval and 2.5 %
    above it (Efron and Tibshirani, 1993, ch. 13). The draws depend on the number of items alone,
    so that two metrics of the same items are drawn alike.
    """
    import numpy as np

    table, figure = parts(scored)
    drawn = np.concatenate([figure(weights @ table) for weights in draws(len(scored))])
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def parts(scored: Sequence[Score]) -> tuple[Floats, Callable[[Floats], Floats]]:
    """Return the items' parts that are summed up, and what makes figures of rows of sums."""
    import numpy as np

    first = scored[0]
    kind, _, how = aggregation(first).partition("-")
    if kind == "micro":
        keys = [f"{count}:partial" if how == "partial" else count for count in _COUNTS]
    elif kind == "macro":
        names = sorted({key for score in scored for key in score.details if ":" in key})
        labels = dict.fromkeys(key.partition(":")[2] for key in names)
        keys = [f"{count}:{label}" for label in labels for count in _COUNTS]
    else:
        values = np.array([[score.value] for score in scored], dtype=np.float64)
        return values, lambda sums: sums[:, 0] / len(scored)
    rows = [[score.details.get(key, 0.0) for key in keys] for score in scored]
    table = np.array(rows, dtype=np.float64)
    of_labels = int(how.removeprefix("of-")) if kind == "macro" and how else 0
    if_empty = 100.0 if how in ("", "partial") else 0.0
    metric = first.metric.removeprefix(PARTIAL)

    def figure(sums: Floats) -> Floats:
        figures, occurs = _figures(sums.reshape(len(sums), -1, 3), metric, if_empty)
        if kind == "micro":
            return figures[:, 0]
        total = np.where(occurs, figures, 0.0).sum(axis=1)
        counted = of_labels or np.maximum(occurs.sum(axis=1), 1)
        return np.asarray(total / counted, dtype=np.float64)

    return table, figure


def _figures(counts: Floats, metric: str, if_empty: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return precision, recall or F1 of each last row (tp, fp, fn), and which are not empty."""
    import numpy as np

    tp, fp, fn = np.moveaxis(counts, -1, 0)
    below = {"precision": tp + fp, "recall": tp + fn, "f1": (2 * tp + fp + fn) / 2}[metric]
    figures = 100.0 * np.divide(tp, below, out=np.zeros_like(tp), where=below > 0)
    occurs = (tp + fp + fn) > 0
    return np.where(occurs, figures, if_empty), occurs


def draws(n: int) -> Iterator[Floats]:
    """Yield tables of how often each of n items is in each resample; the same ones each time."""
    if RESAMPLES * n <= _CELLS:
        yield _few_draws(n)
        return
    import numpy as np

    random = np.random.default_rng(SEED)
    at_a_time = max(1, _CELLS // n)
    for start in range(0, RESAMPLES, at_a_time):
        yield _counted(random, min(at_a_time, RESAMPLES - start), n)


@lru_cache(maxsize=2)
def _few_draws(n: int) -> Floats:
    import numpy as np

    return _counted(np.random.default_rng(SEED), RESAMPLES, n)


def _counted(random: np.random.Generator, rows: int, n: int) -> Floats:
    import numpy as np

    drawn = random.integers(0, n, (rows, n)) + np.arange(rows)[:, None] * n
    return np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)
