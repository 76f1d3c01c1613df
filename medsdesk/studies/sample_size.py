"""What a number of items can show, before the first of them is rated."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.core.study import StudyDesign

POWER = 0.8
LEVEL = 0.05
RELIABILITY = 0.7
"""The reliability for which the width of an interval is told: that of a usable form."""

LEAST_SHARED = 30  # items; Koo and Li (2016) advise that many for a reliability
LEAST_REPEATS = 10
_FEWEST_PAIRS = 6  # five won of five still have p = .0625
_WIN_RATES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.9)


def items_for_reliability(reliability: float, raters: int, width: float) -> int:
    """Return how many items give a 95 % interval of a reliability (ICC, alpha) that wide.

    n = 8 z^2 (1 - r)^2 (1 + (k - 1) r)^2 / (k (k - 1) w^2) + 1, and 5 r more for two raters
    where r >= .7 (Bonett, Stat Med 2002, formula 3).

    Args:
        reliability: Expected, 0 to 1.
        raters: How many rate every item, at least 2.
        width: Of the whole interval.
    """
    spread = _spread(reliability, raters) / width**2
    return math.ceil(spread + 1 + _for_two(reliability, raters) - 1e-9)


def reliability_width(reliability: float, raters: int, items: int) -> float | None:
    """Return how wide the 95 % interval of a reliability will be; None for too few items.

    The formula of ``items_for_reliability``, solved for the width.
    """
    effective = items - 1 - _for_two(reliability, raters)
    if effective <= 0 or raters < 2:
        return None
    return math.sqrt(_spread(reliability, raters) / effective)


def items_for_correlation(correlation: float) -> int:
    """Return how many items show a correlation with 80 % power at the 5 % level.

    n = ((z_a + z_b) / atanh r)^2 + 3, by Fisher's z (1921), z_a = 1.960 and z_b = 0.842.
    """
    return math.ceil((_reach() / math.atanh(correlation)) ** 2 + 3 - 1e-9)


def correlation_half_width(correlation: float, items: int) -> float | None:
    """Return how far the upper 95 % bound of a correlation lies above it.

    tanh(atanh r + 1.96 / sqrt(n - 3)) - r; None for fewer than four items.
    """
    if items < 4:
        return None
    above = math.atanh(correlation) + NormalDist().inv_cdf(1 - LEVEL / 2) / math.sqrt(items - 3)
    return math.tanh(above) - correlation


@cache
def pairs_for_win_rate(rate: float) -> int:
    """Return how many decisive pairs tell a win rate from one half.

    The least n at which the exact two-sided binomial test at the 5 % level has 80 % power; ties
    are no decisive pairs.
    """
    rough = (_reach() / 2 / (rate - 0.5)) ** 2  # by the normal distribution; the least is near
    n = max(1, int(0.7 * rough))
    while _power(n, rate) < POWER:
        n += 1
    return n


def most_unseen(items: int) -> float:
    """Return the highest rate of an error that was seen in none of n items (95 %).

    1 - .05^(1/n), about 3/n (the rule of three: Hanley and Lippman-Hand, JAMA 1983).
    """
    return 1.0 - LEVEL ** (1 / items) if items else 1.0


def shared_items(items: int, overlap: float) -> int:
    """Return how many items every rater is shown."""
    return min(items, math.ceil(items * overlap - 1e-9))


def statement(design: StudyDesign) -> str:
    """Say in words what a design can show, for the plan."""
    n, raters = design.n_items, len(design.raters)
    shared = shared_items(n, design.overlap)
    said = [_of_pairs(n)] if design.kind == "pair" else [_of_items(n), _of_errors(n)]
    said.append(_of_raters(shared, raters))
    repeats = round(design.repeat_share * (shared + (n - shared) / max(1, raters)))
    if design.repeat_share > 0 and repeats < LEAST_REPEATS:
        said.append(
            f"Each rater sees about {_items(max(1, repeats))} twice; {LEAST_REPEATS} are the least "
            "from which a rater's agreement with themselves can be told."
        )
    return " ".join(said)


def _of_items(n: int) -> str:
    able = [r / 10 for r in range(1, 10) if items_for_correlation(r / 10) <= n]
    power = "with 80 % power at the 5 % level"
    if not able:
        return f"{_items(n)} are too few to show a correlation with a metric ({power})."
    beyond = round(able[0] - 0.1, 1)
    missed = f", not r = {beyond:g}" if beyond > 0 else ""
    return f"{_items(n)} can show a correlation with a metric of r ≥ {able[0]:g}{missed} ({power})."


def _of_errors(n: int) -> str:
    rate = 100 * most_unseen(n)
    return f"If no severe error is seen in {_items(n)}, fewer than {rate:.2g} % have one (95 %)."


def _of_pairs(n: int) -> str:
    able = [rate for rate in _WIN_RATES if pairs_for_win_rate(rate) <= n]
    if not able:
        if n < _FEWEST_PAIRS:
            return f"{_pairs(n)} cannot tell a better model from chance, however often it wins."
        return f"{_pairs(n)} can tell a better model from chance only where it wins nearly always."
    place = _WIN_RATES.index(able[0])
    missed = f", not {100 * _WIN_RATES[place - 1]:.0f} %" if place else ""
    return (
        f"{_pairs(n)} can show that one model wins {100 * able[0]:.0f} % of decided pairs"
        f"{missed} (80 % power at the 5 % level); pairs judged equal do not count as decided."
    )


def _of_raters(shared: int, raters: int) -> str:
    if raters < 2:
        return "There is one rater: how far clinicians agree cannot be told."
    if not shared:
        return "No item is shown to two raters: how far they agree cannot be told."
    width = reliability_width(RELIABILITY, raters, shared)
    if width is None or width > 1:
        return f"{_items(shared)} shared by {raters} raters are too few to tell how far they agree."
    few = "" if shared >= LEAST_SHARED else f" At least {LEAST_SHARED} are advised."
    return (
        f"{_items(shared)} shared by {raters} raters tell an agreement of about {RELIABILITY:g} "
        f"within ±{width / 2:.2f} (95 %).{few}"
    )


def _items(n: int) -> str:
    return f"{n:,} item{'s' * (n != 1)}"


def _pairs(n: int) -> str:
    return f"{n:,} pair{'s' * (n != 1)}"


def _spread(reliability: float, raters: int) -> float:
    z = NormalDist().inv_cdf(1 - LEVEL / 2)
    inside = (1 - reliability) ** 2 * (1 + (raters - 1) * reliability) ** 2
    return 8 * z**2 * inside / (raters * (raters - 1))


def _for_two(reliability: float, raters: int) -> float:
    return 5 * reliability if raters == 2 and reliability >= 0.7 else 0.0


def _reach() -> float:
    normal = NormalDist()
    return normal.inv_cdf(1 - LEVEL / 2) + normal.inv_cdf(POWER)


def _power(n: int, rate: float) -> float:
    """Return the power of the exact two-sided binomial test of one half."""
    tail, wins = 0.0, n + 1
    while wins and tail + math.comb(n, wins - 1) / 2**n <= LEVEL / 2:
        wins -= 1
        tail += math.comb(n, wins) / 2**n
    return sum(
        math.comb(n, x) * rate**x * (1 - rate) ** (n - x)
        for x in range(n + 1)
        if x >= wins or x <= n - wins
    )
