"""Figures, times and states in words; pure functions without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medsdesk.core.generation import Completion, FinishReason
    from medsdesk.core.score import Score
    from medsdesk.core.task import MetricFamily

EndTone = Literal["good", "warn", "danger"]

_METRICS = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "partial_precision": "Precision, partial",
    "partial_recall": "Recall, partial",
    "partial_f1": "F1, partial",
    "bleu4": "BLEU-4",
    "chrf": "chrF",
    "rouge1_f": "ROUGE-1 F",
    "rouge2_f": "ROUGE-2 F",
    "rouge_l_f": "ROUGE-L F",
    "bleu1": "BLEU-1",
    "rouge": "ROUGE",
}
WORDINGS = (("medsbench", "MedS-Bench's"), ("own", "MedsDesk's own"))
"""Whose words stand around a text in a prompt, by the value of the setting."""

_SHORTEST_SECONDS = 0.05  # below it a speed says nothing
_ENDS: dict[FinishReason, tuple[str, EndTone]] = {
    "stop": ("Complete", "good"),
    "length": ("Stopped at the token limit", "warn"),
    "cancelled": ("Stopped by you, incomplete", "warn"),
    "died": ("Engine ended, incomplete", "danger"),
}


def ending(reason: FinishReason) -> tuple[str, EndTone]:
    """Return how an answer ended, in words, and the tone to say it in."""
    return _ENDS[reason]


def metric_name(metric: str, protocol: str = "strict") -> str:
    """Return a metric's name for people; the paper's own way of scoring is marked."""
    name = _METRICS.get(metric, metric.replace("_", " ").capitalize())
    return f"{name} (paper)" if protocol == "medsbench" else name


def scored_by(family: MetricFamily) -> str:
    """Return how answers of a task are scored, in words.

    The signatures would say it in full, but to make them the scorers' own packages must be
    loaded, which takes a second or more.
    """
    from medsdesk.core.task import MetricFamily

    if family is MetricFamily.NONE:
        return "not scored automatically"
    if family is MetricFamily.TEXT:
        return "scored by BLEU, chrF, ROUGE"
    if family in (MetricFamily.ENTITIES, MetricFamily.MULTILABEL):
        return "scored by precision, recall, F1"
    return "scored by accuracy"


def score_value(score: Score) -> str:
    """Return a score's value with one decimal, or why there is none."""
    if score.value is None:
        return f"unscored: {score.reason or 'no reason given'}"
    return f"{score.value:.1f} %"


def score_line(scores: Sequence[Score]) -> str:
    """Return all scores in one line, such as ``BLEU-4 12.1 · chrF 33.0``."""
    parts = [
        f"{metric_name(s.metric, s.protocol)} {s.value:.1f}" for s in scores if s.value is not None
    ]
    return " · ".join(parts) if parts else "unscored"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun in the right form, such as ``1,204 tokens``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clock_time(utc: str) -> str:
    """Return the local time of day of a stored UTC time, such as ``14:02``."""
    return _local(utc).strftime("%H:%M")


def day_and_time(utc: str) -> str:
    """Return local day and time of a stored UTC time, such as ``2026-01-31 14:02``."""
    return _local(utc).strftime("%Y-%m-%d %H:%M")


def speed(completion: Completion) -> str:
    """Return tokens, speed and time of a finished answer."""
    writing = completion.seconds - completion.prompt_seconds
    rate = completion.tokens / writing if writing >= _SHORTEST_SECONDS else 0.0
    return progress(completion.tokens, rate, completion.seconds)


def progress(tokens: int, tokens_per_second: float, seconds: float) -> str:
    """Return tokens, speed and time of an answer so far."""
    parts = [count(tokens, "token")]
    if tokens_per_second > 0:
        parts.append(f"{tokens_per_second:.1f} tokens/s")
    parts.append(f"{seconds:.1f} s")
    return " · ".join(parts)


def file_size(size: int) -> str:
    """Return a file size in the unit that gives a short figure."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def _local(utc: str) -> datetime:
    return datetime.fromisoformat(utc).astimezone()
