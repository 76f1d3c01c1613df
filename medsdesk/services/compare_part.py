"""Compare one part: how far raters agree on a question, or one of its categories with metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from medsdesk.agreement.raters import rater_agreement, why
from medsdesk.core.errors import CancelledError
from medsdesk.services.compare_metrics import MetricsCompared
from medsdesk.services.compare_models import ability_rows, ranking_rows
from medsdesk.services.compare_scales import limits_rows
from medsdesk.services.comparison_report import (
    AgreementRow,
    CompareOptions,
    ContestRow,
    MetricRow,
)
from medsdesk.services.rated_tables import rated_tables

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.comparison_rows import AbilityRow, CutRow, LimitsRow, RankingRow
    from medsdesk.services.rated_answers import Question
    from medsdesk.services.rated_tables import RatedTable


class Part(NamedTuple):
    """A piece of a comparison that depends on no other.

    Attributes:
        question: Place of the question.
        table: Place of the category among the question's; None for how far raters agree.
    """

    question: int
    table: int | None


@dataclass(slots=True)
class PartRows:
    """What comes of parts, in their order."""

    agreement: list[AgreementRow] = field(default_factory=list)
    metrics: list[MetricRow] = field(default_factory=list)
    contests: list[ContestRow] = field(default_factory=list)
    abilities: list[AbilityRow] = field(default_factory=list)
    rankings: list[RankingRow] = field(default_factory=list)
    limits: list[LimitsRow] = field(default_factory=list)
    cuts: list[CutRow] = field(default_factory=list)

    def add(self, other: PartRows) -> None:
        """Put the rows of another part after these."""
        self.agreement += other.agreement
        self.metrics += other.metrics
        self.contests += other.contests
        self.abilities += other.abilities
        self.rankings += other.rankings
        self.limits += other.limits
        self.cuts += other.cuts


def parts_of(asked: Sequence[Question], options: CompareOptions) -> Iterator[Part]:
    """Yield the parts of a comparison in the order of their rows."""
    for place, question in enumerate(asked):
        yield Part(place, None)
        tables = range(len(_tables(question, options)))
        yield from (Part(place, table) for table in (tables[-1:] if options.brief else tables))


def compare_part(
    asked: Sequence[Question],
    part: Part,
    options: CompareOptions,
    cancel: CancelToken | None = None,
) -> PartRows:
    """Compare one part.

    Raises:
        CancelledError: Stopped.
    """
    if cancel is not None and cancel.cancelled:
        raise CancelledError
    question, rows = asked[part.question], PartRows()
    if part.table is None:
        rows.agreement += _agreement(question, options, cancel)
        return rows
    table = _tables(question, options)[part.table]
    compared = MetricsCompared(table, options, cancel)
    rows.metrics += compared.rows
    rows.contests += compared.contests()
    if not options.brief:
        rows.cuts += compared.cuts
        rows.abilities += ability_rows(table)
        rows.rankings += ranking_rows(table, compared.spas)
        rows.limits += limits_rows(table, options, cancel)
    return rows


def _tables(question: Question, options: CompareOptions) -> tuple[RatedTable, ...]:
    return tuple(rated_tables(question, decisions=options.decisions))


def _agreement(
    question: Question, options: CompareOptions, cancel: CancelToken | None
) -> Iterator[AgreementRow]:
    if not question.values:
        return
    table = question.table()
    figures = rater_agreement(
        table, question.level, question.points, options.resamples, options.seed, cancel,
        question.table_items(),
    )  # fmt: skip
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
