"""Cohen's kappa, plain and weighted: two raters, or one rater at two times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats

Weights = Literal["identity", "linear", "quadratic"]


def kappa(first: Floats, second: Floats, weights: Weights = "identity") -> float:
    """Return Cohen's kappa of two raters.

    kappa = 1 - sum_ij d_ij p_ij / sum_ij d_ij p_i q_j, with p_ij the share of items rated i by
    the first and j by the second, p_i and q_j their margins, and the disagreement d_ij 0 or 1
    (identity; Cohen, 1960), abs(i - j) (linear) or (i - j)^2 (quadratic; Cohen, 1968). The
    distance is that of the values, not of their places among those used: a point of the scale
    that nobody chose still lies between its neighbours.

    Args:
        first: Shape (items,); NaN where there is no rating. Items without both are left out.
        second: Shape (items,).
        weights: Of disagreement.

    Returns:
        NaN where it is not defined: no item has both, or both raters use one and the same value.
    """
    import numpy as np

    both = np.isfinite(first) & np.isfinite(second)
    return float(kappas(first, second, weights)(np.ones((1, int(both.sum()))))[0])


def kappas(first: Floats, second: Floats, weights: Weights) -> Callable[[Floats], Floats]:
    """Return the function that makes kappas, shape (rows,), of draws of items, (rows, items).

    Args:
        first: As for ``kappa``; the items drawn are those that both rated, in their order.
        second: As for ``kappa``.
        weights: As for ``kappa``.
    """
    import numpy as np

    both = np.isfinite(first) & np.isfinite(second)
    x, y = first[both], second[both]
    values = np.unique(np.concatenate([x, y]))
    distances = distance(values, weights)
    chosen = (x[:, None] == values).astype(np.float64), (y[:, None] == values).astype(np.float64)
    apart = ((chosen[0] @ distances) * chosen[1]).sum(axis=1)

    def figure(draws: Floats) -> Floats:
        seen = (draws @ apart) * draws.sum(axis=1)
        expected = (((draws @ chosen[0]) @ distances) * (draws @ chosen[1])).sum(axis=1)
        return np.asarray(1.0 - ratio(seen, expected))

    return figure


def distance(values: Floats, weights: Weights) -> Floats:
    """Return the disagreement of each pair of values, shape (values, values)."""
    import numpy as np

    apart = np.abs(values[:, None] - values)
    if weights == "identity":
        return (apart > 0).astype(np.float64)
    return np.asarray(apart if weights == "linear" else apart**2)
