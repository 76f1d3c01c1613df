"""How an evaluation stands, in words; pure functions without Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.services.watch_evaluation import EvaluationView
    from medsdesk.ui.theme import Tone

_STAGES = {
    "preparing": "Reading the files…",
    "loading": "Loading the model…",
    "running": "Running",
    "paused": "Paused",
}


def stage_badge(view: EvaluationView, *, pausing: bool, stopping: bool) -> tuple[str, Tone]:
    """Return what the evaluation does, and the tone to say it in."""
    if view.stage == "ended":
        counts = view.counts
        if counts.pending:
            return "Stopped, can go on", "warn"
        return ("Done, with failed items", "warn") if counts.failed else ("Done", "good")
    if stopping:
        return "Stopping after the item in hand…", "warn"
    if pausing and view.stage == "running":
        return "Pausing after the item in hand…", "warn"
    return _STAGES[view.stage], "warn" if view.stage == "paused" else "plain"


def figures(view: EvaluationView) -> str:
    """Return counts, speed and time left in one line."""
    counts = view.counts
    if not counts.items:
        return ""
    parts = [f"{counts.done + counts.failed:,} of {count(counts.items, 'item')}"]
    if counts.failed:
        parts.append(f"{counts.failed:,} failed")
    if view.stage == "running" and view.items_per_second > 0:
        parts.append(f"{rate(view.items_per_second)} items/s")
        parts.append(f"{rate(view.tokens_per_second)} tokens/s")
    if view.stage == "running" and view.eta_seconds is not None and counts.pending:
        parts.append(f"{time_left(view.eta_seconds)} left")
    return " · ".join(parts)


def ended(view: EvaluationView) -> tuple[str, str]:
    """Return a sentence on how an evaluation ended, and one on what to do."""
    counts = view.counts
    if counts.pending:
        told = f"{count(counts.done, 'answer')} kept, {count(counts.pending, 'item')} waiting."
        return f"The evaluation of {view.model_name} was stopped: {told}", "Go on at any time."
    told = f"{count(counts.done, 'item')} answered"
    if counts.failed:
        retry = "Failed items are listed with the reason, and can be tried again."
        return (
            f"The evaluation of {view.model_name} is done: {told}, {counts.failed:,} failed.",
            retry,
        )
    return f"The evaluation of {view.model_name} is done: {told}.", ""


def rate(value: float) -> str:
    """Return a speed with two figures that matter, such as ``0.042`` or ``18``."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def time_left(seconds: float) -> str:
    """Return a time to the end, such as ``1 h 05 min`` or ``40 s``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60:02} min"
