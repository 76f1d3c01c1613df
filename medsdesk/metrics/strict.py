"""The ``strict`` protocol: a right answer is 100, a wrong one 0, an unreadable one unscored."""

from __future__ import annotations

from collections.abc import Sequence

from medsdesk.core.score import Score
from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics import (
    choices,
    demographics,
    entities,
    hallmarks,
    labels,
    overlap,
    phrases,
    verdicts,
)
from medsdesk.metrics.item import EMPTY, NO_REFERENCE, Family, Item, Mark, own_signature
from medsdesk.metrics.reading import answer_part, without_thought

PROTOCOL = "strict"
UNDEFINED = "no score is defined for this task"


def _undefined(_item: Item) -> Mark:
    return Mark(reason=UNDEFINED)


def _undefined_signature(metric: str, _language: str) -> str:
    return own_signature(metric, "agg:mean")


_FAMILIES = {
    MetricFamily.CHOICE: choices.FAMILY,
    MetricFamily.EXTRACTION: phrases.FAMILY,
    MetricFamily.LABEL: labels.FAMILY,
    MetricFamily.VERIFICATION: verdicts.FAMILY,
    MetricFamily.OUTCOME: verdicts.FAMILY,
    MetricFamily.ENTITIES: entities.FAMILY,
    MetricFamily.MULTILABEL: hallmarks.FAMILY,
    MetricFamily.TEXT: overlap.FAMILY,
    MetricFamily.NONE: Family(("none",), _undefined, _undefined_signature, reads=False),
}
# The one extraction task whose answer is a form and not a list of phrases.
_FORM_TASKS = frozenset({"task74"})


def score(
    task: Task, output: str, references: Sequence[str], language: str, source_text: str
) -> tuple[Score, ...]:
    """Score one output; every metric of the task's family gives one Score."""
    family = _family(task)
    # References go the same way, so that a text always equals itself.
    part = answer_part if family.reads else without_thought
    answer = part(output)
    given = tuple(shown for reference in references if (shown := part(reference)))
    if task.metric is not MetricFamily.NONE and not given:
        mark = Mark(reason=NO_REFERENCE)
    elif family.reads and not answer:
        mark = Mark(reason=EMPTY)
    else:
        mark = family.measure(Item(task, answer, given, language, source_text))
    return tuple(
        Score(
            protocol=PROTOCOL,
            metric=metric,
            value=mark.values.get(metric),
            signature=family.signature(metric, language),
            answer=mark.answer,
            reason=mark.reason,
            details=mark.details,
        )
        for metric in family.metrics
    )


def signatures(task: Task, language: str) -> tuple[str, ...]:
    """Return the signature of each metric of a task."""
    family = _family(task)
    return tuple(family.signature(metric, language) for metric in family.metrics)


def family_metrics(family: MetricFamily) -> tuple[str, ...]:
    """Return the names of a family's metrics, in the order they are shown."""
    return _FAMILIES[family].metrics


def _family(task: Task) -> Family:
    return demographics.FAMILY if task.id in _FORM_TASKS else _FAMILIES[task.metric]
