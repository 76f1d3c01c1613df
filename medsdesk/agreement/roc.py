"""Can a metric tell clinically unacceptable answers from acceptable ones, and from which value?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import ratio
from medsdesk.agreement.ranks import OrderedDraws, middle_ranks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Bools, Floats


SENSITIVITY = 0.95  # an unacceptable answer that is missed is worse than one looked at in vain


@dataclass(frozen=True, slots=True)
class Threshold:
    """Answers with a score up to ``value`` are flagged.

    Attributes:
        value: The highest score that is flagged.
        sensitivity: Share of the unacceptable answers that are flagged.
        specificity: Share of the acceptable answers that are not.
        negative_predictive_value: Share of answers not flagged that are acceptable, at the
            prevalence of these data; None where all are flagged.
    """

    value: float
    sensitivity: float
    specificity: float
    negative_predictive_value: float | None


def auc(positive: Bools, scores: Floats) -> float:
    """Return the area under the ROC curve: the chance that a positive has the higher score.

    Ties count half; computed from ranks as (R - n1 (n1 + 1) / 2) / (n1 n0), with R the sum of
    the positives' ranks (Hanley and McNeil, Radiology 1982).

    Args:
        positive: Shape (n,).
        scores: Shape (n,), without NaN.

    Returns:
        NaN where all are positive, or none.
    """
    many = int(positive.sum())
    few = len(positive) - many
    if not many or not few:
        return math.nan
    ranks = float(middle_ranks(scores)[positive].sum())
    return (ranks - many * (many + 1) / 2) / (many * few)


def aucs(
    positive: Bools, scores: Floats, item: NDArray[np.intp] | None = None
) -> Callable[[Floats], Floats]:
    """Return the function that makes areas, shape (rows,), of draws of items, (rows, items).

    Args:
        positive: Shape (n,).
        scores: Shape (n,), without NaN.
        item: Shape (n,): the item of each answer, which is drawn as a whole; None where each
            answer is one.
    """
    import numpy as np

    item = np.arange(len(scores)) if item is None else item
    ordered = OrderedDraws(scores, item)
    sides = [
        np.bincount(item[side], minlength=int(item.max()) + 1).astype(np.float64)
        for side in (positive, ~positive)
    ]
    at = positive[ordered.order].astype(np.float64)

    def figure(draws: Floats) -> Floats:
        ranks, weights, _ = ordered.ranked(draws)
        ranks *= weights
        many = draws @ sides[0]
        return ratio(ranks @ at - many**2 / 2, many * (draws @ sides[1]))

    return figure


def curve(acceptable: Bools, scores: Floats) -> Floats:
    """Return the ROC curve for finding unacceptable answers by low scores.

    Args:
        acceptable: Shape (n,).
        scores: Shape (n,), without NaN.

    Returns:
        Shape (points, 3): threshold, 1 - specificity, sensitivity; from flagging nothing
        (threshold minus infinity) to flagging all. Empty where all are of one kind.
    """
    import numpy as np

    many = int((~acceptable).sum())
    few = len(acceptable) - many
    if not many or not few:
        return np.empty((0, 3))
    values, place = np.unique(scores, return_inverse=True)
    at = [np.bincount(place[side], minlength=len(values)) for side in (~acceptable, acceptable)]
    found, false = np.cumsum(at[0]) / many, np.cumsum(at[1]) / few
    points = np.column_stack([values, false, found])
    return np.concatenate([[[-np.inf, 0.0, 0.0]], points])


def threshold_at(
    acceptable: Bools, scores: Floats, sensitivity: float = SENSITIVITY
) -> Threshold | None:
    """Return the lowest threshold that flags at least this share of the unacceptable answers.

    Sensitivity is fixed, and specificity is what it costs, because an unacceptable answer that
    is missed is worse than an acceptable one that is looked at once more (Pepe, The Statistical
    Evaluation of Medical Tests, 2003, 2.2).

    Args:
        acceptable: Shape (n,).
        scores: Shape (n,), without NaN; low scores are flagged.
        sensitivity: From 0 to 1.

    Returns:
        None where all are of one kind.
    """
    points = curve(acceptable, scores)
    if not len(points):
        return None
    value, false, found = points[int((points[:, 2] >= sensitivity - 1e-12).argmax())]
    passed = scores > value
    predictive = float(acceptable[passed].mean()) if passed.any() else None
    return Threshold(float(value), float(found), 1.0 - float(false), predictive)
