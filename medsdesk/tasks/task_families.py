"""What the registry knows of a task file: its title, and how its answers are scored."""

from __future__ import annotations

import re
from collections.abc import Sequence

from medsdesk.core.task import MetricFamily
from medsdesk.tasks.registry import all_tasks


def title_of(task_id: str) -> str:
    """Return the registry's title of a task, or its id in plain words."""
    named = (task.title for task in all_tasks() if task.id == task_id)
    return next(named, re.sub("[_-]+", " ", task_id.removeprefix("own-")).strip() or task_id)


def in_registry(task_id: str) -> bool:
    """Return whether the registry has a task of exactly this id."""
    return any(task.id == task_id for task in all_tasks())


def family_of(task_id: str, categories: Sequence[str]) -> MetricFamily:
    """Return how a task is scored: as the registry says, else by its categories.

    A category that the registry scores in several ways decides nothing; where none decides,
    nothing is scored.

    Args:
        task_id: Such as ``task125``, or an id that is not in the registry.
        categories: As the header of the task file has them.
    """
    own = next((task.metric for task in all_tasks() if task.id == task_id), None)
    if own is not None:
        return own
    for category in categories:
        wanted = category.strip().casefold()
        families = {task.metric for task in all_tasks() if task.category.casefold() == wanted}
        families.discard(MetricFamily.NONE)
        if len(families) == 1:
            return families.pop()
    return MetricFamily.NONE
