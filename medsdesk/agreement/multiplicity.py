"""Many tests at once: adjusted p-values by Holm, and by Benjamini and Hochberg."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's adjusted p-values, in the order given.

    Of m p-values in rising order, the i-th becomes the largest of (m - j + 1) p_j for j <= i,
    at most 1 (Holm, Scand J Stat 1979). Keeping those up to .05 errs anywhere in the family in
    at most 5 % of studies.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Benjamini and Hochberg's adjusted p-values, in the order given.

    Of m p-values in rising order, the i-th becomes the smallest of m p_j / j for j >= i, at
    most 1 (Benjamini and Hochberg, J R Stat Soc B 1995). Of those kept up to .05, 5 % are
    expected to be wrong: for exploring.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, lowest, m = [0.0] * len(p_values), 1.0, len(p_values)
    for place, index in enumerate(order):
        lowest = min(lowest, m * p_values[index] / (m - place))
        adjusted[index] = lowest
    return tuple(adjusted)
