"""Compare metrics with ratings on the ratings' own scale, and with what is acceptable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medsdesk.agreement.bland_altman import Limits, clustered_limits, limits_of_agreement
from medsdesk.agreement.figures import joined
from medsdesk.agreement.raters import EVEN_STEPS
from medsdesk.services.comparison_rows import CutRow, LimitsRow
from medsdesk.services.study_measures import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medsdesk.agreement.figures import Floats
    from medsdesk.agreement.human_metric import Cut
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.comparison_report import CompareOptions, MetricRow
    from medsdesk.services.rated_answers import Question
    from medsdesk.services.rated_tables import RatedTable

MAPPED = "0 to 100 % of the metric were laid evenly over the scale, from {worst:g} to {best:g}."
NO_ENDS = "The ends of the scale are not known, so that no metric can be put on it."
NOT_PERCENT = "This metric is not in percent and has no ends that could be laid on the scale's."
OF_PAIRS = "A preference is about two answers, a score about one: they have no common scale."
TOO_FEW = "Only {n} answers have a rating and a score; with fewer than {least} no limits are given."
ONE_DIFFERENCE = "All differences are equal: the limits are the difference itself."
STRAIGHT = "Nothing says that equal steps of the metric mean equal steps of the scale."

PERCENT = ("strict.", "medsbench.", "choices.")
LEAST_ANSWERS = 5
STUDENT = "student-t|over:answers"
BOOTSTRAP = "bootstrap-percentile|over:items|resamples:{resamples}|seed:{seed}"


class ScaleMapping(NamedTuple):
    """The ratings that 0 and 100 % of a metric stand for; what lies between is laid evenly."""

    worst: float
    best: float

    def ratings(self, scores: Floats) -> Floats:
        """Return scores in percent as points of the scale, in the same shape."""
        return self.worst + (self.best - self.worst) * scores / 100


def limits_rows(
    table: RatedTable, options: CompareOptions, cancel: CancelToken | None = None
) -> Iterator[LimitsRow]:
    """Yield limits of agreement for each metric that can be put on the scale of the ratings.

    A score in percent is laid evenly over the scale: 0 is its worst point, 100 its best. Other
    metrics, and scales whose ends are not known, have a sentence instead.
    """
    import numpy as np

    question = table.question
    if question.level == "nominal":
        return
    for metric in table.metrics:
        mapping = mapping_of(question, metric)
        if isinstance(mapping, str):
            yield _row(table, metric, None, note=mapping)
            continue
        apart = table.human - mapping.ratings(table.scores(metric))
        n = int(np.isfinite(apart).sum())
        if n < LEAST_ANSWERS:
            yield _row(table, metric, apart, note=TOO_FEW.format(n=n, least=LEAST_ANSWERS))
            continue
        told = MAPPED.format(worst=mapping.worst, best=mapping.best)
        found, how = limits_apart(apart, options.resamples, options.seed, cancel)
        even = EVEN_STEPS if question.level == "ordinal" else None
        same = ONE_DIFFERENCE if found is not None and found.sd == 0 else None
        yield _row(
            table, metric, apart, found, told, note=joined(STRAIGHT, even, same), interval=how
        )


def limits_apart(
    apart: Floats, resamples: int, seed: int, cancel: CancelToken | None = None
) -> tuple[Limits | None, str]:
    """Return limits of agreement, and how their intervals were made.

    Args:
        apart: Shape (items, answers): rating minus mapped score; NaN where there is none.
        resamples: Of the bootstrap over items, where items have several answers.
        seed: Of the bootstrap.
        cancel: Stops it.
    """
    import numpy as np

    if (np.isfinite(apart).sum(axis=1) <= 1).all():
        return limits_of_agreement(apart.ravel(), np.zeros(apart.size)), STUDENT
    found = clustered_limits(apart, resamples, seed, cancel)
    return found, BOOTSTRAP.format(resamples=resamples, seed=seed)


def mapping_of(question: Question, metric: str) -> ScaleMapping | str:
    """Return what the ends of a metric stand for, or why they stand for nothing."""
    if any(answer.paired for answer in question.answers.values()):
        return OF_PAIRS
    if not metric.startswith(PERCENT) or signature_of(metric):
        return NOT_PERCENT
    if len(question.points) < 2:
        return NO_ENDS
    low, high = min(question.points), max(question.points)
    return ScaleMapping(low, high) if question.higher_is_better else ScaleMapping(high, low)


def _row(
    table: RatedTable,
    metric: str,
    apart: Floats | None,
    found: Limits | None = None,
    mapping: str = "",
    note: str | None = None,
    interval: str = "",
) -> LimitsRow:
    import numpy as np

    known = np.zeros((0, 0), dtype=bool) if apart is None else np.isfinite(apart)
    return LimitsRow(
        study=table.question.study,
        instrument=table.question.instrument,
        category=table.category,
        criterion=table.question.criterion,
        metric=metric,
        mapping=mapping,
        mean=None if found is None else found.mean,
        mean_ci95=None if found is None else found.mean_ci95,
        sd=None if found is None else found.sd,
        lower=None if found is None else found.lower,
        lower_ci95=None if found is None else found.lower_ci95,
        upper=None if found is None else found.upper,
        upper_ci95=None if found is None else found.upper_ci95,
        n_answers=int(known.sum()),
        n_items=int(known.any(axis=1).sum()),
        n_models=len(table.models),
        n_raters=table.n_raters,
        note=note,
        interval=interval if found and found.mean_ci95 else "",
    )


def cut_row(row: MetricRow, cut: Cut, *, low: bool) -> CutRow:
    """Return from which score on a metric finds unacceptable answers.

    Args:
        row: The area under the curve.
        cut: The threshold, of scores with the other sign where low ones are good.
        low: Whether low figures of the metric are good.
    """
    found = cut.threshold if row.value is not None else None
    return CutRow(
        study=row.study,
        instrument=row.instrument,
        category=row.category,
        criterion=row.criterion,
        metric=row.metric,
        acceptable=cut.least,
        wanted=cut.wanted,
        threshold=None if found is None else -found.value if low else found.value,
        flagged="from" if low else "up_to",
        sensitivity=None if found is None else found.sensitivity,
        specificity=None if found is None else found.specificity,
        npv=None if found is None else found.negative_predictive_value,
        auc=row.value,
        auc_ci95=row.ci95,
        n_answers=len(cut.acceptable),
        n_unacceptable=int((~cut.acceptable).sum()),
        n_items=row.n_items,
        n_models=row.n_models,
        n_raters=row.n_raters,
        note=None if found else row.note,
        interval=row.interval,
    )
