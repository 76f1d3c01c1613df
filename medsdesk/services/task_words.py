"""Say what a task of one's own is: its words for the file, and the name that it goes by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case, Task
from medsdesk.services.file_tasks import LANGUAGES
from medsdesk.tasks.own_texts import Reading
from medsdesk.tasks.registry import all_tasks, categories, find_task, task_content
from medsdesk.tasks.task_folders import task_id_of
from medsdesk.tasks.task_header import TaskHeader
from medsdesk.tasks.text_folders import Source
from medsdesk.tasks.text_sources import HowToRead, read_source

OWN = "own-"
"""How the name of an own task begins; tasks of MedS-Ins begin with ``task`` and a number."""

_NAMES = {code: name.title() for name, code in LANGUAGES.items()}


@dataclass(frozen=True, slots=True)
class TaskWords:
    """What a task is.

    Attributes:
        task: Id or name of a task of the registry, whose instruction, categories and languages
            are taken where none are given; empty for a task of one's own.
        name: Name of an own task, or of the texts; for the file's name.
        definition: What the model is asked to do.
        categories: As MedS-Ins has them, such as ``Text Summarization``.
        input_languages: Of the texts: ISO 639-1 codes or English names.
        output_languages: Of the answers; those of the texts where none are given.
        instruction_languages: Of the definition.
        cases_file: A table of worked cases: CSV, Excel or JSON with input and output.
        contributors: Who made it.
        source: Where the texts come from.
        urls: Where they can be found.
        domains: Such as ``Clinical Text``.
    """

    task: str = ""
    name: str = ""
    definition: str = ""
    categories: tuple[str, ...] = ()
    input_languages: tuple[str, ...] = ()
    output_languages: tuple[str, ...] = ()
    instruction_languages: tuple[str, ...] = ()
    cases_file: Path | None = None
    contributors: tuple[str, ...] = ()
    source: str = ""
    urls: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def header_of(words: TaskWords) -> TaskHeader:
    """Return the header of the file.

    Raises:
        UserFacingError: There is no such task, no instruction, a language or case that cannot
            be used.
    """
    task = find_task(words.task) if words.task else None
    return TaskHeader(
        definition=_definition(words, task),
        source=words.source,
        categories=_categories(words, task),
        domains=words.domains,
        input_languages=_languages(words.input_languages, task.input_languages if task else ()),
        output_languages=_languages(
            words.output_languages or words.input_languages, task.output_languages if task else ()
        ),
        # The registry's instructions are in English, whatever the texts are in.
        instruction_languages=_languages(
            words.instruction_languages, () if words.definition.strip() else ("en",)
        ),
        contributors=words.contributors,
        url=words.urls,
        positive=_cases(words.cases_file) if words.cases_file is not None else (),
    )


def target_of(words: TaskWords, out: Path, sources: Sequence[Path]) -> Path:
    """Return the file to write, under a name by which its task is known.

    The name of a file says which task it is. A task of the registry begins with its id and
    ``_``; one of one's own must not begin with ``task`` and a number, so that it can never be
    taken for one of MedS-Ins, whatever numbers are given there later.

    Args:
        words: What the task is.
        out: The file, or a folder, in which it is called after the task and the texts.
        sources: The texts.

    Raises:
        UserFacingError: The name would stand for another task.
    """
    task = find_task(words.task) if words.task else None
    begin = f"{task.id}_" if task else OWN
    called = words.name or (sources[0].resolve().stem if sources else "")
    usual = f"{begin}{_slug(called)}.json"
    if out.is_dir():
        return out / usual
    path = out if out.suffix else out.with_name(f"{out.name}.json")
    if path.suffix.lower() != ".json":
        raise UserFacingError(
            f"A task file is a JSON document, but {path.name} is named as something else.",
            f"Call it {path.with_suffix('.json').name}.",
        )
    found = task_id_of(path)
    if task is not None and found != task.id:
        raise UserFacingError(
            f"The file {path.name} would not be known as one of {task.id}.",
            f"Let its name begin with the task, such as {begin}{_slug(path.stem)}.json.",
        )
    if task is None and re.match(r"task\d", path.name, re.IGNORECASE):
        raise UserFacingError(
            f"The file {path.name} would be taken for {found} of MedS-Ins.",
            f"Call it {OWN}{_slug(re.sub(r'(?i)^task[0-9]*', '', path.stem))}.json, or name the"
            " task of the registry that it is for.",
        )
    return path


def _definition(words: TaskWords, task: Task | None) -> str:
    if words.definition.strip():
        return words.definition.strip()
    if task is None:
        raise UserFacingError(
            "There is no instruction for the model.",
            "Write what it is asked to do (--instruction), or name the task of the registry that"
            " the texts are for (--task).",
        )
    if not task.in_bench:
        raise UserFacingError(
            f"MedsDesk has no instruction for {task.id}.", "Write what the model is asked to do."
        )
    return task_content(task.id).definition


def _categories(words: TaskWords, task: Task | None) -> tuple[str, ...]:
    """Return the categories, in the registry's spelling where it knows them."""
    if not words.categories:
        return (task.category,) if task else ()
    known = {name.casefold(): name for name in categories()}
    known |= {one.category.casefold(): one.category for one in all_tasks()}
    return tuple(known.get(name.strip().casefold(), name.strip()) for name in words.categories)


def _languages(given: Sequence[str], of_task: Sequence[str]) -> tuple[str, ...]:
    """Return the English names of languages."""
    return tuple(_language(one) for one in given or of_task)


def _language(given: str) -> str:
    wanted = given.strip().casefold()
    code = wanted if wanted in _NAMES else LANGUAGES.get(wanted)
    if code is None:
        known = ", ".join(f"{code} ({name})" for code, name in _NAMES.items())
        raise UserFacingError(
            f"The language '{given[:40]}' is not known.", f"Give one of: {known}."
        )
    return _NAMES[code]


def _cases(path: Path) -> tuple[Case, ...]:
    """Return the worked cases of a table, which must all be sound: a model learns from them."""
    if not path.exists():
        raise UserFacingError(f"There is no file {path}.", "Check the name of the worked cases.")
    reading = Reading()
    found = tuple(read_source(Source(path, path.name), HowToRead(), reading))
    bare = sum(1 for one in found if len(one.references) != 1)
    if reading.left_out:
        first = reading.left_out[0]
        raise UserFacingError(
            f"The worked cases cannot all be read: {first.where}: {first.reason}.", first.way_out
        )
    if bare or not found:
        raise UserFacingError(
            f"The file {path.name} has worked cases without an answer."
            if found
            else f"The file {path.name} has no worked cases.",
            "Give a table with the columns 'input' and 'output', one row for each case.",
        )
    return tuple(Case(one.text, one.references[0]) for one in found)


def _slug(name: str) -> str:
    """Return a name fit for a file, with nothing in it by which the task's name ends."""
    return re.sub(r"[\W_]+", "-", name).strip("-").lower() or "texts"
