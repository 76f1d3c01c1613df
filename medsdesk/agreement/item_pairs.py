"""Does a metric order the answers to one and the same input as people do? Pairs within items.

Answers to different inputs are never compared, so that easy and hard inputs, long and short
ones, or different tasks cannot make a correlation by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from medsdesk.agreement.figures import ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Floats

_CELLS = 2_000_000  # rows x items x models at a time: 16 MB

Order = Literal["kendall_tau_b", "spearman", "acc_eq"]


@dataclass(frozen=True, slots=True)
class ItemPairs:
    """Differences of all pairs of answers to the same items.

    Attributes:
        first: Shape (pairs,): column of the first answer of each pair.
        second: Shape (pairs,): column of the second.
        human: Shape (items, pairs): human differences; NaN where either answer lacks a number.
        metric: Shape (items, pairs): the metric's differences; NaN at the same places.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    human: Floats
    metric: Floats


def item_pairs(human: Floats, metric: Floats) -> ItemPairs:
    """Return the differences of all pairs of answers to the same items.

    Args:
        human: Shape (items, models); NaN where an answer has no rating.
        metric: Shape (items, models); NaN where it has no score.
    """
    import numpy as np

    first, second = _two_of(human.shape[1])
    apart = human[:, first] - human[:, second], metric[:, first] - metric[:, second]
    both = np.isfinite(apart[0]) & np.isfinite(apart[1])
    differences = apart if both.all() else (np.where(both, each, np.nan) for each in apart)
    return ItemPairs(first, second, *differences)


@lru_cache(maxsize=16)
def _two_of(models: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    import numpy as np

    first, second = np.triu_indices(models, 1)
    return first.astype(np.intp), second.astype(np.intp)


def by_item(
    human: Floats, metric: Floats, order: Order, threshold: float = 0.0
) -> Callable[[Floats | None], Floats]:
    """Return the function that makes one coefficient per item, for draws of models.

    ``kendall_tau_b``: (C - D) / sqrt((P - T_h) (P - T_m)) over the pairs of an item (see
    ``ranks.kendall_tau_b``). ``spearman``: of the ranks within the item. ``acc_eq``: the share
    of pairs that both order alike or both call equal, (C + T_hm) / P (Deutsch, Foster and
    Freitag, EMNLP 2023).

    Args:
        human: Shape (items, models); NaN where an answer has no rating.
        metric: Shape (items, models); NaN where it has no score.
        order: The coefficient.
        threshold: For ``acc_eq``: metric differences up to this count as equal.

    Returns:
        A function of draws of models, shape (rows, models), None for each model once, that
        returns shape (rows, items); NaN where an item has no pair or one side is constant. A
        model drawn twice makes no pair with itself.
    """
    import numpy as np

    if order == "spearman":
        return _spearman(np.where(np.isfinite(human) & np.isfinite(metric), human, np.nan), metric)
    pairs = item_pairs(human, metric)
    known = np.isfinite(pairs.human)
    sign_h = np.sign(np.where(known, pairs.human, 0.0))
    sign_m = np.sign(np.where(known & (np.abs(pairs.metric) > threshold), pairs.metric, 0.0))
    if order == "acc_eq":
        above, beneath = (known & (sign_h == sign_m)).astype(np.float64), known.astype(np.float64)
    else:
        above, beneath = sign_h * sign_m, np.abs(sign_h)
    other = np.abs(sign_m)

    def figure(draws: Floats | None) -> Floats:
        weights = np.ones((1, len(pairs.first)))
        if draws is not None:
            weights = draws[:, pairs.first] * draws[:, pairs.second]
        below = weights @ beneath.T
        if order == "kendall_tau_b":
            below = np.sqrt(below * (weights @ other.T))
        return ratio(weights @ above.T, below)

    return figure


def _spearman(human: Floats, metric: Floats) -> Callable[[Floats | None], Floats]:
    """Make Spearman's coefficients; a centred rank is half the sum of signs of differences."""
    import numpy as np

    known = np.isfinite(human) & np.isfinite(metric)
    both = known[:, :, None] & known[:, None, :]
    signs = [
        np.sign(np.where(both, side[:, :, None] - side[:, None, :], 0.0))
        for side in (human, metric)
    ]

    def figure(draws: Floats | None) -> Floats:
        if draws is None:
            h, m = (sign.sum(axis=2) for sign in signs)
            squares = (h**2).sum(axis=1) * (m**2).sum(axis=1)
            return ratio((h * m).sum(axis=1), np.sqrt(squares))[None]
        rows = max(1, _CELLS // max(known.size, 1))
        parts = [block(draws[start : start + rows]) for start in range(0, len(draws), rows)]
        return np.concatenate(parts)

    def block(weights: Floats) -> Floats:
        h, m = (np.einsum("iab,rb->ria", sign, weights, optimize=True) for sign in signs)
        product = np.einsum("ria,ria,ra->ri", h, m, weights, optimize=True)
        squares = [np.einsum("ria,ria,ra->ri", x, x, weights, optimize=True) for x in (h, m)]
        return ratio(product, np.sqrt(squares[0] * squares[1]))

    return figure


def mean_over(items: Floats, draws: Floats) -> Floats:
    """Return the mean over items of each draw, shape (rows,), leaving out what is NaN.

    Args:
        items: Shape (rows, items) or (1, items): a coefficient per item.
        draws: Shape (rows, items): how often each item is drawn.
    """
    import numpy as np

    known = np.isfinite(items)
    if len(items) == 1:
        return ratio(draws @ np.where(known, items, 0.0)[0], draws @ known[0].astype(np.float64))
    total = (draws * np.where(known, items, 0.0)).sum(axis=1)
    counted = (draws * known).sum(axis=1)
    return ratio(total, counted)
