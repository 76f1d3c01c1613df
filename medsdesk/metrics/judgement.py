"""Which answers a protocol calls right, and where the protocols contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medsdesk.core.score import Score
from medsdesk.metrics.scoring import PROTOCOLS

RIGHT = 100.0
JUDGING = "accuracy"
"""The metric that calls an answer right or wrong; the others are figures of more or less."""

LEADING = ("accuracy", "f1", "rouge_l_f", "rouge", "none")
"""The metric that stands for a protocol where there is room for one: the first that is there."""

Judged = tuple[str, str, float | None]
"""Protocol, metric and value of a score."""


def right_by_protocol(scores: Iterable[Judged]) -> Mapping[str, bool]:
    """Return for each protocol that judges right or wrong whether it calls the answer right.

    An answer that a protocol cannot read has no score; it is not called right.
    """
    return {protocol: value == RIGHT for protocol, metric, value in scores if metric == JUDGING}


def disagree(right: Mapping[str, bool]) -> bool:
    """Say whether one protocol calls an answer right and the other does not.

    Only where both judge right or wrong: figures over names, labels and texts have no right and
    wrong to disagree on.
    """
    return len(right) == len(PROTOCOLS) and len(set(right.values())) > 1


def protocols_disagree(scores: Iterable[Score]) -> bool:
    """Say of an answer's scores whether the protocols contradict each other."""
    return disagree(right_by_protocol((s.protocol, s.metric, s.value) for s in scores))
