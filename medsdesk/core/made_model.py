"""Models that are made here: how, from what, and what their form costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from medsdesk.core.model import KvCache


@dataclass(frozen=True, slots=True)
class ModelOrigin:
    """How a model file came to be.

    Attributes:
        sha256: Of the file.
        how: ``converted`` from a checkpoint, or ``quantised`` from another model file.
        kind: Form of its weights, such as ``F16`` or ``Q4_K_M``.
        made_with: Program and version.
        made_at: UTC time.
        parent_id: Of the model it was quantised from.
        parent_sha256: Of that model's file.
        parent_kind: Form of that model's weights.
        repository: Of the checkpoint on the hub, where known.
        revision: Its commit.
        licence: In the words of its card, such as ``llama3``.
    """

    sha256: str
    how: Literal["converted", "quantised"]
    kind: str
    made_with: str
    made_at: str
    parent_id: str | None = None
    parent_sha256: str | None = None
    parent_kind: str | None = None
    repository: str = ""
    revision: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; no interval where there is too little to make one of."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What a form of a model costs, against another form of the same model on the same text.

    Attributes:
        model_sha256: Of the measured file.
        reference_sha256: Of the file it is measured against.
        reference_id: Id of that model when it was measured.
        reference_kind: Form of its weights, such as ``F16``.
        reference_made_from: Form of the weights that the reference itself was made from, where
            that is a quantised one; empty where the reference has lost nothing that is known.
        text_sha256: Of the passages.
        passages: How many.
        tokens: Tokens that were foretold.
        perplexity: Of the measured file.
        reference_perplexity: Of the reference.
        perplexity_ratio: The one over the other; 1 where nothing is lost.
        top_agreement: Share of tokens on which both hold the same one for likeliest, in percent.
        divergence: Mean Kullback-Leibler divergence from the reference, in nats.
        method: How the intervals were made.
        engine: That computed it.
        measured_at: UTC time.
        kv_cache: How the measured file kept its context; the reference always as F16. With
            another way than F16, both are one file, and the figures are what that way costs.
    """

    model_sha256: str
    reference_sha256: str
    reference_id: str
    reference_kind: str
    reference_made_from: str
    text_sha256: str
    passages: int
    tokens: int
    perplexity: Estimate
    reference_perplexity: Estimate
    perplexity_ratio: Estimate
    top_agreement: Estimate
    divergence: Estimate
    method: str
    engine: str
    measured_at: str
    kv_cache: KvCache = "f16"
