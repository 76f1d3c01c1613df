"""An automatic score: a number with the way it was made, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Score:
    """One metric's verdict on one answer.

    Attributes:
        protocol: ``strict``, ``medsbench`` or ``choices``.
        metric: Name within the protocol, such as ``accuracy`` or ``rouge_l_f``.
        value: 0 to 100, in percent; None means unscored, which is never the same as 0.
        signature: How the number was made: metric, version, tokenizer, options.
        answer: What was read out of the output, where the metric reads something out.
        reason: Why there is no value.
        details: Counts behind the value, such as tp, fp and fn for pooled figures.
    """

    protocol: str
    metric: str
    value: float | None
    signature: str
    answer: str | None = None
    reason: str | None = None
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Protocol and metric, such as ``strict.accuracy``."""
        return f"{self.protocol}.{self.metric}"
