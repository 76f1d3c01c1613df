"""The registry of tasks and each task's own words, read from the resources."""

from __future__ import annotations

import difflib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from medsdesk.config.paths import resource
from medsdesk.config.toml_files import read_toml
from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Task, TaskContent

_HINT = "Install MedsDesk again; a file of the program itself is missing or was changed."

T = TypeVar("T", Task, TaskContent)


@cache
def all_tasks() -> tuple[Task, ...]:
    """Return every task of the registry in the order of the numbers in their ids.

    Raises:
        UserFacingError: A file of the registry is missing or broken.
    """
    path = resource("tasks/registry.toml")
    labels = read_toml(resource("tasks/labels.toml"), _HINT)
    tasks = []
    for row in read_toml(path, _HINT)["task"]:
        own = labels.get(row.get("id"), {})
        tasks.append(_convert({"labels": [], **row, **own}, Task, path))
    return tuple(sorted(tasks, key=lambda task: int(task.id.removeprefix("task"))))


def bench_tasks() -> tuple[Task, ...]:
    """Return the evaluation tasks of MedS-Bench, in the order of the registry."""
    return tuple(task for task in all_tasks() if task.in_bench)


def categories() -> tuple[str, ...]:
    """Return every category once: those of MedS-Bench first, each in the order of the registry."""
    return tuple(dict.fromkeys(task.category for task in (*bench_tasks(), *all_tasks())))


def find_task(name_or_id: str) -> Task:
    """Return the task with an id (``task112`` or ``112``) or a name, in any case of letters.

    Raises:
        UserFacingError: There is none; the hint names the nearest. Or several have the name.
    """
    wanted = name_or_id.strip().casefold()
    if wanted.isdecimal():
        wanted = f"task{wanted}"
    by_id = {task.id: task for task in all_tasks()}
    if wanted in by_id:
        return by_id[wanted]
    named = [task for task in all_tasks() if task.name.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(task.id for task in named)
        raise UserFacingError(
            f"Several tasks are named '{named[0].name}': {ids}.", "Give the id of the one you mean."
        )
    raise UserFacingError(f"There is no task '{_short(name_or_id)}'.", _nearest(wanted))


@cache
def task_content(task_id: str) -> TaskContent:
    """Return a task's definition, worked cases and samples.

    Args:
        task_id: Its exact id.

    Raises:
        UserFacingError: The task has none, or the file is broken.
    """
    path = resource("tasks/content") / f"{task_id}.toml"
    if task_id not in {task.id for task in all_tasks()} or not path.is_file():
        raise UserFacingError(
            f"MedsDesk has no instruction and no worked cases for '{_short(task_id)}'.",
            "Choose one of the evaluation tasks of MedS-Bench.",
        )
    values = read_toml(path, _HINT)
    # Every text that ships is made up, and each file has to say so of itself.
    if values.pop("synthetic", None) is not True or values.get("task_id") != task_id:
        raise UserFacingError(f"The file {path} is not the content of {task_id}.", _HINT)
    return _convert(values, TaskContent, path)


def _convert(values: dict[str, Any], kind: type[T], path: Path) -> T:
    unknown = values.keys() - {field.name for field in fields(kind)}
    if unknown:
        raise UserFacingError(
            f"The file {path} has fields that do not belong: {', '.join(sorted(unknown))}.", _HINT
        )
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise UserFacingError(
            f"The file {path} does not hold what it should: {error}.", _HINT
        ) from error


def _nearest(wanted: str) -> str:
    """Return a sentence with up to three tasks whose id, name or title holds it or is near."""
    known = {
        key.casefold(): task for task in all_tasks() for key in (task.title, task.name, task.id)
    }
    # By likeness alone a part of a long name, the commonest thing typed, finds nothing.
    held = [key for key in known if len(wanted) > 2 and wanted in key]
    alike = difflib.get_close_matches(wanted, known, n=9, cutoff=0.5)
    near = dict.fromkeys(f"{known[key].id} ({known[key].name})" for key in (*held, *alike))
    if not near:
        return "Look for it in the list of tasks."
    return f"Did you mean {' or '.join(list(near)[:3])}?"


def _short(text: str) -> str:
    """Return what was typed, cut to a length that fits into a sentence."""
    return text if len(text) <= 60 else f"{text[:60]}…"
