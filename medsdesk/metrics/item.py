"""What a family of metrics is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from medsdesk.core.task import Task

NO_REFERENCE = "no reference given"
EMPTY = "empty output"
UNDEFINED = "no score is defined for this task"

# Begin the reasons that tell of the reference, and of what the authors' scripts do.
_NOT_OF_THE_ANSWER = (NO_REFERENCE, UNDEFINED, "the reference ", "the authors")


@dataclass(frozen=True, slots=True)
class Item:
    """One answer to measure.

    Attributes:
        task: The task asked.
        answer: The answer's text.
        references: Reference answers, none of them blank; at least one.
        language: ISO 639-1 code of the answer, in lower case.
        source_text: The text the task was run on; empty when not known.
    """

    task: Task
    answer: str
    references: tuple[str, ...]
    language: str
    source_text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a family makes of one answer.

    Attributes:
        values: Metric name to value in percent; empty when the answer could not be scored.
        answer: What was read out of the answer.
        reason: Why there are no values, or what was counted in place of a missing answer.
        details: Counts behind the values.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    answer: str | None = None
    reason: str | None = None
    details: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """One way of scoring, shared by the tasks of a kind.

    Attributes:
        metrics: Names of the metrics, in the order they are shown.
        measure: Marks one item.
        signature: Says how a metric (by name) is made for a language.
        reads: Whether the answer is read out of the output first; free text is taken whole.
    """

    metrics: tuple[str, ...]
    measure: Callable[[Item], Mark]
    signature: Callable[[str, str], str]
    reads: bool = True


def right_or_wrong(
    *, right: bool, answer: str | None = None, details: Mapping[str, float] | None = None
) -> Mark:
    """Return the mark of an answer that is either right (100) or wrong (0)."""
    return Mark({"accuracy": 100.0 if right else 0.0}, answer, None, details or {})


def is_unparsed(reason: str | None) -> bool:
    """Say whether an item without a value has none because its answer could not be read.

    Not so where the reference is at fault or missing, or no score is defined.
    """
    return reason is not None and not reason.startswith(_NOT_OF_THE_ANSWER)


def own_signature(metric: str, *options: str) -> str:
    """Return the signature of a metric made here: its name, the protocol, then the options."""
    return "|".join((metric, "protocol:strict", *options))
