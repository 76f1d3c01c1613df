"""The way in: score an output, name how it is scored, sum up, and explain.

Each protocol is a module of its own with ``score`` and ``signatures``; here they are joined.
"""

from __future__ import annotations

from collections.abc import Sequence

from medsdesk.core.generation import Choice
from medsdesk.core.score import Score
from medsdesk.core.task import Task
from medsdesk.metrics import explanations, likelihood, medsbench, strict, summary

_PROTOCOLS = {strict.PROTOCOL: strict, medsbench.PROTOCOL: medsbench}
PROTOCOLS = tuple(_PROTOCOLS)


def score(
    task: Task,
    output: str,
    references: Sequence[str],
    language: str,
    source_text: str = "",
    protocols: Sequence[str] = PROTOCOLS,
) -> tuple[Score, ...]:
    """Score one output under every protocol, or the ones named.

    Args:
        task: The task that was run.
        output: What the model wrote.
        references: Reference answers; blank ones are ignored.
        language: ISO 639-1 code of the answer; a region after it is ignored.
        source_text: The text the task was run on, where the options of a choice are read.
        protocols: Of ``PROTOCOLS``.

    Returns:
        One Score per metric, values in percent. A Score without a value says why.
    """
    code = _code(language)
    return tuple(
        found
        for protocol in protocols
        for found in _PROTOCOLS[protocol].score(task, output, references, code, source_text)
    )


def choices_for(task: Task, source_text: str, references: Sequence[str]) -> tuple[str, ...]:
    """Return the answers of a closed set that an item can have; empty where it has none."""
    return likelihood.choices_for(task, source_text, references)


def score_choices(
    task: Task, choices: Sequence[Choice], references: Sequence[str], source_text: str
) -> tuple[Score, ...]:
    """Score how likely the model held an item's choices: the protocol ``choices``.

    Returns:
        One Score per metric, values in percent; nothing where there are no choices.
    """
    return likelihood.score(task, choices, references, source_text)


def signatures(task: Task, language: str) -> tuple[str, ...]:
    """Return the signatures that ``score`` will put on a task's Scores, in the same order."""
    code = _code(language)
    return tuple(
        signature
        for protocol in _PROTOCOLS.values()
        for signature in protocol.signatures(task, code)
    )


def summarise(scores: Sequence[Score]) -> tuple[Score, ...]:
    """Aggregate the scores of one task's items, one result per metric.

    Returns:
        Means for accuracy and text, micro averages for entity lists, macro averages over labels
        for several labels. Details: ``n``, ``unscored``, ``unparsed``, and ``stderr`` or the pooled
        counts.
    """
    return summary.summarise(scores)


def explain(metric_name: str) -> str:
    """Return one plain sentence for a metric's hover text; KeyError if there is none."""
    return explanations.explain(metric_name)


def _code(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
