"""The task of a task file: the registry's, or for an unknown one what its own header says."""

from __future__ import annotations

from typing import Literal

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case, MetricFamily, Task
from medsdesk.tasks.meds_bench import TaskFile
from medsdesk.tasks.registry import find_task, task_content
from medsdesk.tasks.task_families import family_of, in_registry, title_of

LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "english": "en", "french": "fr", "german": "de",
    "hindi": "hi", "italian": "it", "japanese": "ja", "korean": "ko", "portuguese": "pt",
    "russian": "ru", "spanish": "es",
}  # fmt: skip
"""ISO 639-1 codes of the languages that are known, by their English names in small letters."""
_UNKNOWN_CATEGORY = "Not in the registry"


def task_of(file: TaskFile) -> Task:
    """Return the registry's task of a file, else one made of the file's header.

    A task made so has the access ``unknown``, three worked cases unless it is multiple choice,
    and is scored by its category where that names a metric.
    """
    if in_registry(file.task_id):
        return find_task(file.task_id)
    header = file.header
    metric = family_of(file.task_id, header.categories)
    return Task(
        id=file.task_id,
        name=file.path.stem,
        title=title_of(file.task_id),
        category=header.categories[0] if header.categories else _UNKNOWN_CATEGORY,
        in_bench=False,
        domain="; ".join(header.domains),
        source=header.source,
        input_languages=_codes(header.input_languages),
        output_languages=_codes(header.output_languages),
        metric=metric,
        labels=(),
        shots=0 if metric is MetricFamily.CHOICE else 3,
        access="unknown",
    )


def definition_of(file: TaskFile, task: Task) -> tuple[str, Literal["file", "own"]]:
    """Return what the model is asked to do, and whether the file's words or our own say it.

    Raises:
        UserFacingError: Neither the file nor MedsDesk has an instruction.
    """
    if file.header.definition.strip():
        return file.header.definition, "file"
    if not task.in_bench:
        raise UserFacingError(
            f"The file {file.path.name} has no instruction, and MedsDesk has none for its task.",
            "Write what the model is asked to do into the file's 'Definition'.",
        )
    return task_content(task.id).definition, "own"


def own_cases(task: Task) -> tuple[Case, ...]:
    """Return our own synthetic worked cases; none for tasks outside the benchmark."""
    return task_content(task.id).cases if task.in_bench else ()


def _codes(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return ISO 639-1 codes of languages; English where none is known."""
    codes = tuple(LANGUAGES[name] for n in names if (name := n.strip().casefold()) in LANGUAGES)
    return codes or ("en",)
