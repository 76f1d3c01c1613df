"""Bradley-Terry: abilities of models from who was preferred to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Bools, Floats

PRIOR = 0.5  # wins given to either side of each pair that met, where the data alone have no answer

_Z = 1.959963984540054  # the normal distribution's 97.5 % point
_STEPS = 60  # it is at the top after about ten


@dataclass(frozen=True, slots=True)
class Abilities:
    """Log abilities of models; the chance that i beats j is 1 / (1 + exp(b_j - b_i)).

    Attributes:
        log_ability: Shape (models,); 0 for the reference.
        stderr: Shape (models,): standard error of the difference from the reference.
        low: Shape (models,): lower bound of Wald's 95 % interval.
        high: Shape (models,): upper bound.
        prior: Wins added to either side of each pair that met; 0 where none had to be.
    """

    log_ability: Floats
    stderr: Floats
    low: Floats
    high: Floats
    prior: float


def bradley_terry(
    wins: Floats, reference: int = 0, clusters: Floats | None = None
) -> Abilities | None:
    """Return abilities by maximum likelihood, with Wald intervals.

    P(i beats j) = p_i / (p_i + p_j) (Bradley and Terry, Biometrika 1952). Found by Newton's
    method on log p with one model as reference; standard errors from the inverse of the
    information. Where some models never lose to the others (or never win), no finite answer
    exists: then half a win is added to both sides of each pair that met, and ``prior`` says so.
    Several votes on one and the same pair of texts are not independent: where clusters have more
    than one vote, standard errors come from the sandwich over clusters instead, with the factor
    G / (G - 1) for G of them (Liang and Zeger, Biometrika 1986).

    Args:
        wins: Shape (models, models): how often the row's model beat the column's; a tie is half
            a win for each. The diagonal is ignored.
        reference: The model whose log ability is set to 0.
        clusters: Shape (clusters, models, models): the same wins by pair of texts.

    Returns:
        None for a single model, and where models fall into groups that never met.
    """
    import numpy as np

    counts = np.array(wins, dtype=np.float64)
    np.fill_diagonal(counts, 0.0)
    met = counts + counts.T > 0
    if len(counts) < 2 or not _reached(met).all():
        return None
    prior = 0.0
    if not _reached(counts > 0).all():
        prior = PRIOR
        counts = counts + prior * met
    logs = _fitted(counts, reference)
    covariance = _covariance(counts, logs, reference)
    if clusters is not None and (clusters.sum(axis=(1, 2)) > 1).any():
        covariance = covariance @ _spread(clusters, logs) @ covariance
    errors = np.sqrt(np.diag(covariance))
    return Abilities(logs, errors, logs - _Z * errors, logs + _Z * errors, prior)


def _reached(edges: Bools) -> Bools:
    """Return for each pair whether one can get from the first to the second along edges."""
    import numpy as np

    reach = np.eye(len(edges), dtype=bool) | edges
    for middle in range(len(edges)):
        reach |= reach[:, middle, None] & reach[middle]
    return reach


def _fitted(counts: Floats, reference: int) -> Floats:
    """Climb the likelihood, which has one top, by Newton's method in steps of at most 1."""
    import numpy as np

    games, won = counts + counts.T, counts.sum(axis=1)
    logs = np.zeros(len(counts))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(logs - logs[:, None]))
        step = _covariance(counts, logs, reference) @ (won - (games * chance).sum(axis=1))
        logs = logs + step / max(1.0, float(np.abs(step).max()))
    return np.asarray(logs - logs[reference])


def _spread(clusters: Floats, logs: Floats) -> Floats:
    """Return the sum over clusters of outer products of scores, shape (models, models)."""
    import numpy as np

    wins = clusters * (1 - np.eye(len(logs)))
    wins = wins[wins.sum(axis=(1, 2)) > 0]
    chance = 1 / (1 + np.exp(logs - logs[:, None]))
    games = wins + wins.transpose(0, 2, 1)
    scores = wins.sum(axis=2) - (games * chance).sum(axis=2)
    several = len(wins) / (len(wins) - 1) if len(wins) > 1 else 1.0
    return np.asarray(several * scores.T @ scores)


def _covariance(counts: Floats, logs: Floats, reference: int) -> Floats:
    """Return the inverse of the information, with zeros for the reference."""
    import numpy as np

    games = counts + counts.T
    chance = 1 / (1 + np.exp(logs - logs[:, None]))
    information = -games * chance * (1 - chance)
    np.fill_diagonal(information, -information.sum(axis=1))
    others = np.flatnonzero(np.arange(len(counts)) != reference)
    covariance = np.zeros_like(information)
    covariance[np.ix_(others, others)] = np.linalg.inv(information[np.ix_(others, others)])
    return covariance
