"""Compare raters with each other, and clinicians with automatic metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import joined
from medsdesk.agreement.multiplicity import benjamini_hochberg, holm
from medsdesk.services.compare_apart import compared_parts
from medsdesk.services.compare_part import PartRows
from medsdesk.services.compare_repeats import self_agreement
from medsdesk.services.comparison_report import CompareOptions, CompareReport, MetricRow
from medsdesk.services.marked_texts import mark_agreement
from medsdesk.services.own_forms import known_forms
from medsdesk.services.rated_answers import Question, questions
from medsdesk.services.rated_tables import ALL
from medsdesk.services.rating_rows import rating_rows

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
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
        UserFacingError: A process that compares was ended.
    """
    found = PartRows()
    for part in compared_parts(asked, options, cancel, tell):
        found.add(part)
    return CompareReport(
        agreement=tuple(found.agreement),
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
