"""What a form of a model costs: how far its guesses are from those of a better form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.made_model import Estimate
from medsdesk.metrics.intervals import RESAMPLES, SEED, draws

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METHOD = f"bootstrap-percentile over passages|resamples:{RESAMPLES}|seed:{SEED}"


@dataclass(frozen=True, slots=True)
class TokenFigures:
    """Columns with a figure of each token that was foretold.

    Attributes:
        passages: Number of the passage it is in.
        losses: Negative natural logarithm of what the model gave it.
        reference_losses: The same of the reference.
        divergences: Kullback-Leibler divergence from the reference before it, in nats.
        same_top: Whether both held the same token for the likeliest.
    """

    passages: Sequence[int]
    losses: Sequence[float]
    reference_losses: Sequence[float]
    divergences: Sequence[float]
    same_top: Sequence[bool]


@dataclass(frozen=True, slots=True)
class FidelityFigures:
    """The figures of ``measure``, each with its interval."""

    perplexity: Estimate
    reference_perplexity: Estimate
    perplexity_ratio: Estimate
    top_agreement: Estimate
    divergence: Estimate


def measure(tokens: TokenFigures) -> FidelityFigures:
    """Return perplexities, their ratio, agreement on the likeliest token, and divergence.

    Perplexity is exp(-1/n sum ln q(x_i | x_<i)) over the n tokens that were foretold (Jelinek,
    Mercer, Bahl and Baker, 1977); the ratio is the model's over the reference's. Agreement is the
    share of tokens before which both find the same one likeliest, in percent. The divergence is
    the mean over tokens of D(p || q) = sum_x p(x) (ln p(x) - ln q(x)), p the reference's and q the
    model's distribution over all words (Kullback and Leibler, 1951), in nats. llama.cpp's tool
    ``perplexity`` with ``--kl-divergence`` computes the same of other texts.

    Intervals are of the percentile bootstrap over passages, since tokens of one passage are not
    independent of each other; there is none with a single passage.

    Raises:
        ValueError: Nothing was foretold.
    """
    import numpy as np

    if not tokens.losses:
        raise ValueError("no token was foretold")
    numbers = np.unique(np.array(tokens.passages), return_inverse=True)[1]
    columns = (
        np.ones(len(tokens.losses)),
        tokens.losses,
        tokens.reference_losses,
        tokens.divergences,
        np.array(tokens.same_top, dtype=np.float64),
    )
    table = np.stack([np.bincount(numbers, weights=column) for column in columns], axis=1)
    whole = _figures(table.sum(axis=0, keepdims=True))
    if len(table) == 1:
        return FidelityFigures(*(Estimate(float(column[0])) for column in whole))
    drawn = [_figures(weights @ table) for weights in draws(len(table))]
    made = []
    for place, column in enumerate(whole):
        low, high = np.percentile(np.concatenate([part[place] for part in drawn]), (2.5, 97.5))
        made.append(Estimate(float(column[0]), float(low), float(high)))
    return FidelityFigures(*made)


def _figures(sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    import numpy as np

    n, loss, reference, divergence, same = sums.T
    return (
        np.exp(loss / n),
        np.exp(reference / n),
        np.exp((loss - reference) / n),
        100 * same / n,
        divergence / n,
    )
