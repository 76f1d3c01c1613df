"""What comes of a comparison of ratings: rows that a table, a page or a document shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medsdesk.agreement.figures import Interval
from medsdesk.agreement.human_metric import Over
from medsdesk.agreement.resampling import RESAMPLES, SEED
from medsdesk.agreement.roc import SENSITIVITY
from medsdesk.services.comparison_rows import (
    AbilityRow,
    CutRow,
    LimitsRow,
    RankingRow,
    SelfAgreementRow,
)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far the raters of one question agree, by one coefficient.

    Attributes:
        study: Name of the study; empty for ratings outside of studies.
        instrument: The form.
        criterion: The question.
        scale: Kind of its scale.
        statistic: The coefficient; the first of a question is the one that fits best.
        value: Its number; None where it has none.
        ci95: 95 % interval.
        n_items: Answers that two or more rated.
        n_raters: Raters among them.
        note: Why there is no number, or what to know of it.
        why: Why the first coefficient is the one to read; None for the others.
        interval: How the interval is made.
        excluded: Ratings left out, by status.
    """

    study: str
    instrument: str
    criterion: str
    scale: str
    statistic: str
    value: float | None
    ci95: Interval | None
    n_items: int
    n_raters: int
    note: str | None
    why: str | None
    interval: str
    excluded: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MetricRow:
    """How far one metric follows clinicians on one question, in one category.

    Attributes:
        study: As in ``AgreementRow``.
        instrument: The form.
        category: Category of the tasks; ``all`` for all at once.
        criterion: The question.
        metric: Protocol and name, such as ``strict.bleu4``.
        statistic: The coefficient.
        value: Its number; None where it has none.
        ci95: 95 % interval.
        n_items: Items that count.
        n_models: Models whose answers count.
        n_raters: Raters.
        note: Why there is no number, or what to know of it.
        interval: How the interval is made.
        p_value: That the mean coefficient by item is 0; None where there is no test.
        p_holm: The same, adjusted by Holm for all questions and metrics of the category.
        p_bh: The same, adjusted by Benjamini and Hochberg for everything in the report.
    """

    study: str
    instrument: str
    category: str
    criterion: str
    metric: str
    statistic: str
    value: float | None
    ci95: Interval | None
    n_items: int
    n_models: int
    n_raters: int
    note: str | None
    interval: str
    p_value: float | None = None
    p_holm: float | None = None
    p_bh: float | None = None


@dataclass(frozen=True, slots=True)
class ContestRow:
    """Whether the metric that leads on one question follows clinicians better than another.

    Attributes:
        study: As in ``AgreementRow``.
        category: Category of the tasks.
        criterion: The question.
        leading: The metric with the highest Kendall's tau-b by item.
        other: Another metric.
        difference: Difference of the two coefficients on the items that have both.
        ci95: 95 % interval over items.
        n_items: Those items.
        p_value: By permutation of the two metrics within items.
        p_holm: Adjusted by Holm for all metrics against the leading one.
        note: What to know of it.
    """

    study: str
    category: str
    criterion: str
    leading: str
    other: str
    difference: float
    ci95: Interval | None
    n_items: int
    p_value: float
    p_holm: float
    note: str


@dataclass(frozen=True, slots=True)
class CompareReport:
    """The whole comparison.

    Attributes:
        agreement: Raters with each other.
        human_vs_metric: Clinicians with metrics.
        metric_vs_metric: The leading metric of each question with the others.
        ratings: Ratings compared.
        over: What intervals resample.
        resamples: How many times.
        seed: Of everything drawn; the same data and seed give the same report.
        decided: Answers for which a decision stands instead of the raters' mean.
        self_agreement: Raters with themselves, from hidden repeats of locked studies.
        abilities: Models with each other, from answers rated in pairs.
        rankings: Models in the order of clinicians, and in that of each metric.
        limits: Metrics on the scale of the ratings, as far as they can be put on it.
        cuts: From which score on a metric finds unacceptable answers; empty unless it was told
            what is acceptable.
    """

    agreement: tuple[AgreementRow, ...]
    human_vs_metric: tuple[MetricRow, ...]
    metric_vs_metric: tuple[ContestRow, ...]
    ratings: int
    over: Over
    resamples: int
    seed: int
    decided: int = 0
    self_agreement: tuple[SelfAgreementRow, ...] = ()
    abilities: tuple[AbilityRow, ...] = ()
    rankings: tuple[RankingRow, ...] = ()
    limits: tuple[LimitsRow, ...] = ()
    cuts: tuple[CutRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What to compare and how.

    Attributes:
        study: Only this one; None for all.
        over: What intervals resample: items, models or both.
        acceptable: Mean rating from which on an answer is acceptable (up to which, where high
            ratings are bad): adds the area under the ROC curve. None leaves it out.
        resamples: Of each interval.
        seed: Of everything drawn.
        decisions: Whether an adjudicator's decision stands instead of the raters' mean where
            clinicians are compared with metrics. Agreement is always that of the raters.
        sensitivity: Share of the unacceptable answers that a metric's threshold has to find.
        brief: Whether Kendall's tau-b by item of all categories together is enough.
    """

    study: str | None = None
    over: Over = "items"
    acceptable: float | None = None
    resamples: int = RESAMPLES
    seed: int = SEED
    decisions: bool = False
    sensitivity: float = SENSITIVITY
    brief: bool = False
