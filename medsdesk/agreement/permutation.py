"""Paired permutation tests: what would be as likely if two sides were the same thing?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from medsdesk.agreement.resampling import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Floats

PERMUTATIONS = 1000
_EXACT = 12  # differences: up to here all 2^n signs are tried
_CELLS = 500_000  # of a table of signs at a time: 4 MB
_SLACK = 1e-9  # equal sums of floating-point numbers count as equal


def signs(n: int, seed: int = SEED) -> Floats:
    """Return rows of signs for n differences: all 2^n where n <= 12, else 1,000 drawn by seed.

    Returns:
        Shape (rows, n), of 1 and -1.
    """
    import numpy as np

    return _signs(n, seed).astype(np.float64)


@lru_cache(maxsize=32)  # the metrics of one category follow one another
def _signs(n: int, seed: int) -> NDArray[np.int8]:
    import numpy as np

    if n <= _EXACT:
        return np.asarray(1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1), dtype=np.int8)
    random = np.random.default_rng(seed)
    made = np.empty((PERMUTATIONS, n), dtype=np.int8)
    rows = max(1, _CELLS // n)
    for start in range(0, PERMUTATIONS, rows):
        part = made[start : start + rows]
        part[:] = random.integers(0, 2, part.shape) * 2 - 1
    return made


def _signed_sums(known: Floats, seed: int) -> Floats:
    """Return the sums of differences, shape (n, columns), under each row of signs."""
    import numpy as np

    made = _signs(len(known), seed)
    rows = max(1, _CELLS // max(len(known), 1))
    return np.concatenate(
        [
            made[start : start + rows].astype(np.float64) @ known
            for start in range(0, len(made), rows)
        ]
    )


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
    return float(one_sided_each(differences[:, None], seed)[0])


def one_sided_each(differences: Floats, seed: int = SEED) -> Floats:
    """Return the p-value of ``one_sided`` for each column, shape (columns,).

    Args:
        differences: Shape (n, columns); NaN where a pair is not complete.
        seed: Of the draws, which are the same for columns with as many differences.
    """
    import numpy as np

    known = np.isfinite(differences)
    sizes = known.sum(axis=0)
    p_values = np.ones(differences.shape[1])
    for size in np.unique(sizes):
        columns = np.flatnonzero(sizes == size)
        dense = np.array([differences[known[:, at], at] for at in columns]).T
        slack = _SLACK * np.abs(dense).sum(axis=0)
        hits = _signed_sums(dense, seed) >= dense.sum(axis=0) - slack
        p_values[columns] = hits.mean(axis=0)
    return p_values


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
    drawn = np.abs(_signed_sums(known, seed)) >= abs(float(known.sum())) - slack
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
