"""Says before an evaluation begins what it will be: how much, and about how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medsdesk.services.list_task_files import ListedFile
from medsdesk.store.evaluation_progress import seconds_per_item

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile
    from medsdesk.services.evaluation_orders import Choices
    from medsdesk.store.workspace import Workspace

Paces = Mapping[str, float]
"""Seconds per item, by the model's id; models that were never measured are not in it."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def paces(ws: Workspace, models: Sequence[ModelFile]) -> Paces:
    """Return the speed last seen of each model that has answered items in this workspace."""
    # Servers' models have no fingerprint, and how fast a server is differs from hour to hour.
    found = {model.id: seconds_per_item(ws, model.sha256) for model in models if model.sha256}
    return {model: seconds for model, seconds in found.items() if seconds is not None}


def missing(files: Sequence[ListedFile], choices: Choices, *, listed: int) -> str:
    """Return what is to be done before it can start, in a sentence; empty when it can.

    Args:
        files: Those that are ticked.
        choices: How to evaluate.
        listed: Files in the list, ticked or not.
    """
    if not listed:
        return "Add task files, or a folder with them."
    if not files:
        return "Tick at least one task file."
    if not choices.models:
        return "Tick at least one model."
    lost = sum(file.left_out for file in files)
    if lost and not choices.skip_faulty:
        return f"{_count(lost, 'item')} cannot be read: untick the file, or leave them out."
    return ""


def items_of(files: Sequence[ListedFile], limit: int | None) -> int:
    """Return how many items are asked for with a limit per file."""
    return sum(file.items if limit is None else min(limit, file.items) for file in files)


def outline(files: Sequence[ListedFile], choices: Choices, known: Paces) -> str:
    """Return what will happen, such as ``186 items of 38 tasks with 1 model; about 40 minutes``."""
    items = items_of(files, choices.limit)
    tasks = len({file.task_id for file in files})
    size = f"{_count(items, 'item')} of {_count(tasks, 'task')} with "
    size += _count(len(choices.models), "model")
    unmeasured = [model for model in choices.models if model not in known]
    if unmeasured:
        return f"{size}. How long it takes shows once the first items are done."
    seconds = sum(known[model] * items for model in choices.models)
    return f"{size}; {duration(seconds)} at the speed last seen."


def duration(seconds: float) -> str:
    """Return a length of time in words, as exact as an estimate may be."""
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < 1.5 * _HOUR:
        return f"about {_count(round(seconds / _MINUTE), 'minute')}"
    if seconds < 2 * _DAY:
        return f"about {_count(round(seconds / _HOUR), 'hour')}"
    return f"about {_count(round(seconds / _DAY), 'day')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
