"""What pictures of single answers know: each clinicians' mean rating beside one metric's score."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from medsdesk.agreement.ranks import middle_ranks
from medsdesk.agreement.resampling import percentile, resampled
from medsdesk.agreement.roc import Threshold, auc, aucs, curve, threshold_at
from medsdesk.services.compare_scales import limits_apart, mapping_of
from medsdesk.services.study_measures import is_low_good

if TYPE_CHECKING:
    from medsdesk.agreement.bland_altman import Limits
    from medsdesk.agreement.figures import Floats, Interval
    from medsdesk.services.rated_answers import Question

NO_POINTS = "No answer has both a rating and a figure of this metric."
NOMINAL = "The scale is nominal: its values have no order."
FEW = "Only {n} answers have both a rating and a score; with fewer than {least} there is no figure."
ONE_KIND = "All answers are acceptable, or none is: there is nothing to tell apart."

LEAST = 5
WORST = 15  # on either side
MOST_POINTS = 21


@dataclass(frozen=True, slots=True)
class AnswerPoint:
    """One rated answer.

    Attributes:
        output: Its id; empty where a file of ratings named none.
        item: The input it answers.
        task: Id of the task.
        model: The model.
        category: Category of the task.
        rating: Mean of the raters.
        raters: How many they are.
        score: The metric's figure.
    """

    output: str
    item: str
    task: str
    model: str
    category: str
    rating: float
    raters: int
    score: float


@dataclass(frozen=True, slots=True)
class LimitsPicture:
    """Bland and Altman's picture of ratings and a metric that was brought onto their scale.

    Attributes:
        means: Mean of rating and mapped score of each point, in the order of the points.
        differences: Rating minus mapped score.
        limits: Mean difference and limits of agreement; None where there are none.
        gap: Why there are none.
    """

    means: tuple[float, ...] = ()
    differences: tuple[float, ...] = ()
    limits: Limits | None = None
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class RocPicture:
    """How well low scores find clinically unacceptable answers.

    Attributes:
        curve: Threshold, share of acceptable answers flagged, share of unacceptable ones flagged.
        area: Under the curve; None where there is none.
        ci95: 95 % interval over items.
        threshold: The lowest that flags 95 % of the unacceptable answers; turned back where low
            scores are good.
        least: Mean rating from which on an answer is acceptable (up to which, where high is bad).
        unacceptable: How many answers are not.
        gap: Why there is no curve.
    """

    curve: tuple[tuple[float, float, float], ...] = ()
    area: float | None = None
    ci95: Interval | None = None
    threshold: Threshold | None = None
    least: float = 0.0
    unacceptable: int = 0
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer that the metric places far from where clinicians place it.

    Attributes:
        point: The answer.
        by_clinicians: Share of the answers that clinicians place below it, ties half; 0 to 1.
        by_metric: The same of the metric.
        apart: The metric's share minus the clinicians'.
    """

    point: AnswerPoint
    by_clinicians: float
    by_metric: float
    apart: float


def answer_points(question: Question, metric: str) -> tuple[AnswerPoint, ...]:
    """Return the answers that have a rating and a score, in the order they came."""
    if question.level == "nominal":
        return ()
    values: defaultdict[str, list[float]] = defaultdict(list)
    for (key, _), value in question.values.items():
        values[key].append(value)
    return tuple(
        AnswerPoint(
            each.output, each.item, each.task, each.model, each.category,
            fmean(values[key]), len(values[key]), each.scores[metric],
        )
        for key, each in question.answers.items()
        if metric in each.scores and values[key]
    )  # fmt: skip


def gap_of(question: Question, points: Sequence[AnswerPoint]) -> str | None:
    """Return why there is nothing to show, or None."""
    if question.level == "nominal":
        return NOMINAL
    return None if points else NO_POINTS


def limits_picture(
    question: Question, metric: str, points: Sequence[AnswerPoint], how: tuple[int, int]
) -> LimitsPicture:
    """Tell how far ratings are from a metric laid on their scale, as ``compare`` does.

    Args:
        question: Whose ratings and scale.
        metric: Its figures in percent are laid evenly over the scale.
        points: The answers.
        how: Resamples of the intervals and seed.
    """
    import numpy as np

    gap = gap_of(question, points) or _few(points)
    mapping = mapping_of(question, metric)
    if gap is not None or isinstance(mapping, str):
        return LimitsPicture(gap=gap or str(mapping))
    ratings, scores = _arrays(points)
    mapped = mapping.ratings(scores)
    by_item: defaultdict[str, list[float]] = defaultdict(list)
    for point, apart in zip(points, (ratings - mapped).tolist(), strict=True):
        by_item[point.item].append(apart)
    table = np.full((len(by_item), max(map(len, by_item.values()))), np.nan)
    for row, found in zip(table, by_item.values(), strict=True):
        row[: len(found)] = found
    return LimitsPicture(
        tuple(((mapped + ratings) / 2).tolist()),
        tuple((ratings - mapped).tolist()),
        limits_apart(table, *how)[0],
    )


def roc_picture(
    question: Question,
    metric: str,
    points: Sequence[AnswerPoint],
    least: float | None,
    how: tuple[int, int],
) -> RocPicture:
    """Return the curve for finding clinically unacceptable answers by the metric.

    Args:
        question: Whose ratings say what is acceptable.
        metric: Whose low figures flag (high ones, where low are good).
        points: The answers.
        least: As in ``RocPicture``; the middle of the scale where left out.
        how: Resamples of the interval and seed.
    """
    least = acceptable_from(question) if least is None else least
    gap = gap_of(question, points) or _few(points)
    if gap is not None:
        return RocPicture(least=least, gap=gap)
    ratings, scores = _arrays(points)
    good = 1.0 if question.higher_is_better else -1.0
    low = is_low_good(metric)
    acceptable = good * ratings >= good * least
    bad = int((~acceptable).sum())
    signed = -scores if low else scores
    cut = threshold_at(acceptable, signed)
    if cut is None:
        return RocPicture(least=least, unacceptable=bad, gap=ONE_KIND)
    numbers = {name: place for place, name in enumerate(dict.fromkeys(p.item for p in points))}
    item = [numbers[point.item] for point in points]
    make = aucs(acceptable, signed)
    figures = resampled(len(numbers), lambda draws: make(draws[:, item]), *how)
    sign = -1.0 if low else 1.0
    if low:
        cut = Threshold(-cut.value, cut.sensitivity, cut.specificity, cut.negative_predictive_value)
    drawn = tuple((sign * float(a), float(b), float(c)) for a, b, c in curve(acceptable, signed))
    area = auc(acceptable, signed)
    return RocPicture(drawn, area, percentile(figures, len(numbers)), cut, least, bad)


def acceptable_from(question: Question) -> float:
    """Return the middle of a question's scale, where nobody says what is acceptable."""
    points = scale_points(question)
    if not points:
        return 0.0
    up = len(points) // 2 if question.higher_is_better else (len(points) - 1) // 2
    return float(points[up])


def scale_points(question: Question) -> tuple[float, ...]:
    """Return the points of a question's scale in order; those given, where the form is not known.

    A scale without steps has many: every one of them, thinned out to ``MOST_POINTS``.
    """
    points = sorted(question.points or set(question.values.values()))
    step = -(-len(points) // MOST_POINTS) if points else 1
    return tuple(points[::step])


def disagreements(
    question: Question, metric: str, points: Sequence[AnswerPoint]
) -> tuple[Disagreement, ...]:
    """Return the answers that metric and clinicians place farthest apart, the farthest first.

    Both are ranked from worst to best among all answers to the question. At most ``WORST`` answers
    that the metric places too high, and as many that it places too low.
    """
    if len(points) < 2:
        return ()
    ratings, scores = _arrays(points)
    ranked = [
        (middle_ranks(values if good else -values) - 0.5) / len(points)
        for values, good in (
            (ratings, question.higher_is_better),
            (scores, not is_low_good(metric)),
        )
    ]
    found = [
        Disagreement(point, float(mine), float(its), float(its - mine))
        for point, mine, its in zip(points, *ranked, strict=True)
        if not math.isclose(mine, its)
    ]
    found.sort(key=lambda each: -abs(each.apart))
    high = [each for each in found if each.apart > 0][:WORST]
    low = [each for each in found if each.apart < 0][:WORST]
    return (*high, *low)


def _few(points: Sequence[AnswerPoint]) -> str | None:
    return FEW.format(n=len(points), least=LEAST) if len(points) < LEAST else None


def _arrays(points: Sequence[AnswerPoint]) -> tuple[Floats, Floats]:
    import numpy as np

    return np.array([p.rating for p in points]), np.array([p.score for p in points])
