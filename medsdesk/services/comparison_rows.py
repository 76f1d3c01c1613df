"""What a comparison tells of models, of scales and of raters by themselves: one row type each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Interval

CLINICIANS = "clinicians"


@dataclass(frozen=True, slots=True)
class AbilityRow:
    """How often clinicians prefer one model's answers, from pairs of answers (Bradley-Terry).

    Attributes:
        study: Name of the study; empty for ratings outside of studies.
        instrument: The form.
        category: Category of the tasks; ``all`` for all at once.
        criterion: The question.
        model: The model; with its run, where the answers of one model's runs are compared.
        ability: Log ability, less that of the reference: the chance that this model's answer is
            preferred to the reference's is 1 / (1 + exp(-ability)). None where it is not defined.
        ci95: 95 % interval; None for the reference, which is 0 by definition.
        reference: The model whose ability is 0.
        wins: Votes for this model; a tie is half a vote for each.
        ties: Votes for neither.
        votes: All votes on pairs with this model.
        n_items: Pairs of answers with this model.
        n_models: Models compared.
        n_raters: Raters who voted.
        note: Why there is no number, or what to know of it.
        interval: How the interval is made.
    """

    study: str
    instrument: str
    category: str
    criterion: str
    model: str
    ability: float | None
    ci95: Interval | None
    reference: str
    wins: float
    ties: int
    votes: int
    n_items: int
    n_models: int
    n_raters: int
    note: str | None
    interval: str


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A model's place by clinicians' ratings, or by one metric on the same answers.

    Attributes:
        study: As in ``AbilityRow``.
        instrument: The form.
        category: Category of the tasks; ``all`` for all at once.
        criterion: The question.
        by: ``clinicians``, or the metric.
        model: The model.
        rank: 1 is best; equal means share a place. None for a single model.
        mean: Mean rating, or score, over the items.
        ci95: 95 % interval of the mean.
        spa: Soft pairwise accuracy of the metric's ranking; None for clinicians, and where it is
            not defined.
        n_items: Items of this model that count.
        n_models: Models ranked.
        n_raters: Raters.
        note: What to know of it.
        interval: How the interval is made.
    """

    study: str
    instrument: str
    category: str
    criterion: str
    by: str
    model: str
    rank: int | None
    mean: float
    ci95: Interval | None
    spa: float | None
    n_items: int
    n_models: int
    n_raters: int
    note: str | None
    interval: str


@dataclass(frozen=True, slots=True)
class LimitsRow:
    """How far a metric, put on the scale of the ratings, lies from them (Bland and Altman).

    Attributes:
        study: As in ``AbilityRow``.
        instrument: The form.
        category: Category of the tasks; ``all`` for all at once.
        criterion: The question.
        metric: Protocol and name.
        mapping: How the metric was put on the scale; empty where it was not.
        mean: Mean difference, rating less metric; None where it is not defined.
        mean_ci95: Its 95 % interval.
        sd: Standard deviation of the differences.
        lower: Lower limit of agreement.
        lower_ci95: Its 95 % interval.
        upper: Upper limit of agreement.
        upper_ci95: Its 95 % interval.
        n_answers: Answers with rating and score.
        n_items: Their items.
        n_models: Models.
        n_raters: Raters.
        note: Why there is no number, or what to know of it.
        interval: How the intervals are made.
    """

    study: str
    instrument: str
    category: str
    criterion: str
    metric: str
    mapping: str
    mean: float | None
    mean_ci95: Interval | None
    sd: float | None
    lower: float | None
    lower_ci95: Interval | None
    upper: float | None
    upper_ci95: Interval | None
    n_answers: int
    n_items: int
    n_models: int
    n_raters: int
    note: str | None
    interval: str


@dataclass(frozen=True, slots=True)
class CutRow:
    """From which score on a metric finds unacceptable answers, and what it costs.

    Attributes:
        study: As in ``AbilityRow``.
        instrument: The form.
        category: Category of the tasks; ``all`` for all at once.
        criterion: The question.
        metric: Protocol and name.
        acceptable: Mean rating from which on (up to which, where high ratings are bad) an answer
            counts as acceptable.
        wanted: Sensitivity asked for, 0 to 1.
        threshold: Answers are flagged up to this score; None where it is not defined.
        flagged: ``up_to`` the threshold, or ``from`` it where low figures of the metric are good.
        sensitivity: Share of the unacceptable answers that are flagged.
        specificity: Share of the acceptable answers that are not.
        npv: Share of answers not flagged that are acceptable, at the share of unacceptable ones
            in these ratings; None where all are flagged.
        auc: Area under the ROC curve.
        auc_ci95: Its 95 % interval.
        n_answers: Answers with rating and score.
        n_unacceptable: Those that are not acceptable.
        n_items: Items.
        n_models: Models.
        n_raters: Raters.
        note: Why there is no number, or what to know of it.
        interval: How the interval is made.
    """

    study: str
    instrument: str
    category: str
    criterion: str
    metric: str
    acceptable: float
    wanted: float
    threshold: float | None
    flagged: Literal["up_to", "from"]
    sensitivity: float | None
    specificity: float | None
    npv: float | None
    auc: float | None
    auc_ci95: Interval | None
    n_answers: int
    n_unacceptable: int
    n_items: int
    n_models: int
    n_raters: int
    note: str | None
    interval: str


@dataclass(frozen=True, slots=True)
class SelfAgreementRow:
    """How far raters agree with themselves, from items that came back unannounced.

    Attributes:
        study: Name of the study.
        instrument: The form.
        criterion: The question.
        statistic: Such as ``intra_rater_kappa_quadratic``.
        value: Its number, all raters together; None where there are too few repeats.
        ci95: 95 % interval over repeats.
        n_items: Repeats with both answers.
        note: Why there is no number, or what to know of it.
        interval: How the interval is made.
    """

    study: str
    instrument: str
    criterion: str
    statistic: str
    value: float | None
    ci95: Interval | None
    n_items: int
    note: str | None
    interval: str
