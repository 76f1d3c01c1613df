"""A statistic with its interval and what it was made of, or the sentence why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One statistic of one set of ratings.

    Attributes:
        statistic: Its name, such as ``krippendorff_alpha_ordinal``.
        value: The number; None where it is not defined, which is never the same as 0.
        ci95: Bounds of the 95 % interval; None where there is none.
        n_items: Items that count.
        n_raters: Raters whose ratings count.
        n_models: Models whose answers count.
        interval: How the interval is made.
        note: Why there is no number, or what a reader of it has to know.
        p_value: Of the test that belongs to the statistic, where there is one.
    """

    statistic: str
    value: float | None
    ci95: Interval | None = None
    n_items: int = 0
    n_raters: int = 0
    n_models: int = 0
    interval: str = ""
    note: str | None = None
    p_value: float | None = None


def defined(value: float) -> float | None:
    """Return a number as it is, and None for what is no finite number."""
    return float(value) if math.isfinite(value) else None


def joined(*sentences: str | None) -> str | None:
    """Return the sentences there are as one note, or None."""
    return " ".join(sentence for sentence in sentences if sentence) or None


def ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below place by place, and NaN where below is not positive."""
    import numpy as np

    nothing = np.full(below.shape, np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below > 0))
