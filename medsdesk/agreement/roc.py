"""Can a metric tell clinically unacceptable answers from acceptable ones, and from which value?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import ratio
from medsdesk.agreement.ranks import middle_ranks

if TYPE_CHECKING:
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


def aucs(positive: Bools, scores: Floats) -> Callable[[Floats], Floats]:
    """Return the function that makes areas, shape (rows,), of draws of answers, (rows, n).

    Args:
        positive: Shape (n,).
        scores: Shape (n,), without NaN.
    """
    import numpy as np

    _, place = np.unique(scores, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))

    def figure(draws: Floats) -> Floats:
        sides = [
            np.add.reduceat((draws * side)[:, order], starts, axis=1)
            for side in (positive, ~positive)
        ]
        lower = np.cumsum(sides[1], axis=1) - sides[1] / 2
        pairs = sides[0].sum(axis=1) * sides[1].sum(axis=1)
        return ratio((sides[0] * lower).sum(axis=1), pairs)

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
