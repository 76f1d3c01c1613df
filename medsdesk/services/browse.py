"""Find a task by what a clinician would type: category, data set, language, words of its name."""

from __future__ import annotations

from dataclasses import dataclass

from medsdesk.core.task import Task
from medsdesk.tasks.registry import all_tasks, bench_tasks

LANGUAGE_NAMES = {
    "ca": "Catalan",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ja": "Japanese",
    "ru": "Russian",
    "sv": "Swedish",
    "zh": "Chinese",
}


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The tasks of one category, in the order of their ids."""

    category: str
    tasks: tuple[Task, ...]


def language_name(code: str) -> str:
    """Return the English name of an ISO 639-1 code, or the code itself."""
    return LANGUAGE_NAMES.get(code, code)


def task_tree(
    filter_text: str = "", language: str | None = None, *, only_runnable: bool = False
) -> tuple[TaskGroup, ...]:
    """Return the tasks that match every word of the filter, grouped by category.

    Args:
        filter_text: Words to be found in id, name, title, category, source or language.
        language: ISO 639-1 code the texts or answers must be in; None for all.
        only_runnable: Leave out tasks that have no definition and cases of ours.
    """
    words = filter_text.casefold().split()
    groups: dict[str, list[Task]] = {}
    for task in bench_tasks() if only_runnable else all_tasks():
        spoken = (*task.input_languages, *task.output_languages)
        if language is not None and language not in spoken:
            continue
        haystack = _haystack(task)
        if all(word in haystack for word in words):
            groups.setdefault(task.category, []).append(task)
    return tuple(TaskGroup(category, tuple(tasks)) for category, tasks in sorted(groups.items()))


def _haystack(task: Task) -> str:
    spoken = [language_name(c) for c in (*task.input_languages, *task.output_languages)]
    parts = (task.id, task.name, task.title, task.category, task.source, task.domain, *spoken)
    return " ".join(parts).casefold()
