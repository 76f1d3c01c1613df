"""Compare clinicians' mean ratings with every automatic metric, in one category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.agreement.figures import Figure, joined
from medsdesk.agreement.human_metric import Comparison, Settings
from medsdesk.agreement.multiplicity import holm
from medsdesk.agreement.permutation import two_sided
from medsdesk.agreement.resampling import percentile, resampled
from medsdesk.services.compare_scales import cut_row
from medsdesk.services.comparison_report import ContestRow, MetricRow
from medsdesk.services.study_measures import is_low_good, signature_of

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.comparison_report import CompareOptions
    from medsdesk.services.comparison_rows import CutRow
    from medsdesk.services.rated_tables import RatedTable

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
CHOSEN_BY_DATA = "The leading metric was chosen on the same ratings, which flatters it."

TAU = "kendall_tau_b_by_item"
SPA = "spa"
AREA = "auc_unacceptable"
_TURNED = ("acc_eq_star", "acc_eq_star_held_out", SPA, AREA)
_LEAST_ITEMS = 3


class MetricsCompared:
    """One question in one category: clinicians' mean ratings beside every metric.

    Attributes:
        rows: Every figure of every metric.
        cuts: From which score on each metric finds unacceptable answers, where it was asked
            what is acceptable.
        spas: Soft pairwise accuracy of each metric that has one.
    """

    def __init__(
        self, table: RatedTable, options: CompareOptions, cancel: CancelToken | None = None
    ) -> None:
        self._table = table
        self._options = options
        self._cancel = cancel
        self._taus: dict[str, Floats] = {}
        self.spas: dict[str, float] = {}
        self.cuts: list[CutRow] = []
        self.rows = tuple(self._rows())

    def _rows(self) -> Iterator[MetricRow]:
        table, options = self._table, self._options
        if not table.metrics:
            yield self._row("", Figure(TAU, None, note=NO_SCORES))
            return
        if table.question.level == "nominal":
            for metric in table.metrics:
                yield self._row(metric, Figure(TAU, None, note=NO_ORDER))
            return
        settings = Settings(
            options.over, options.resamples, options.seed, table.n_raters, self._cancel
        )
        for metric in table.metrics:
            yield from self._figures(metric, settings)

    def _figures(self, metric: str, settings: Settings) -> Iterator[MetricRow]:
        import numpy as np

        better = self._table.question.higher_is_better
        low, scores = is_low_good(metric), self._table.scores(metric)
        if not np.isfinite(scores).any():
            yield self._row(metric, Figure(TAU, None, note=NO_SCORE))
            return
        if signature_of(metric) and np.nanmin(scores) == np.nanmax(scores):
            yield self._row(metric, Figure(TAU, None, note=ALL_EQUAL))  # as of a rare mark
            return
        # Turning both round changes no order: what counts is whether they point the same way.
        compared = Comparison(self._table.human, scores, settings, higher_is_better=better != low)
        self._taus[metric] = compared.taus
        brief = self._options.brief
        figures = [next(compared.order_figures())] if brief else self._all(metric, compared)
        if self._options.acceptable is not None and not brief:
            figures.append(self._cut(metric, scores, settings))
        for figure in figures:
            note = _direction(figure, better=better, low=low)
            made = signature_of(metric) if figure.statistic == TAU else None
            same = SAME_RATERS.format(made=made) if made else None
            yield self._row(metric, replace(figure, note=joined(figure.note, note, same)))

    def _all(self, metric: str, compared: Comparison) -> list[Figure]:
        ranking = compared.ranking_figure()
        if ranking.value is not None:
            self.spas[metric] = ranking.value
        pooled = compared.pooled_figures(self._table.lengths)
        return [*compared.order_figures(), ranking, *pooled]

    def _cut(self, metric: str, scores: Floats, settings: Settings) -> Figure:
        """Return the area under the ROC curve, and add the row that tells the threshold."""
        options, low = self._options, is_low_good(metric)
        judged = Comparison(
            self._table.human, -scores if low else scores, settings,
            higher_is_better=self._table.question.higher_is_better,
        )  # fmt: skip
        wanted = judged.cut_at(options.acceptable or 0.0, options.sensitivity)
        figure = judged.acceptable_figure(wanted)
        self.cuts.append(cut_row(self._row(metric, figure), wanted, low=low))
        return figure

    def contests(self) -> tuple[ContestRow, ...]:
        """Return the leading metric against each other one, where items have both."""
        import numpy as np

        sign = 1.0 if self._table.question.higher_is_better else -1.0
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
        figures = resampled(
            n, lambda draws: draws @ apart / n, options.resamples, options.seed, self._cancel
        )
        return ContestRow(
            study=self._table.question.study,
            category=self._table.category,
            criterion=self._table.question.criterion,
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
        table, models = self._table, len(self._table.models)
        return MetricRow(
            study=table.question.study,
            instrument=table.question.instrument,
            category=table.category,
            criterion=table.question.criterion,
            metric=metric,
            statistic=figure.statistic,
            value=figure.value,
            ci95=figure.ci95,
            n_items=figure.n_items or table.n_items,
            n_models=min(figure.n_models or models, models),
            n_raters=figure.n_raters,
            note=figure.note,
            interval=figure.interval,
            p_value=figure.p_value,
        )


def _direction(figure: Figure, *, better: bool, low: bool) -> str | None:
    """Return what is to be known of a figure where a high rating, or a low score, is not good."""
    if figure.value is None:
        return None
    if low and figure.statistic == AREA:
        return MINUS
    if better != low:
        return None
    turned, raw = (LOW_TURNED, LOW_IS_GOOD) if low else (TURNED, BAD_IS_HIGH)
    return turned if figure.statistic in _TURNED else raw
