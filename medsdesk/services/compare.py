"""Compare raters with each other, and clinicians with automatic metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import joined
from medsdesk.agreement.multiplicity import benjamini_hochberg, holm
from medsdesk.agreement.raters import rater_agreement, why
from medsdesk.core.errors import CancelledError
from medsdesk.services.compare_metrics import MetricsCompared
from medsdesk.services.compare_models import ability_rows, ranking_rows
from medsdesk.services.compare_repeats import self_agreement
from medsdesk.services.compare_scales import limits_rows
from medsdesk.services.comparison_report import (
    AgreementRow,
    CompareOptions,
    CompareReport,
    ContestRow,
    MetricRow,
)
from medsdesk.services.marked_texts import mark_agreement
from medsdesk.services.own_forms import known_forms
from medsdesk.services.rated_answers import Question, questions
from medsdesk.services.rated_tables import ALL, rated_tables
from medsdesk.services.rating_rows import rating_rows

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.comparison_rows import AbilityRow, CutRow, LimitsRow, RankingRow
    from medsdesk.store.workspace import Workspace

AGAINST_CATEGORIES = "Within the categories the sign is the opposite: trust the categories."

_POOLED = ("spearman_pooled", "spearman_partial_length")


def compare(
    ws: Workspace, options: CompareOptions, cancel: CancelToken | None = None
) -> CompareReport:
    """Compare all ratings of a workspace, those made here and imported ones.

    Raises:
        UserFacingError: There is no rating, or no such study.
        CancelledError: Stopped.
    """
    asked = questions(rating_rows(ws)[0], options.study, known_forms(ws))
    report = compare_questions(asked, options, cancel)
    return replace(
        report,
        agreement=(*report.agreement, *mark_agreement(ws, options)),
        self_agreement=tuple(self_agreement(ws, options)),
    )


def compare_questions(
    asked: Sequence[Question],
    options: CompareOptions,
    cancel: CancelToken | None = None,
    tell: Callable[[int, int], object] | None = None,
) -> CompareReport:
    """Compare the ratings of questions; marks and repeats, which are no questions, are left out.

    Args:
        asked: The questions.
        options: How; which study is chosen already.
        cancel: Stops it.
        tell: Called with how many questions are done, and of how many.

    Raises:
        CancelledError: Stopped.
    """
    agreement: list[AgreementRow] = []
    found = _Found()
    for done, question in enumerate(asked):
        if tell is not None:
            tell(done, len(asked))
        agreement += _agreement(question, options, cancel)
        found.add(question, options, cancel)
    return CompareReport(
        agreement=tuple(agreement),
        human_vs_metric=tuple(_adjusted(_warned(found.metrics))),
        metric_vs_metric=tuple(found.contests),
        ratings=sum(len(question.values) for question in asked),
        decided=sum(len(each.answers.keys() & each.decided.keys()) for each in asked)
        * options.decisions,
        over=options.over,
        resamples=options.resamples,
        seed=options.seed,
        abilities=tuple(found.abilities),
        rankings=tuple(found.rankings),
        limits=tuple(found.limits),
        cuts=tuple(found.cuts),
    )


class _Found:
    """Rows of all questions and categories, as they come."""

    def __init__(self) -> None:
        self.metrics: list[MetricRow] = []
        self.contests: list[ContestRow] = []
        self.abilities: list[AbilityRow] = []
        self.rankings: list[RankingRow] = []
        self.limits: list[LimitsRow] = []
        self.cuts: list[CutRow] = []

    def add(self, question: Question, options: CompareOptions, cancel: CancelToken | None) -> None:
        """Add what one question says, in each category and in all together."""
        tables = tuple(rated_tables(question, decisions=options.decisions))
        for table in tables[-1:] if options.brief else tables:
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            compared = MetricsCompared(table, options, cancel)
            self.metrics += compared.rows
            self.contests += compared.contests()
            if options.brief:
                continue
            self.cuts += compared.cuts
            self.abilities += ability_rows(table)
            self.rankings += ranking_rows(table, compared.spas)
            self.limits += limits_rows(table, options, cancel)


def _agreement(
    question: Question, options: CompareOptions, cancel: CancelToken | None
) -> Iterator[AgreementRow]:
    if not question.values:
        return
    table = question.table()
    figures = rater_agreement(
        table, question.level, question.points, options.resamples, options.seed, cancel
    )
    for place, figure in enumerate(figures):
        best = place == 0 and figure.value is not None
        yield AgreementRow(
            study=question.study,
            instrument=question.instrument,
            criterion=question.criterion,
            scale=question.level,
            statistic=figure.statistic,
            value=figure.value,
            ci95=figure.ci95,
            n_items=figure.n_items,
            n_raters=figure.n_raters,
            note=figure.note,
            why=why(question.level, table) if best else None,
            interval=figure.interval,
            excluded=dict(question.excluded),
        )


def _warned(rows: Sequence[MetricRow]) -> Iterator[MetricRow]:
    """Add a warning where all categories at once have another sign than each by itself."""
    inside: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for row in rows:
        if row.category != ALL and row.value is not None:
            inside[_without_category(row)].append(row.value)
    for row in rows:
        within = inside[_without_category(row)]
        pooled = row.category == ALL and row.statistic in _POOLED and row.value is not None
        if pooled and within and sum(within) * (row.value or 0.0) < 0:
            yield replace(row, note=joined(row.note, AGAINST_CATEGORIES))
        else:
            yield row


def _without_category(row: MetricRow) -> tuple[str, ...]:
    return row.study, row.instrument, row.criterion, row.metric, row.statistic


def _adjusted(rows: Iterator[MetricRow]) -> Iterator[MetricRow]:
    """Add p-values adjusted within study and category, and over the whole report."""
    rows_in_order = list(rows)
    families: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows_in_order):
        if row.p_value is not None:
            families[row.study, row.category].append(place)
    adjusted: dict[int, float] = {}
    for places in families.values():
        values = [rows_in_order[place].p_value or 0.0 for place in places]
        adjusted |= dict(zip(places, holm(values), strict=True))
    tested = sorted(adjusted)
    explored = benjamini_hochberg([rows_in_order[place].p_value or 0.0 for place in tested])
    found = dict(zip(tested, explored, strict=True))
    for place, row in enumerate(rows_in_order):
        if place in adjusted:
            yield replace(row, p_holm=adjusted[place], p_bh=found[place])
        else:
            yield row
