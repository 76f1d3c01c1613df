"""Paired permutation tests: what would be as likely if two sides were the same thing?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from medsdesk.agreement.resampling import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    from medsdesk.agreement.figures import Floats

PERMUTATIONS = 1000
_EXACT = 12  # differences: up to here all 2^n signs are tried
_SLACK = 1e-9  # equal sums of floating-point numbers count as equal


@lru_cache(maxsize=32)  # the metrics of one category follow one another
def signs(n: int, seed: int = SEED) -> Floats:
    """Return rows of signs for n differences: all 2^n where n <= 12, else 1,000 drawn by seed.

    Returns:
        Shape (rows, n), of 1 and -1.
    """
    import numpy as np

    if n <= _EXACT:
        made = np.asarray(1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1))
    else:
        random = np.random.default_rng(seed)
        made = random.integers(0, 2, (PERMUTATIONS, n)).astype(np.float64) * 2 - 1
    made.flags.writeable = False
    return made


def one_sided(differences: Floats, seed: int = SEED) -> float:
    """Return the p-value that the first of two paired sides is higher on the whole.

    The share of sign changes of the differences whose sum is at least the sum seen (Fisher,
    The Design of Experiments, 1935, ch. 3; as in soft pairwise accuracy, Thompson et al., WMT
    2024).

    Args:
        differences: Shape (n,): first minus second; NaN where a pair is not complete.
        seed: Of the draws.

    Returns:
        1 where there is no difference to permute.
    """
    import numpy as np

    known = differences[np.isfinite(differences)]
    slack = _SLACK * float(np.abs(known).sum())
    return float(np.mean(signs(len(known), seed) @ known >= known.sum() - slack))


def two_sided(differences: Floats, seed: int = SEED) -> float:
    """Return the p-value that the mean of paired differences is not 0.

    The share of sign changes whose sum is at least as far from 0 as the one seen; where they
    are drawn, (hits + 1) / (draws + 1), which is never 0 (Phipson and Smyth, Stat Appl Genet
    Mol Biol 2010).

    Args:
        differences: Shape (n,); NaN where a pair is not complete.
        seed: Of the draws.

    Returns:
        1 where there is no difference to permute.
    """
    import numpy as np

    known = differences[np.isfinite(differences)]
    slack = _SLACK * float(np.abs(known).sum())
    drawn = np.abs(signs(len(known), seed) @ known) >= abs(float(known.sum())) - slack
    if len(known) <= _EXACT:
        return float(drawn.mean())
    return float((drawn.sum() + 1) / (len(drawn) + 1))


def cells_swapped(
    first: Floats, second: Floats, figure: Callable[[Floats], float], seed: int = SEED
) -> float:
    """Return the two-sided p-value that one metric follows people as well as the other.

    Each answer's two standardised scores are swapped or not, and the difference of the two
    figures is compared with the one seen (Perm-Both of Deutsch, Dror and Roth, TACL 2021).

    Args:
        first: Shape (items, models): scores of one metric; NaN where missing.
        second: The same of the other metric.
        figure: What a table of scores is worth, such as its correlation with people.
        seed: Of the swaps.

    Returns:
        (hits + 1) / (permutations + 1); NaN where the figures are not defined.
    """
    import numpy as np

    one, other = _standardised(first), _standardised(second)
    seen = abs(figure(one) - figure(other))
    if not np.isfinite(seen):
        return float("nan")
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(PERMUTATIONS):
        swap = random.integers(0, 2, one.shape).astype(bool)
        difference = figure(np.where(swap, other, one)) - figure(np.where(swap, one, other))
        hits += not abs(difference) < seen - _SLACK
    return (hits + 1) / (PERMUTATIONS + 1)


def _standardised(scores: Floats) -> Floats:
    import numpy as np

    spread = float(np.nanstd(scores))
    return (scores - np.nanmean(scores)) / (spread or 1.0)
