"""Do raters agree? The coefficient that fits scale and design, with others beside it, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.agreement.alpha import Level, alphas, counted
from medsdesk.agreement.figures import Figure, Interval, defined, joined
from medsdesk.agreement.gwet import gwets, randolph
from medsdesk.agreement.icc import icc
from medsdesk.agreement.kappa import Weights, kappas
from medsdesk.agreement.resampling import RESAMPLES, SEED, bca, jackknife, resampled

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats
    from medsdesk.core.cancel import CancelToken

BCA = "bootstrap-bca|over:items|resamples:{resamples}|seed:{seed}"
F_DISTRIBUTION = "f-distribution"

ONE_RATER = "There is one rater: agreement needs at least two."
NO_OVERLAP = "No item was rated by two raters, so there is nothing to compare."
TOO_FEW = "Only {n} items were rated by two raters; with fewer than {least} no figure is given."
CONSTANT = "All ratings are equal, so that agreement cannot be told from chance."
FEW = "Few items ({n}) were rated by two raters: read the interval, not the number."
NEGATIVE = "A ratio scale has no negative values: the ratings are compared as an interval scale."
GAPS = "Not every rater rated every item, and the ICC needs that; alpha takes gaps."
EVEN_STEPS = "Takes the steps of the ordinal scale as equally wide."
NO_INTERVAL = "The ratings are too few or too alike for an interval."
NO_VARIATION = "The items do not differ from one another, and the ICC needs that."
NO_REPEAT = "No item was rated twice by the same rater."

LEAST_ITEMS, FEW_ITEMS = 3, 30


@dataclass(frozen=True, slots=True)
class _Study:
    """The ratings of one criterion, and how they are resampled."""

    table: Floats
    n_items: int
    n_raters: int
    resamples: int
    seed: int
    cancel: CancelToken | None = None

    @property
    def few(self) -> str | None:
        return FEW.format(n=self.n_items) if self.n_items < FEW_ITEMS else None

    def figure(
        self,
        name: str,
        make: Callable[[Floats], Floats],
        alike: Floats,
        note: str | None = None,
    ) -> Figure:
        """Make a figure of things that are drawn, of which those with equal rows are alike."""
        import numpy as np

        n = len(alike)
        value = defined(float(make(np.ones((1, n)))[0]))
        if value is None:
            return self.none(name, CONSTANT)
        figures = resampled(n, make, self.resamples, self.seed, self.cancel)
        interval = bca(figures, value, jackknife(n, make, alike))
        how = BCA.format(resamples=self.resamples, seed=self.seed)
        if interval is None:
            note = joined(note, NO_INTERVAL)
        return self.with_interval(name, value, interval, how, note)

    def with_interval(
        self, name: str, value: float, interval: Interval | None, how: str, note: str | None
    ) -> Figure:
        how = how if interval else ""
        return Figure(
            name, value, interval, self.n_items, self.n_raters, 0, how, joined(note, self.few)
        )

    def none(self, name: str, note: str) -> Figure:
        return Figure(name, None, None, self.n_items, self.n_raters, note=note)


def rater_agreement(
    table: Floats,
    level: Level,
    points: Sequence[float] = (),
    resamples: int = RESAMPLES,
    seed: int = SEED,
    cancel: CancelToken | None = None,
) -> tuple[Figure, ...]:
    """Return how far raters agree: first the coefficient that fits best, then others.

    Krippendorff's alpha fits nominal and ordinal scales; on interval and ratio scales the ICC
    comes first where every rater rated every item, else alpha. Two raters also get kappa, and
    nominal and ordinal scales Gwet's coefficients, which hold where one category is rare.

    Args:
        table: Shape (items, raters); NaN where a rater gave no value. Nominal values are
            numbered.
        level: Kind of the scale.
        points: All points of the scale, where they are known.
        resamples: Of the bootstrap over items.
        seed: Of the bootstrap.
        cancel: Stops it, with ``CancelledError``.

    Returns:
        Figures without a number and with a sentence where a coefficient is not defined.
    """
    import numpy as np

    rated = table[:, np.isfinite(table).any(axis=0)]
    pairable = _pairable(table)
    n_items, n_raters = pairable.shape
    study = _Study(rated, n_items, n_raters, resamples, seed, cancel)
    note = _refusal(rated, study)
    if note is None and level == "ratio" and float(np.nanmin(pairable)) < 0:
        level, note = "interval", NEGATIVE
    elif note is not None:
        return (study.none(f"krippendorff_alpha_{level}", note),)
    units = counted(rated)[0]
    first = study.figure(f"krippendorff_alpha_{level}", alphas(rated, level), units, note)
    coefficients = _intraclass(study, pairable, level)
    complete = any(figure.value is not None for figure in coefficients)
    if level in ("interval", "ratio") and complete:
        return (*coefficients, first)
    return (first, *_kappas(study, level), *_gwets(study, level, points), *coefficients)


def why(level: Level, table: Floats) -> str:
    """Return in words why the first figure of ``rater_agreement`` is the one to read.

    Args:
        level: Kind of the scale.
        table: Shape (items, raters); NaN where a rater gave no value.
    """
    import numpy as np

    gaps = not np.isfinite(_pairable(table)).all()
    design = "not every rater rated every item" if gaps else "every rater rated every item"
    if level in ("interval", "ratio") and not gaps:
        return f"The scale has even steps ({level}) and {design}: intraclass correlation."
    return f"The scale is {level} and {design}: Krippendorff's alpha with {level} distances."


def intra_rater(
    first: Floats,
    second: Floats,
    level: Level,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[Figure, ...]:
    """Return how far raters agree with themselves: kappa of repeated items, and equal answers.

    Weighted kappa (quadratic; plain on a nominal scale) of the first and the second rating of
    the same answer by the same rater, all raters together, and the share of repeats with the
    same value.

    Args:
        first: Shape (repeats,).
        second: Shape (repeats,): the same rater's later rating of the same answer.
        level: Kind of the scale.
        resamples: Of the bootstrap over repeats.
        seed: Of the bootstrap.
    """
    import numpy as np

    both = np.isfinite(first) & np.isfinite(second)
    n = int(both.sum())
    weights: Weights = "identity" if level == "nominal" else "quadratic"
    study = _Study(first, n, 1, resamples, seed)
    names = f"intra_rater_kappa_{weights}", "intra_rater_same_value"
    if n < LEAST_ITEMS:
        note = TOO_FEW.format(n=n, least=LEAST_ITEMS) if n else NO_REPEAT
        return tuple(study.none(name, note) for name in names)
    pairs = np.column_stack([first[both], second[both]])
    same = (pairs[:, 0] == pairs[:, 1]).astype(np.float64)
    return (
        study.figure(names[0], kappas(first, second, weights), pairs),
        study.figure(names[1], lambda draws: draws @ same / n, same),
    )


def _pairable(table: Floats) -> Floats:
    """Return the items that two or more rated, by the raters who share one."""
    import numpy as np

    items = table[np.isfinite(table).sum(axis=1) >= 2]
    return np.asarray(items[:, np.isfinite(items).any(axis=0)])


def _refusal(table: Floats, study: _Study) -> str | None:
    import numpy as np

    if table.shape[1] < 2:
        return ONE_RATER
    if not study.n_items:
        return NO_OVERLAP
    if study.n_items < LEAST_ITEMS:
        return TOO_FEW.format(n=study.n_items, least=LEAST_ITEMS)
    known = _pairable(table)
    known = known[np.isfinite(known)]
    return CONSTANT if known.min() == known.max() else None


def _kappas(study: _Study, level: Level) -> tuple[Figure, ...]:
    import numpy as np

    if study.table.shape[1] != 2 or level in ("interval", "ratio"):
        return ()
    x, y = study.table.T
    both = study.table[np.isfinite(x) & np.isfinite(y)]
    if level == "nominal":
        return (study.figure("cohen_kappa", kappas(x, y, "identity"), both),)
    return (
        study.figure("weighted_kappa_quadratic", kappas(x, y, "quadratic"), both),
        study.figure("weighted_kappa_linear", kappas(x, y, "linear"), both),
    )


def _gwets(study: _Study, level: Level, points: Sequence[float]) -> tuple[Figure, ...]:
    import numpy as np

    if level not in ("nominal", "ordinal"):
        return ()
    rated = study.table[np.isfinite(study.table).any(axis=1)]
    alike = np.sort(np.nan_to_num(rated, nan=np.inf), axis=1)  # whoever gave which value
    if level == "ordinal":
        make = gwets(study.table, "quadratic", points)
        return (study.figure("gwet_ac2_quadratic", make, alike),)
    free = randolph(study.table, points)
    return (
        study.figure("gwet_ac1", gwets(study.table, "identity", points), alike),
        study.with_interval("randolph_kappa", free, None, "", None),
    )


def _intraclass(study: _Study, pairable: Floats, level: Level) -> tuple[Figure, ...]:
    import numpy as np

    if level == "nominal":
        return ()
    if not np.isfinite(pairable).all():
        return (study.none("icc_2_1", GAPS), study.none("icc_2_k", GAPS))
    found = icc(pairable)
    if found is None:
        return (study.none("icc_2_1", NO_VARIATION), study.none("icc_2_k", NO_VARIATION))
    note = EVEN_STEPS if level == "ordinal" else None
    return (
        study.with_interval("icc_2_1", found.single, found.single_ci95, F_DISTRIBUTION, note),
        study.with_interval("icc_2_k", found.average, found.average_ci95, F_DISTRIBUTION, note),
    )
