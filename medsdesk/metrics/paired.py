"""Whether two runs of the same items differ by more than chance: paired tests and intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from medsdesk.core.score import Score
from medsdesk.metrics.intervals import RESAMPLES, SEED, Interval, draws, parts, wilson
from medsdesk.metrics.judgement import JUDGING, RIGHT
from medsdesk.metrics.summary import aggregation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MCNEMAR = "mcnemar-exact|interval:newcombe-1998-10"
EXCHANGES = 10_000
FEWEST = 10  # items below which a bootstrap is far too narrow to be told
ENUMERATED = 13  # items that differ: up to here every exchange is looked at, 8,192 at most
ALPHA = 0.05

_EXACT_UP_TO = 10_000  # pairs; integers beyond take long and change nothing that is shown
_CELLS = 4_000_000  # of the table of exchanges at a time: 32 MB
_MOST_CELLS = 400_000_000  # of all of them; more items are exchanged fewer times, 1,000 at least
_TIE = 1e-9

Pair = tuple[Score, Score]
Figure = Callable[["Floats"], "Floats"]


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One figure of two runs over the items that have it in both.

    Attributes:
        first: The first run's figure over these items, in percent.
        second: The second run's.
        ci95: Bounds of the 95 % interval of ``difference``, in points; None for fewer than
            ``FEWEST`` items of a figure that is not right or wrong.
        p: Two-sided, of this one test alone.
        n: Items.
        differing: Items that the two runs were not scored alike on.
        method: Test and interval, with what is needed to make them again.
        seed: Of the draws; None where nothing is drawn.
    """

    first: float
    second: float
    ci95: Interval | None
    p: float
    n: int
    differing: int
    method: str
    seed: int | None = None

    @property
    def difference(self) -> float:
        """The first figure less the second, in points."""
        return self.first - self.second


def compare(pairs: Iterable[Pair]) -> PairedTest | None:
    """Test one metric of two runs on the same items.

    An accuracy is tested by the exact McNemar test with Newcombe's interval. Every other figure
    is tested by exchanging the two runs' scores item by item, its interval is the paired
    percentile bootstrap.

    Args:
        pairs: The two scores of each item, both with a value and made in the same way. They are
            read once; of an accuracy or a mean, no scores are held.

    Returns:
        None without a pair.
    """
    rest = iter(pairs)
    first = next(rest, None)
    if first is None:
        return None
    every = chain((first,), rest)
    if first[0].metric == JUDGING:
        return _right_or_wrong(every)
    return _graded(*_tables(first[0], every))


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of McNemar's test.

    p = min(1, 2 P(X <= min(b, c))) with X binomial (b + c, 1/2), where b items are right in the
    first run alone and c in the second alone (McNemar, Psychometrika 1947; the exact form is the
    sign test on the items that differ). 1 where none differs.
    """
    n, few = only_first + only_second, min(only_first, only_second)
    if n <= _EXACT_UP_TO:
        ways = term = 1
        for k in range(1, few + 1):
            term = term * (n - k + 1) // k
            ways += term
        return min(1.0, 2 * ways / (1 << n))
    log = math.lgamma(n + 1) - math.lgamma(few + 1) - math.lgamma(n - few + 1) - n * math.log(2)
    share, total, k = 1.0, 1.0, few
    while k > 0 and share > 1e-17:
        share *= k / (n - k + 1)
        total += share
        k -= 1
    return min(1.0, 2 * math.exp(log) * total)


def newcombe(both: int, only_first: int, only_second: int, neither: int) -> Interval:
    """Return Newcombe's 95 % interval of the difference of two paired shares, in points.

    With the shares p1 and p2, Wilson's bounds l and u of each and their difference d:
    d - sqrt((p1 - l1)² - 2 φ (p1 - l1)(u2 - p2) + (u2 - p2)²) to
    d + sqrt((u1 - p1)² - 2 φ (u1 - p1)(p2 - l2) + (p2 - l2)²), where φ is the correlation of the
    table, taken towards 0 by n / 2 in its numerator where it is positive (Newcombe, Statistics
    in Medicine 17, 1998, method 10). Unlike a bootstrap it has a width where no item differs.
    """
    n = both + only_first + only_second + neither
    one, other = both + only_first, both + only_second
    p1, p2 = 100.0 * one / n, 100.0 * other / n
    (l1, u1), (l2, u2) = wilson(one, n), wilson(other, n)
    phi = _correlation(both, only_first, only_second, neither)
    below = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    above = (u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2
    low, high = p1 - p2 - math.sqrt(below), p1 - p2 + math.sqrt(above)
    return max(-100.0, low), min(100.0, high)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Return p values corrected for their number, in the same order.

    In ascending order the i-th of m becomes the largest of min(1, (m - j + 1) p_j) for j up to i
    (Holm, Scandinavian Journal of Statistics 6, 1979): the chance of calling any difference real
    that is not stays below the level, whatever hangs together with what.
    """
    corrected = [1.0] * len(values)
    worst = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        worst = max(worst, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = worst
    return tuple(corrected)


def _correlation(both: int, only_first: int, only_second: int, neither: int) -> float:
    n = both + only_first + only_second + neither
    margins = (both + only_first) * (only_second + neither)
    margins *= (both + only_second) * (only_first + neither)
    if not margins:
        return 0.0
    product = float(both * neither - only_first * only_second)
    if product > 0:
        product = max(0.0, product - n / 2)
    return product / math.sqrt(margins)


def _right_or_wrong(pairs: Iterable[Pair]) -> PairedTest:
    counts = {(one, other): 0 for one in (True, False) for other in (True, False)}
    for first, second in pairs:
        counts[first.value == RIGHT, second.value == RIGHT] += 1
    both, only_first, only_second, neither = counts.values()
    n = both + only_first + only_second + neither
    return PairedTest(
        first=100.0 * (both + only_first) / n,
        second=100.0 * (both + only_second) / n,
        ci95=newcombe(both, only_first, only_second, neither),
        p=mcnemar(only_first, only_second),
        n=n,
        differing=only_first + only_second,
        method=MCNEMAR,
    )


def _tables(score: Score, pairs: Iterable[Pair]) -> tuple[Floats, Floats, Figure]:
    """Return the parts of both runs' items that are summed up, and what makes figures of sums."""
    import numpy as np

    if aggregation(score).partition("-")[0] in ("micro", "macro"):
        held = list(pairs)
        # Together, so that both have the same labels in the same columns.
        table, figure = parts([*(one for one, _ in held), *(other for _, other in held)])
        return table[: len(held)], table[len(held) :], figure
    flat = (score.value for pair in pairs for score in pair)
    values = np.fromiter(flat, dtype=np.float64).reshape(-1, 2)
    n = len(values)
    return values[:, :1], values[:, 1:], lambda sums: sums[:, 0] / n


def _graded(first: Floats, second: Floats, figure: Figure) -> PairedTest:
    n = len(first)
    one, other = (float(figure(table.sum(axis=0, keepdims=True))[0]) for table in (first, second))
    p, differing, made = _exchange(first, second, figure)
    return PairedTest(
        first=one,
        second=other,
        ci95=_bootstrap(first, second, figure) if n >= FEWEST else None,
        p=p,
        n=n,
        differing=differing,
        method=f"{made}|interval:paired-bootstrap-percentile-{RESAMPLES}",
        seed=SEED,
    )


def _bootstrap(first: Floats, second: Floats, figure: Figure) -> Interval:
    """Return the percentile interval of the difference; both runs' items are drawn alike.

    Efron and Tibshirani, 1993, ch. 13, over pairs.
    """
    import numpy as np

    drawn = [figure(w @ first) - figure(w @ second) for w in draws(len(first))]
    low, high = np.percentile(np.concatenate(drawn), (2.5, 97.5))
    return float(low), float(high)


def _exchange(first: Floats, second: Floats, figure: Figure) -> tuple[float, int, str]:
    """Return p, the items that differ, and how p was made.

    Were the runs alike, an item's two scores could as well stand the other way round. p is the
    share of exchanges whose difference is as large as the one found: of all of them where few
    items differ, else (1 + hits) / (1 + draws) of random ones (Noreen 1989; Yeh, COLING 2000;
    of a mean, this is Fisher's sign-flip test).
    """
    import numpy as np

    gap = first - second
    gap = gap[np.any(gap != 0.0, axis=1)]
    sums = first.sum(axis=0), second.sum(axis=0)

    def difference(moved: Floats) -> Floats:
        return np.abs(figure(sums[0] - moved) - figure(sums[1] + moved))

    found = difference(np.zeros((1, first.shape[1])))[0] - _TIE
    if len(gap) <= ENUMERATED:
        every = (np.arange(2 ** len(gap))[:, None] >> np.arange(len(gap))) & 1
        hits = difference(every.astype(np.float64) @ gap) >= found
        return float(hits.mean()), len(gap), f"exchange-all-{2 ** len(gap)}"
    times = min(EXCHANGES, max(1000, _MOST_CELLS // len(gap)))
    hit = sum(int((difference(moved @ gap) >= found).sum()) for moved in _moves(times, len(gap)))
    return (1 + hit) / (1 + times), len(gap), f"exchange-random-{times}"


def _moves(times: int, items: int) -> Iterator[Floats]:
    """Yield tables that say for each exchange which items are turned round."""
    import numpy as np

    random = np.random.default_rng(SEED)
    at_a_time = max(1, _CELLS // items)
    for start in range(0, times, at_a_time):
        rows = min(at_a_time, times - start)
        yield random.integers(0, 2, (rows, items), dtype=np.int8).astype(np.float64)
