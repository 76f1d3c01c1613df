"""Compare raters with each other, and clinicians with automatic metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import Figure, joined
from medsdesk.agreement.human_metric import Comparison, Settings
from medsdesk.agreement.multiplicity import benjamini_hochberg, holm
from medsdesk.agreement.permutation import two_sided
from medsdesk.agreement.raters import rater_agreement, why
from medsdesk.agreement.resampling import percentile, resampled
from medsdesk.core.errors import CancelledError
from medsdesk.services.comparison_report import (
    AgreementRow,
    CompareOptions,
    CompareReport,
    ContestRow,
    MetricRow,
)
from medsdesk.services.marked_texts import mark_agreement
from medsdesk.services.rated_answers import Question, RatedAnswer, questions
from medsdesk.services.rating_rows import rating_rows
from medsdesk.services.study_measures import is_low_good, signature_of

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

ALL = "all"

NO_SCORES = "No rated answer has an automatic score."
NO_SCORE = "No rated answer has a score of this metric."
ALL_EQUAL = "All rated answers have the same figure of this metric."
NO_ORDER = "The scale is nominal and has no order that a metric could follow."
BAD_IS_HIGH = "High ratings are bad here: a metric that follows clinicians has a negative value."
TURNED = "High ratings are bad here, and were turned round."
LOW_IS_GOOD = "Low figures are good here: such a metric follows clinicians by a negative value."
LOW_TURNED = "Low figures are good here, and were turned round."
MINUS = "The metric's figures stand with a minus sign in this sentence, because low ones are good."
SAME_RATERS = "Made of what the same raters corrected and marked: no metric of its own ({made})."
AGAINST_CATEGORIES = "Within the categories the sign is the opposite: trust the categories."
CHOSEN_BY_DATA = "The leading metric was chosen on the same ratings, which flatters it."

_TAU = "kendall_tau_b_by_item"
_POOLED = ("spearman_pooled", "spearman_partial_length")
_AREA = "auc_unacceptable"
_TURNED = ("acc_eq_star", "acc_eq_star_held_out", "spa", _AREA)
_LEAST_ITEMS = 3


def compare(
    ws: Workspace, options: CompareOptions, cancel: CancelToken | None = None
) -> CompareReport:
    """Compare all ratings of a workspace, those made here and imported ones.

    Raises:
        UserFacingError: There is no rating, or no such study.
        CancelledError: Stopped.
    """
    asked = questions(rating_rows(ws)[0], options.study)
    report = compare_questions(asked, options, cancel)
    return replace(report, agreement=(*report.agreement, *mark_agreement(ws, options)))


def compare_questions(
    asked: Sequence[Question],
    options: CompareOptions,
    cancel: CancelToken | None = None,
    tell: Callable[[int, int], object] | None = None,
) -> CompareReport:
    """Compare the ratings of questions.

    Args:
        asked: The questions.
        options: How; which study is chosen already.
        cancel: Stops it.
        tell: Called with how many questions are done, and of how many.

    Raises:
        CancelledError: Stopped.
    """
    agreement: list[AgreementRow] = []
    metrics: list[MetricRow] = []
    contests: list[ContestRow] = []
    for done, question in enumerate(asked):
        if tell is not None:
            tell(done, len(asked))
        agreement += _agreement(question, options)
        groups = list(_categories(question))
        for category, answers in groups[-1:] if options.brief else groups:
            comparing = _Comparing(question, category, answers, options)
            metrics += comparing.rows(cancel)
            contests += comparing.contests()
    return CompareReport(
        agreement=tuple(agreement),
        human_vs_metric=tuple(_adjusted(_warned(metrics))),
        metric_vs_metric=tuple(contests),
        ratings=sum(len(question.values) for question in asked),
        decided=sum(len(each.answers.keys() & each.decided.keys()) for each in asked)
        * options.decisions,
        over=options.over,
        resamples=options.resamples,
        seed=options.seed,
    )


def _agreement(question: Question, options: CompareOptions) -> Iterator[AgreementRow]:
    if not question.values:
        return
    table = question.table()
    figures = rater_agreement(
        table, question.level, question.points, options.resamples, options.seed
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


def _categories(question: Question) -> Iterator[tuple[str, Mapping[str, RatedAnswer]]]:
    """Yield each category with its answers, and all together where there are several."""
    groups: defaultdict[str, dict[str, RatedAnswer]] = defaultdict(dict)
    for key, answer in question.answers.items():
        groups[answer.category][key] = answer
    for category, answers in groups.items():
        if category or len(groups) > 1:
            yield category, answers
    if len(groups) > 1 or "" in groups:
        yield ALL, question.answers


class _Comparing:
    """One question in one category: clinicians' mean ratings beside every metric."""

    def __init__(
        self,
        question: Question,
        category: str,
        answers: Mapping[str, RatedAnswer],
        options: CompareOptions,
    ) -> None:
        self._question = question
        self._category = category
        self._answers = answers
        self._options = options
        self._items = _numbered(answer.item for answer in answers.values())
        self._columns = _numbered(answer.column for answer in answers.values())
        self._models = len({answer.model for answer in answers.values()})
        self._metrics = sorted({name for each in answers.values() for name in each.metrics})
        self._taus: dict[str, Floats] = {}

    def rows(self, cancel: CancelToken | None) -> Iterator[MetricRow]:
        """Yield every figure of every metric."""
        if not self._metrics:
            yield self._row("", Figure(_TAU, None, note=NO_SCORES))
            return
        if self._question.level == "nominal":
            for metric in self._metrics:
                yield self._row(metric, Figure(_TAU, None, note=NO_ORDER))
            return
        means, raters = self._means()
        human = self._table(means)
        lengths = {key: float(a.length) for key, a in self._answers.items() if a.length is not None}
        known = self._table(lengths) if len(lengths) == len(self._answers) else None
        settings = Settings(self._options.over, self._options.resamples, self._options.seed, raters)
        for metric in self._metrics:
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            yield from self._figures(metric, human, known, settings)

    def _figures(
        self, metric: str, human: Floats, lengths: Floats | None, settings: Settings
    ) -> Iterator[MetricRow]:
        import numpy as np

        better, least = self._question.higher_is_better, self._options.acceptable
        low, scores = is_low_good(metric), self._scores(metric)
        if not np.isfinite(scores).any():
            yield self._row(metric, Figure(_TAU, None, note=NO_SCORE))
            return
        if signature_of(metric) and np.nanmin(scores) == np.nanmax(scores):
            yield self._row(metric, Figure(_TAU, None, note=ALL_EQUAL))  # as of a rare mark
            return
        # Turning both round changes no order: what counts is whether they point the same way.
        compared = Comparison(human, scores, settings, higher_is_better=better != low)
        self._taus[metric] = compared.taus
        figures = (
            [next(compared.order_figures())]
            if self._options.brief
            else [
                *compared.order_figures(),
                compared.ranking_figure(),
                *compared.pooled_figures(lengths),
            ]
        )
        if least is not None and not self._options.brief:
            signed = -scores if low else scores
            judged = Comparison(human, signed, settings, higher_is_better=better)
            figures.append(judged.acceptable_figure(least))
        for figure in figures:
            note = _direction(figure, better=better, low=low)
            made = signature_of(metric) if figure.statistic == _TAU else None
            same = SAME_RATERS.format(made=made) if made else None
            yield self._row(metric, replace(figure, note=joined(figure.note, note, same)))

    def contests(self) -> tuple[ContestRow, ...]:
        """Return the leading metric against each other one, where items have both."""
        import numpy as np

        sign = 1.0 if self._question.higher_is_better else -1.0
        taus = {
            name: -sign * found if is_low_good(name) else sign * found
            for name, found in self._taus.items()
            if np.isfinite(found).sum() >= _LEAST_ITEMS
        }
        if len(taus) < 2:
            return ()
        leading = max(taus, key=lambda name: float(np.nanmean(taus[name])))
        others = [name for name in taus if name != leading]
        apart = {name: taus[leading] - taus[name] for name in others}
        apart = {
            name: found[np.isfinite(found)]
            for name, found in apart.items()
            if np.isfinite(found).sum() >= _LEAST_ITEMS
        }
        p_values = [two_sided(found, self._options.seed) for found in apart.values()]
        return tuple(
            self._contest(leading, name, found, p_value, adjusted)
            for (name, found), p_value, adjusted in zip(
                apart.items(), p_values, holm(p_values), strict=True
            )
        )

    def _contest(
        self, leading: str, other: str, apart: Floats, p_value: float, adjusted: float
    ) -> ContestRow:
        n, options = len(apart), self._options
        figures = resampled(n, lambda draws: draws @ apart / n, options.resamples, options.seed)
        return ContestRow(
            study=self._question.study,
            category=self._category,
            criterion=self._question.criterion,
            leading=leading,
            other=other,
            difference=float(apart.mean()),
            ci95=percentile(figures, n),
            n_items=n,
            p_value=p_value,
            p_holm=adjusted,
            note=CHOSEN_BY_DATA,
        )

    def _row(self, metric: str, figure: Figure) -> MetricRow:
        return MetricRow(
            study=self._question.study,
            instrument=self._question.instrument,
            category=self._category,
            criterion=self._question.criterion,
            metric=metric,
            statistic=figure.statistic,
            value=figure.value,
            ci95=figure.ci95,
            n_items=figure.n_items or len(self._items),
            n_models=min(figure.n_models or self._models, self._models),
            n_raters=figure.n_raters,
            note=figure.note,
            interval=figure.interval,
            p_value=figure.p_value,
        )

    def _means(self) -> tuple[dict[str, float], int]:
        """Return the mean rating of each answer, and how many raters gave them.

        What was decided stands instead of the mean where that is asked for.
        """
        values: defaultdict[str, list[float]] = defaultdict(list)
        raters = set()
        for (answer, rater), value in self._question.values.items():
            if answer in self._answers:
                values[answer].append(value)
                raters.add(rater)
        means = {key: sum(found) / len(found) for key, found in values.items()}
        if self._options.decisions:
            decided = self._question.decided
            means |= {key: decided[key] for key in means.keys() & decided.keys()}
        return means, len(raters)

    def _scores(self, metric: str) -> Floats:
        return self._table(
            {key: a.scores[metric] for key, a in self._answers.items() if metric in a.scores}
        )

    def _table(self, numbers: Mapping[str, float]) -> Floats:
        """Return numbers by answer as a table, shape (items, models)."""
        import numpy as np

        table = np.full((len(self._items), len(self._columns)), np.nan)
        for key, number in numbers.items():
            answer = self._answers[key]
            table[self._items[answer.item], self._columns[answer.column]] = number
        return table


def _direction(figure: Figure, *, better: bool, low: bool) -> str | None:
    """Return what is to be known of a figure where a high rating, or a low score, is not good."""
    if figure.value is None:
        return None
    if low and figure.statistic == _AREA:
        return MINUS
    if better != low:
        return None
    turned, raw = (LOW_TURNED, LOW_IS_GOOD) if low else (TURNED, BAD_IS_HIGH)
    return turned if figure.statistic in _TURNED else raw


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


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
