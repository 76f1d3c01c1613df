"""Published worked examples with known answers, shared by the tests of this folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GAP = np.nan

# Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: 4 raters x 12 units.
FOUR_RATERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _GAP, _GAP, _GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _GAP, 3],
        [_GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _GAP],
    ]
).T

# Shrout and Fleiss, Psychological Bulletin 1979, table 2: 6 targets x 4 judges.
FOUR_JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=np.float64,
)

# Citations between four journals of statistics (Stigler 1994; Agresti 2002, p. 448): the row
# was cited by the column. Biometrika, Comm Statist, JASA, JRSS-B.
CITATIONS = np.array(
    [[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]],
    dtype=np.float64,
)


def tables(seed: int, count: int = 40) -> list[Floats]:
    """Return random tables of ratings with ties and gaps, shape (items, raters)."""
    random = np.random.default_rng(seed)
    made: list[Floats] = []
    for _ in range(count):
        shape = int(random.integers(2, 20)), int(random.integers(2, 6))
        points = int(random.integers(2, 7))
        table = random.integers(1, points + 1, shape).astype(np.float64)
        table[random.random(shape) < random.choice([0, 0.1, 0.4])] = np.nan
        made.append(table)
    return made
