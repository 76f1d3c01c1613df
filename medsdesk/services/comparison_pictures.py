"""What the pictures of a comparison know: computed here, drawn elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medsdesk.agreement.alpha import alphas
from medsdesk.agreement.figures import defined
from medsdesk.services.answer_pictures import (
    AnswerPoint,
    Disagreement,
    LimitsPicture,
    RocPicture,
    answer_points,
    disagreements,
    gap_of,
    limits_picture,
    roc_picture,
)
from medsdesk.services.choose_ratings import RatingChoice, chosen, offered
from medsdesk.services.compare import compare_questions
from medsdesk.services.comparison_report import CompareOptions, CompareReport, MetricRow
from medsdesk.services.rank_models import Ranking, rank_models
from medsdesk.services.rated_answers import Question, is_bad, questions
from medsdesk.services.rated_tables import ALL
from medsdesk.services.rating_rows import rating_rows
from medsdesk.services.study_measures import is_low_good, signature_of

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Interval
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.rating import Instrument
    from medsdesk.services.comparison_report import ContestRow
    from medsdesk.services.rating_rows import RatingRow
    from medsdesk.store.workspace import Workspace

QuestionKey = tuple[str, str, str, str]
"""Study, form, question and kind of scale."""

TAU = "kendall_tau_b_by_item"
TOO_FEW = "Fewer than {least} answers were rated by both."
ALIKE = "All their ratings are equal."
NOT_MEASURED = "This question has no figure of this metric."

_LEAST = 3


@dataclass(frozen=True, slots=True)
class Strength:
    """How far one metric follows clinicians on one question: Kendall's tau-b by item.

    Attributes:
        question: The question.
        metric: The metric.
        value: Above 0 where the metric is better where clinicians are: turned round where high
            ratings, or low figures, alone are the bad ones. None where there is none.
        ci95: 95 % interval, turned round alike.
        note: Why there is no value, or what to know of it.
        turned: Whether it was turned round.
        row: As the report has it.
        same_raters: Whether the figures were made by the same raters.
    """

    question: QuestionKey
    metric: str
    value: float | None
    ci95: Interval | None
    note: str | None
    turned: bool
    row: MetricRow | None
    same_raters: bool


@dataclass(frozen=True, slots=True)
class RaterPair:
    """How far two raters of a question agree: Krippendorff's alpha of the two.

    Attributes:
        first: A rater.
        second: Another.
        value: None where there is none.
        n: Answers that both rated.
        note: Why there is no value.
    """

    first: str
    second: str
    value: float | None
    n: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that a choice of ratings says, before one question and metric are looked at.

    Attributes:
        offered: What may be chosen, by part of the choice.
        choice: What was chosen.
        questions: The questions, in the order they came.
        report: The comparison in brief.
        strengths: Every metric on every question.
        ratings: How many ratings there are before the choice.
    """

    offered: dict[str, tuple[str, ...]]
    choice: RatingChoice
    questions: tuple[Question, ...]
    report: CompareReport
    strengths: tuple[Strength, ...]
    ratings: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: one question and, where there is one, one metric.

    Attributes:
        question: The question.
        metric: The metric; empty where answers have no score.
        strengths: Of all metrics on this question, the strongest first, those without value last.
        leader: The metric that follows clinicians best and was not made by the same raters.
        rival: How the next one does against the leader.
        points: The answers.
        gap: Why there are no points.
        limits: For Bland and Altman's picture.
        roc: For the picture of finding unacceptable answers.
        raters: Names, in the order they came.
        pairs: Of raters.
        ranking: Of models.
        worst: Answers placed farthest apart.
    """

    question: Question
    metric: str
    strengths: tuple[Strength, ...]
    leader: Strength | None
    rival: ContestRow | None
    points: tuple[AnswerPoint, ...]
    gap: str | None
    limits: LimitsPicture
    roc: RocPicture
    raters: tuple[str, ...]
    pairs: tuple[RaterPair, ...]
    ranking: Ranking
    worst: tuple[Disagreement, ...]


def read_ratings(ws: Workspace) -> tuple[RatingRow, ...]:
    """Return every rating that may be compared; those of studies not yet locked are not."""
    return rating_rows(ws)[0]


def chosen_questions(
    rows: Sequence[RatingRow], choice: RatingChoice, forms: Sequence[Instrument] = ()
) -> tuple[Question, ...]:
    """Return the questions of the ratings of a choice.

    Raises:
        UserFacingError: There is no rating at all.
    """
    kept = chosen(rows, choice)
    asked = questions(kept, forms=forms) if kept or not rows else ()
    return tuple(each for each in asked if each.values)


def compare_chosen(
    rows: Sequence[RatingRow],
    choice: RatingChoice,
    options: CompareOptions,
    cancel: CancelToken | None = None,
    tell: Callable[[int, int], object] | None = None,
    forms: Sequence[Instrument] = (),
) -> Compared:
    """Compare the ratings of a choice, in brief.

    Args:
        rows: All ratings.
        choice: Which of them count.
        options: How they are compared; the study is that of the choice.
        cancel: Stops it.
        tell: Called with how many questions are done, and of how many.
        forms: Own forms, for the points of their scales.

    Raises:
        UserFacingError: There is no rating at all.
        CancelledError: Stopped.
    """
    asked = chosen_questions(rows, choice, forms)
    report = compare_questions(asked, replace(options, brief=True), cancel, tell)
    return Compared(
        offered(rows), choice, asked, report, tuple(_strengths(asked, report)), len(rows)
    )


def look_at(
    compared: Compared, key: QuestionKey | None, metric: str | None, least: float | None = None
) -> Looked | None:
    """Return what the pictures of one question and metric know.

    Args:
        compared: The comparison.
        key: The question; the first where left out or not there.
        metric: The metric; the leading one where left out or without figures here.
        least: Mean rating from which on an answer is acceptable; the middle of the scale where
            left out.

    Returns:
        None where no question has a rating.
    """
    question = next((q for q in compared.questions if key_of(q) == key), None)
    question = question or next(iter(compared.questions), None)
    if question is None:
        return None
    mine = [each for each in compared.strengths if each.question == key_of(question)]
    mine.sort(key=lambda each: (each.value is None, -(each.value or 0.0)))
    own = [each for each in mine if each.value is not None and not each.same_raters]
    leader = own[0] if own else None
    names = [each.metric for each in mine if each.metric]
    if metric not in names:
        metric = leader.metric if leader else next(iter(names), "")
    points = answer_points(question, metric)
    how = compared.report.resamples, compared.report.seed
    return Looked(
        question=question,
        metric=metric,
        strengths=tuple(mine),
        leader=leader,
        rival=_rival(compared.report, question, leader),
        points=points,
        gap=gap_of(question, points),
        limits=limits_picture(question, metric, points, how),
        roc=roc_picture(question, metric, points, least, how),
        raters=tuple(question.raters),
        pairs=_pairs(question),
        ranking=rank_models(question, sorted(names)),
        worst=disagreements(question, metric, points),
    )


def key_of(question: Question) -> QuestionKey:
    """Return what tells a question from others."""
    return question.study, question.instrument, question.criterion, question.level


def _strengths(asked: Sequence[Question], report: CompareReport) -> list[Strength]:
    """Return one strength for each question and metric: of all categories where there are some."""
    rows: dict[tuple[str, ...], MetricRow] = {}
    for row in report.human_vs_metric:
        place = row.study, row.instrument, row.criterion, row.metric
        if row.statistic == TAU and (place not in rows or row.category == ALL):
            rows[place] = row
    metrics = sorted({row.metric for row in rows.values() if row.metric})
    return [
        _strength(question, metric, rows.get((*key_of(question)[:3], metric)))
        for question in asked
        for metric in metrics
    ]


def _strength(question: Question, metric: str, row: MetricRow | None) -> Strength:
    turned = is_bad(question.criterion) != is_low_good(metric)
    same = bool(signature_of(metric))
    if row is None or row.value is None:
        note = NOT_MEASURED if row is None else row.note
        return Strength(key_of(question), metric, None, None, note, turned, row, same)
    value, ci95 = row.value, row.ci95
    if turned:
        value, ci95 = -value, ci95 and (-ci95[1], -ci95[0])
    return Strength(key_of(question), metric, value, ci95, row.note, turned, row, same)


def _rival(report: CompareReport, question: Question, leader: Strength | None) -> ContestRow | None:
    """Return the closest contest of the leader, as it stands against the best of the others."""
    if leader is None or leader.row is None:
        return None
    found = [
        row
        for row in report.metric_vs_metric
        if (row.study, row.category, row.criterion, row.leading)
        == (question.study, leader.row.category, question.criterion, leader.metric)
        and not signature_of(row.other)
    ]
    return min(found, key=lambda row: row.difference, default=None)


def _pairs(question: Question) -> tuple[RaterPair, ...]:
    import numpy as np

    table, names = question.table(), tuple(question.raters)
    known = np.isfinite(table)
    level = question.level
    if level == "ratio" and np.nanmin(table, initial=0.0) < 0:
        level = "interval"
    made = []
    for one in range(len(names)):
        for other in range(one + 1, len(names)):
            n = int((known[:, one] & known[:, other]).sum())
            pair = RaterPair(names[one], names[other], None, n, TOO_FEW.format(least=_LEAST))
            if n >= _LEAST:
                value = defined(float(alphas(table[:, [one, other]], level)(np.ones((1, n)))[0]))
                pair = replace(pair, value=value, note=None if value is not None else ALIKE)
            made.append(pair)
    return tuple(made)
