"""The ``choices`` protocol: which answer of a closed set the model held most likely.

It stands beside the scores of what the model wrote and replaces none of them: an answer may be
right where the likeliest choice is wrong, and the other way round. With l(c) the natural
logarithm of the probability that the answer begins with the choice c:

- ``accuracy``: 100 where the reference is the choice of the highest l(c);
- ``accuracy_norm``: 100 where it is that of the highest l(c) / bytes(c) in UTF-8, so that long
  choices are not at a disadvantage; for labels only, for the letters of options are equally long;
- ``reference_share``: 100 * exp l(r) / sum over c of exp l(c), the reference r's share among the
  choices; a right guess by a hair counts less than a sure one.

Sources: the log-likelihood of candidates as in T. Brown et al., arXiv 2005.14165, 2.4; both
accuracies as EleutherAI's lm-evaluation-harness defines ``acc`` and ``acc_norm``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from medsdesk.core.generation import Choice
from medsdesk.core.score import Score
from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics.choices import MAYBE, read_choice
from medsdesk.metrics.item import NO_REFERENCE
from medsdesk.metrics.options import read_options
from medsdesk.metrics.verdicts import SETS, read_verdict
from medsdesk.metrics.words import plain_words

PROTOCOL = "choices"
NOT_TOLD = "the likelihood of a choice could not be told"
NO_CHOICE = "the reference is none of the choices"

_VERDICTS = (MetricFamily.VERIFICATION, MetricFamily.OUTCOME)


def choices_for(task: Task, source_text: str, references: Sequence[str]) -> tuple[str, ...]:
    """Return the answers that a task's item can have; empty where they are no closed set.

    The letters of a question's options; the task's own labels, in the sentence around them
    where the reference has one; else the known set of verdicts to which the reference belongs,
    written as the reference writes it.
    """
    if task.metric is MetricFamily.CHOICE and (options := read_options(source_text)):
        return tuple(options)
    if task.metric is MetricFamily.LABEL or (task.metric in _VERDICTS and task.labels):
        return _framed(task.labels, references)
    known = (MAYBE,) if task.metric is MetricFamily.CHOICE else SETS
    if task.metric not in (MetricFamily.CHOICE, *_VERDICTS):
        return ()
    for verdicts in known:
        written = [r.strip() for r in references if read_verdict(r, verdicts).answer]
        if written:
            return tuple(_written_as(verdict, written[0]) for verdict in verdicts)
    return ()


def score(
    task: Task, choices: Sequence[Choice], references: Sequence[str], source_text: str
) -> tuple[Score, ...]:
    """Score the likelihoods of an item's choices; nothing where there are none."""
    if not choices:
        return ()
    given = tuple(reference for reference in references if reference.strip())
    right = _right(task, [choice.text for choice in choices], given, source_text)
    told = [choice.log_likelihood for choice in choices if choice.log_likelihood is not None]
    reason = None
    if not given:
        reason = NO_REFERENCE
    elif not right:
        reason = NO_CHOICE
    elif len(told) < len(choices):
        reason = NOT_TOLD
    metrics = _metrics(task, choices)
    if reason is not None:
        return tuple(Score(PROTOCOL, m, None, signature(m), None, reason) for m in metrics)
    sizes = [len(choice.text.encode()) for choice in choices]
    plainly = _highest(told)
    by_size = _highest([value / size for value, size in zip(told, sizes, strict=True)])
    values = {
        "accuracy": (100.0 if plainly in right else 0.0, choices[plainly].text),
        "accuracy_norm": (100.0 if by_size in right else 0.0, choices[by_size].text),
        "reference_share": (_share(told, right), None),
    }
    details = {"choices": float(len(choices))}
    return tuple(
        Score(PROTOCOL, m, values[m][0], signature(m), values[m][1], None, details) for m in metrics
    )


def signature(metric: str) -> str:
    """Return how a score of likelihoods is made."""
    parts = (metric, "protocol:choices", "read:log-likelihood", "refs:any", "v:1", "agg:mean")
    return "|".join(parts)


def _metrics(task: Task, choices: Sequence[Choice]) -> tuple[str, ...]:
    # What a frame around a label weighs is not known, so it cannot be taken out.
    plain = {choice.text for choice in choices} <= set(task.labels)
    return ("accuracy", *(("accuracy_norm",) if plain else ()), "reference_share")


def _framed(labels: Sequence[str], references: Sequence[str]) -> tuple[str, ...]:
    """Return labels with the words that stand before the label in a reference."""
    for reference in references:
        found = [(reference.lower().find(label.lower()), -len(label)) for label in labels]
        if places := [place for place in found if place[0] > 0]:
            return tuple(reference[: min(places)[0]] + label for label in labels)
    return tuple(labels)


def _right(
    task: Task, choices: Sequence[str], references: Sequence[str], source_text: str
) -> frozenset[int]:
    """Return the places of the choices that a reference names."""
    if task.metric is MetricFamily.CHOICE:
        options = read_options(source_text)
        named = {frozenset(read_choice(r, options).letters) for r in references} if options else ()
        letters = {next(iter(found)) for found in named if len(found) == 1}
        if letters:
            return frozenset(n for n, choice in enumerate(choices) if choice in letters)
    wanted = {plain_words(reference) for reference in references}
    lowered = [choice.lower() for choice in choices]
    if task.metric in _VERDICTS or task.metric is MetricFamily.CHOICE:
        read = {read_verdict(reference, lowered).answer for reference in references}
        return frozenset(n for n, choice in enumerate(lowered) if choice in read)
    if set(choices) <= set(task.labels):
        return frozenset(n for n, choice in enumerate(choices) if plain_words(choice) in wanted)
    return frozenset(n for words in wanted if (n := _longest_start(choices, words)) is not None)


def _longest_start(choices: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the place of the longest choice with which a reference begins."""
    said = [tuple(plain_words(choice)) for choice in choices]
    starts = [n for n, own in enumerate(said) if own and tuple(words[: len(own)]) == own]
    return max(starts, key=lambda n: len(said[n]), default=None)


def _written_as(verdict: str, example: str) -> str:
    if example[:1].isupper():
        return verdict.upper() if example.isupper() and len(example) > 1 else verdict.capitalize()
    return verdict


def _highest(values: Sequence[float]) -> int:
    return max(range(len(values)), key=lambda place: values[place])


def _share(told: Sequence[float], right: frozenset[int]) -> float:
    highest = max(told)
    parts = [math.exp(value - highest) for value in told]
    return 100.0 * sum(parts[place] for place in right) / sum(parts)
