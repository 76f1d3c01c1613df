"""Does an automatic metric follow what people say? Each coefficient with interval and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from medsdesk.agreement.figures import Figure, Interval, defined, joined, ratio
from medsdesk.agreement.item_pairs import ItemPairs, Order, by_item, item_pairs, mean_over
from medsdesk.agreement.permutation import two_sided
from medsdesk.agreement.ranks import partial_spearman, spearman, spearmans
from medsdesk.agreement.resampling import RESAMPLES, SEED, percentile, resampled
from medsdesk.agreement.roc import SENSITIVITY, Threshold, auc, aucs, threshold_at
from medsdesk.agreement.soft_pairwise import soft_accuracies, soft_pairwise_accuracy
from medsdesk.agreement.tie_calibration import (
    TieCalibration,
    calibrated_accuracies,
    tie_calibrated,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Bools, Floats
    from medsdesk.core.cancel import CancelToken

Over = Literal["items", "models", "both"]

ONE_EACH = (
    "Each item has one rated and scored answer, so answers to the same input cannot be compared."
)
TOO_FEW = "Only {n} items have two rated and scored answers or more; with fewer than {least} no "
TOO_FEW += "figure is given."
FEW_ANSWERS = "Only {n} answers have both a rating and a score; with fewer than {least} no figure "
FEW_ANSWERS += "is given."
NO_ORDER = "On every item clinicians, or the metric, call all answers equal."
CONSTANT = "All ratings, or all scores, are equal."
FEW_ITEMS = "Few items ({n}): read the interval, not the number."
LEFT_OUT = "{n} items are left out on which clinicians, or the metric, call all answers equal."
THRESHOLD = "Scores that differ by up to {threshold:.4g} count as equal."
FITTED = "The threshold is fitted on the same items, which flatters the metric."
HELD_OUT = "The threshold is fitted on other items than those judged."
FEW_MODELS = "With {n} models this says little about models in general."
MIXED = "Mixes differences between inputs with those between answers to the same input."
AGAINST = "Pooled over inputs the sign is the opposite of that by item: trust the one by item."
ONE_KIND = "All answers are acceptable, or none is."
CUT = "Flagging scores up to {cut.value:.4g} finds {cut.sensitivity:.0%} of the unacceptable "
CUT += "answers and spares {cut.specificity:.0%} of the acceptable ones"

LEAST_ITEMS, LEAST_ANSWERS, MANY_ITEMS, MANY_MODELS = 3, 5, 30, 5


@dataclass(frozen=True, slots=True)
class Settings:
    """How intervals are made.

    Attributes:
        over: What is resampled: items, to speak of other inputs to the same models; models, or
            both, to speak of other models too. With under five models always items.
        resamples: How many.
        seed: Of the draws.
        n_raters: Whose ratings these are; for the figures to tell.
        cancel: Stops it, with ``CancelledError``.
    """

    over: Over = "items"
    resamples: int = RESAMPLES
    seed: int = SEED
    n_raters: int = 0
    cancel: CancelToken | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Which answers are acceptable, and the score up to which a metric flags an answer.

    Attributes:
        least: Mean rating that was called acceptable.
        wanted: Sensitivity asked for.
        acceptable: Shape (answers,), of those with rating and score.
        scores: Shape (answers,).
        item: Shape (answers,): the item of each.
        threshold: None where all are of one kind.
    """

    least: float
    wanted: float
    acceptable: Bools
    scores: Floats
    item: NDArray[np.intp]
    threshold: Threshold | None


class Comparison:
    """Mean ratings beside one metric's scores of the same answers.

    Args:
        human: Shape (items, models): mean rating; NaN where an answer has none.
        metric: Shape (items, models): score; NaN where it has none.
        settings: How intervals are made.
        higher_is_better: Whether high ratings are good, which pairwise accuracies must know.
    """

    def __init__(
        self, human: Floats, metric: Floats, settings: Settings, *, higher_is_better: bool = True
    ) -> None:
        import numpy as np

        known = np.isfinite(human) & np.isfinite(metric)
        rows, columns = known.any(axis=1), known.any(axis=0)
        self._known: Bools = known[rows][:, columns]
        self._human: Floats = np.where(known, human, np.nan)[rows][:, columns]
        self._metric: Floats = np.where(known, metric, np.nan)[rows][:, columns]
        self._sign = 1.0 if higher_is_better else -1.0
        self._settings = settings
        self._rows: Bools = np.asarray(rows)
        self._columns: Bools = np.asarray(columns)

    def order_figures(self) -> Iterator[Figure]:
        """Yield what compares answers to the same input, in the order of importance.

        Kendall's tau-b by item with the p-value of a sign test by permutation over items,
        tie-calibrated accuracy on the same and on other items, and Spearman by item.
        """
        names = ("kendall_tau_b_by_item", "acc_eq_star", "acc_eq_star_held_out", "spearman_by_item")
        refusal = self._too_few_pairs()
        found = None if refusal else tie_calibrated(self._pairs, self._settings.seed)
        if found is None:
            yield from (self._none(name, refusal or ONE_EACH) for name in names)
            return
        yield self._by_item("kendall_tau_b", names[0])
        yield from self._calibrated(found, names[1], names[2])
        yield self._by_item("spearman", names[3])

    def ranking_figure(self) -> Figure:
        """Return soft pairwise accuracy: does the metric rank models as people do."""
        import numpy as np

        refusal = self._too_few_pairs()
        if refusal is not None:
            return self._none("spa", refusal)
        items = len(self._human)
        value = soft_pairwise_accuracy(self._pairs, self._settings.seed)
        figures = self._resampled(items, soft_accuracies(self._pairs))
        models = self._human.shape[1]
        note = FEW_MODELS.format(n=models) if models < MANY_MODELS else None
        interval = percentile(figures, items)
        return self._figure("spa", value, interval, "items", note, np.ones(items))

    def pooled_figures(self, lengths: Floats | None = None) -> Iterator[Figure]:
        """Yield Spearman over all answers at once, and with the answers' length held constant.

        Args:
            lengths: Shape (items, models), as given to the class; None where not known.
        """
        import numpy as np

        names = ("spearman_pooled", "spearman_partial_length")
        answers = int(self._known.sum())
        if answers < LEAST_ANSWERS:
            note = FEW_ANSWERS.format(n=answers, least=LEAST_ANSWERS)
            yield from (self._none(name, note) for name in names[: 1 + (lengths is not None)])
            return
        item, model = np.nonzero(self._known)
        x, y = self._human[item, model], self._metric[item, model]
        value = spearman(x, y)
        note = self._pooled_note(value)
        yield self._pooled(names[0], value, spearmans(x, y, item), note)
        if lengths is None:
            return
        z = lengths[self._rows][:, self._columns][item, model]
        if np.isfinite(z).all():
            value = partial_spearman(x, y, [z])
            yield self._pooled(names[1], value, _partials((x, y, z), item), note)

    def cut_at(self, least: float, sensitivity: float = SENSITIVITY) -> Cut:
        """Return which answers are acceptable, and the score up to which answers are flagged.

        Args:
            least: Mean rating from which on an answer is acceptable; up to which, where high
                ratings are bad.
            sensitivity: Share of the unacceptable answers that have to be flagged.
        """
        import numpy as np

        item, model = np.nonzero(self._known)
        acceptable = self._sign * self._human[item, model] >= self._sign * least
        scores = self._metric[item, model]
        found = threshold_at(acceptable, scores, sensitivity)
        return Cut(least, sensitivity, acceptable, scores, item, found)

    def acceptable_figure(self, cut: Cut) -> Figure:
        """Return the area under the ROC curve for telling unacceptable answers by low scores."""
        name, threshold = "auc_unacceptable", cut.threshold
        answers = len(cut.scores)
        if answers < LEAST_ANSWERS:
            return self._none(name, FEW_ANSWERS.format(n=answers, least=LEAST_ANSWERS))
        if threshold is None:
            return self._none(name, ONE_KIND)
        missed = threshold.negative_predictive_value
        told = "." if missed is None else f"; of those spared {missed:.0%} are acceptable."
        note = CUT.format(cut=threshold) + told
        make = aucs(cut.acceptable, cut.scores, cut.item)
        return self._pooled(name, auc(cut.acceptable, cut.scores), make, note)

    @cached_property
    def taus(self) -> Floats:
        """Kendall's tau-b of each item that has a number, shape (items as given,)."""
        import numpy as np

        found = np.full(len(self._rows), np.nan)
        found[self._rows] = self._tau(None)[0]
        return found

    @cached_property
    def _tau(self) -> Callable[[Floats | None], Floats]:
        return by_item(self._human, self._metric, "kendall_tau_b")

    @cached_property
    def _pairs(self) -> ItemPairs:
        """Differences within items; of ratings such that higher is better."""
        return item_pairs(self._sign * self._human, self._metric)

    # --- by item ---

    def _by_item(self, order: Order, name: str) -> Figure:
        import numpy as np

        tau = order == "kendall_tau_b"
        make = self._tau if tau else by_item(self._human, self._metric, order)
        items = make(None)[0]
        known = np.isfinite(items)
        if not known.any():
            return self._none(name, NO_ORDER)
        left_out = int((self._known.sum(axis=1) >= 2).sum() - known.sum())
        note = LEFT_OUT.format(n=left_out) if left_out else None
        interval, over = self._interval_by_item(make, items)
        p_value = two_sided(items, self._settings.seed) if tau else None
        value = float(items[known].mean())
        return self._figure(name, value, interval, over, note, items, p_value)

    def _interval_by_item(
        self, make: Callable[[Floats | None], Floats], items: Floats
    ) -> tuple[Interval | None, Over]:
        import numpy as np

        over, next_models = self._over, self._models_in_step()

        def figure(draws: Floats) -> Floats:
            if over == "items":
                return mean_over(items[None], draws)
            each = make(next_models(len(draws)))
            return mean_over(each, draws if over == "both" else np.ones_like(draws))

        figures = self._resampled(len(items), figure)
        n = self._human.shape[1] if over == "models" else int(np.isfinite(items).sum())
        return percentile(figures, n), over

    @property
    def _over(self) -> Over:
        return self._settings.over if self._human.shape[1] >= MANY_MODELS else "items"

    def _models_in_step(self) -> Callable[[int], Floats]:
        """Return the function that hands out the next rows of draws of models."""
        models = self._human.shape[1]
        drawn = self._resampled(models, lambda draws: draws, 1)
        taken = 0

        def take(rows: int) -> Floats:
            nonlocal taken
            taken += rows
            return drawn[taken - rows : taken]

        return take

    def _calibrated(self, found: TieCalibration, name: str, held_out_name: str) -> Iterator[Figure]:
        import numpy as np

        items, models = self._human.shape
        make = calibrated_accuracies(self._pairs)
        over, next_models = self._over, self._models_in_step()

        def figure(draws: Floats) -> Floats:
            items = np.ones_like(draws) if over == "models" else draws
            return make(items, None if over == "items" else next_models(len(draws)))

        figures = self._resampled(items, figure)
        told = THRESHOLD.format(threshold=found.threshold)
        n = models if over == "models" else int(np.isfinite(found.held_out).sum())
        yield self._figure(
            name, found.accuracy, percentile(figures, n), over,
            joined(told, FITTED), found.held_out,
        )  # fmt: skip
        held = found.held_out[None]
        figures = self._resampled(items, lambda draws: mean_over(held, draws))
        value = float(np.nanmean(found.held_out))
        n = int(np.isfinite(held).sum())
        interval = percentile(figures, n)
        yield self._figure(held_out_name, value, interval, "items", HELD_OUT, found.held_out)

    # --- pooled ---

    def _pooled_note(self, pooled: float) -> str:
        import numpy as np

        if (self._known.sum(axis=1) < 2).all():
            return ONE_EACH
        items = self.taus[np.isfinite(self.taus)]
        against = items.size >= LEAST_ITEMS and float(items.mean()) * pooled < 0
        return joined(MIXED, AGAINST if against else None) or MIXED

    def _pooled(
        self,
        name: str,
        value: float,
        make: Callable[[Floats], Floats],
        note: str,
    ) -> Figure:
        """Make a figure of all answers; items are drawn whole, with all answers to them."""
        import numpy as np

        if defined(value) is None:
            return self._none(name, CONSTANT)
        n = len(self._human)
        figures = self._resampled(n, make, width=int(self._known.sum()))
        return self._figure(name, value, percentile(figures, n), "items", note, np.ones(n))

    def _resampled(
        self, n: int, make: Callable[[Floats], Floats], other_seed: int = 0, width: int = 0
    ) -> Floats:
        settings = self._settings
        seed = settings.seed + other_seed
        return resampled(n, make, settings.resamples, seed, settings.cancel, width)

    # --- telling ---

    def _too_few_pairs(self) -> str | None:
        n = int((self._known.sum(axis=1) >= 2).sum())
        if not n and self._known.any():
            return ONE_EACH
        return TOO_FEW.format(n=n, least=LEAST_ITEMS) if n < LEAST_ITEMS else None

    def _figure(
        self,
        name: str,
        value: float,
        interval: Interval | None,
        over: Over,
        note: str | None,
        items: Floats,
        p_value: float | None = None,
    ) -> Figure:
        import numpy as np

        n, settings = int(np.isfinite(items).sum()), self._settings
        few = FEW_ITEMS.format(n=n) if n < MANY_ITEMS else None
        how = f"bootstrap-percentile|over:{over}|resamples:{settings.resamples}"
        return Figure(
            name,
            value,
            interval,
            n,
            settings.n_raters,
            self._human.shape[1],
            f"{how}|seed:{settings.seed}" if interval else "",
            joined(note, few),
            p_value,
        )

    def _none(self, name: str, note: str) -> Figure:
        items, models = self._known.shape
        return Figure(name, None, None, items, self._settings.n_raters, models, note=note)


def _partials(
    ranked: tuple[Floats, Floats, Floats], item: NDArray[np.intp]
) -> Callable[[Floats], Floats]:
    """Make partial rank correlations of draws: (r_xy - r_xz r_yz) / root of the rest."""
    import numpy as np

    x, y, z = ranked
    pairs = spearmans(x, y, item), spearmans(x, z, item), spearmans(y, z, item)

    def figure(draws: Floats) -> Floats:
        xy, xz, yz = (make(draws) for make in pairs)
        rest = (1 - xz**2) * (1 - yz**2)
        return ratio(xy - xz * yz, np.sqrt(np.where(rest > 1e-9, rest, 0.0)))

    return figure
