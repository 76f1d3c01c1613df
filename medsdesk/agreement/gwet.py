"""Gwet's AC1 and AC2 and Randolph's kappa, which hold where nearly all ratings are alike.

Alpha and kappa collapse when one category is rare, as severe harm is: chance agreement is then
counted as nearly certain. These coefficients say how often raters agree beyond a chance that
does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import ratio
from medsdesk.agreement.kappa import Weights, distance

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats


def gwet(table: Floats, weights: Weights = "identity", points: Sequence[float] = ()) -> float:
    """Return Gwet's AC1 (identity weights) or AC2 (linear or quadratic ones).

    AC = (p_a - p_e) / (1 - p_e). p_a is the mean over items with two or more ratings of
    sum_k r_k (r*_k - 1) / (r (r - 1)), with r_k the raters who chose k and r*_k their weighted
    number; p_e = T_w / (q (q - 1)) sum_k pi_k (1 - pi_k), with T_w the sum of the q x q weights
    and pi_k the mean share of category k over all items (Gwet, Br J Math Stat Psychol 2008;
    Handbook of Inter-Rater Reliability, 4th ed. 2014, ch. 5). Weights are 1 - d / max d.

    Args:
        table: Shape (items, raters); NaN where a rater gave no value.
        weights: Of agreement.
        points: All points of the scale; those in the table where none are given.

    Returns:
        NaN where it is not defined: no item has two values, or there is only one category.
    """
    import numpy as np

    rated = int(np.isfinite(table).any(axis=1).sum())
    return float(gwets(table, weights, points)(np.ones((1, rated)))[0])


def gwets(
    table: Floats, weights: Weights, points: Sequence[float] = ()
) -> Callable[[Floats], Floats]:
    """Return the function that makes AC, shape (rows,), of draws of items, (rows, items).

    Args:
        table: As for ``gwet``; the items drawn are those with a rating, in their order.
        weights: As for ``gwet``.
        points: As for ``gwet``.
    """
    import numpy as np

    shares, agreed, several, alike = _parts(table, weights, points)
    q = alike.shape[0]

    def figure(draws: Floats) -> Floats:
        pi = (draws @ shares) / draws.sum(axis=1, keepdims=True)
        chance = alike.sum() / (q * (q - 1)) * (pi * (1 - pi)).sum(axis=1)
        return _beyond(draws @ agreed, draws @ several, chance)

    if q < 2:
        return lambda draws: np.full(len(draws), np.nan)
    return figure


def randolph(table: Floats, points: Sequence[float] = ()) -> float:
    """Return Randolph's free-marginal kappa: (p_a - 1/q) / (1 - 1/q) for q categories.

    Randolph, Joensuu Learning and Instruction Symposium 2005; the choice of Med-PaLM's authors
    for rare findings (Singhal et al., Nature Medicine 2025). p_a as in ``gwet``, unweighted.

    Args:
        table: Shape (items, raters); NaN where a rater gave no value.
        points: All points of the scale; those in the table where none are given.

    Returns:
        NaN where it is not defined, as for ``gwet``.
    """
    import numpy as np

    _, agreed, several, alike = _parts(table, "identity", points)
    if alike.shape[0] < 2:
        return float("nan")
    chance = np.array([1.0 / alike.shape[0]])
    return float(_beyond(agreed.sum(keepdims=True), several.sum(keepdims=True), chance)[0])


def _parts(
    table: Floats, weights: Weights, points: Sequence[float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return shares of categories, agreement and whether it counts per item, and the weights."""
    import numpy as np

    rated = table[np.isfinite(table).any(axis=1)]
    values = np.unique(np.concatenate([rated[np.isfinite(rated)], np.asarray(points, float)]))
    apart = distance(values, weights)
    alike = 1 - apart / apart.max() if apart.size and apart.max() > 0 else 1 - apart
    counts = (rated[:, :, None] == values).sum(axis=1).astype(np.float64)
    sizes = counts.sum(axis=1)
    several = (sizes >= 2).astype(np.float64)
    pairs = np.maximum(sizes * (sizes - 1), 1)
    agreed = several * (counts * (counts @ alike - 1)).sum(axis=1) / pairs
    return counts / sizes[:, None], agreed, several, alike


def _beyond(agreed: Floats, several: Floats, chance: Floats) -> Floats:
    import numpy as np

    return np.asarray((ratio(agreed, several) - chance) / (1 - chance))
