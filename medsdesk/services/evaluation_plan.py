"""Plans an evaluation: which items of which files, asked in which words, scored how."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.identity import text_sha256
from medsdesk.core.model import LoadConfig, ModelFile
from medsdesk.core.run import CaseSource, FileRecord
from medsdesk.core.task import MetricFamily, Task
from medsdesk.services.case_pool import Draw, draw_cases, draw_items, same_text_key
from medsdesk.services.file_tasks import definition_of, own_cases, task_of
from medsdesk.tasks.meds_bench import Fault, TaskFile, find_task_files, open_task_file, read_items
from medsdesk.tasks.task_families import in_registry

log = logging.getLogger(__name__)

_CANCEL_EVERY = 1000
_TOLD_FAULTS = 3
LEAK_NOTE = (
    "Worked cases were drawn from each whole file, the scored item included, as the authors do: "
    "an answer may have been shown in its own prompt."
)


SLOTS_NOTE = (
    "{slots} items were answered at the same time. Rounding depends on what is computed together, "
    "so answers may be worded otherwise than one item at a time, with a small model many of them."
)


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to evaluate, and how.

    Attributes:
        files: Task files, or folders with them.
        model: The model file.
        shots: Worked cases in the prompt; None for each task's default.
        limit: Most items per file, drawn by seed; None for all.
        seed: Of the draw of items and cases.
        cases: Where worked cases come from.
        generate: Sampling and limits, and what to do with a prompt that does not fit.
        context: Context size in tokens.
        gpu_layers: Layers to offload, -1 for all that fit.
        threads: 0 for one per physical core.
        template: Prompt template.
        slots: Items answered at the same time, each with a context of this size.
        exact: Whether each item has a new context, in which nothing is kept from another.
    """

    files: tuple[Path, ...]
    model: ModelFile
    shots: int | None = None
    limit: int | None = None
    seed: int = 0
    cases: CaseSource = "pool"
    generate: GenerateConfig = field(default_factory=GenerateConfig)
    context: int = 4096
    gpu_layers: int = -1
    threads: int = 0
    template: str = "meds_bench"
    slots: int = 1
    exact: bool = False

    @property
    def load_config(self) -> LoadConfig:
        """How the model is loaded."""
        return LoadConfig(
            path=self.model.path,
            context=self.context,
            gpu_layers=self.gpu_layers,
            threads=self.threads,
            slots=self.slots,
            reuse=not self.exact,
        )


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A task file that is ready to be run.

    Attributes:
        file: The opened file.
        record: What the manifest says of it.
        task: Its task, by the registry or by its own header.
        definition: What the model is asked to do.
    """

    file: TaskFile
    record: FileRecord
    task: Task
    definition: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A planned file with the items chosen from it.

    Attributes:
        planned: The file.
        chosen: Indices of its items, in the file's order.
        notes: What to know about it, a sentence each.
    """

    planned: PlannedFile
    chosen: Sequence[int]
    notes: tuple[str, ...]


def plan_files(plan: EvaluationPlan, cancel: CancelToken) -> tuple[Draft, ...]:
    """Read every file once, check it and choose from it.

    Raises:
        UserFacingError: A file is unusable as a whole, or none has an item.
        CancelledError: Stopped.
    """
    drafts = tuple(
        _draft(open_task_file(path), plan, cancel) for path in find_task_files(plan.files)
    )
    if not any(draft.chosen for draft in drafts):
        raise UserFacingError(
            "None of the task files has an item that can be used.",
            "See what is wrong with 'medsdesk tasks check'.",
        )
    return drafts


def notes_of(plan: EvaluationPlan, drafts: Sequence[Draft]) -> tuple[str, ...]:
    """Return what a reader of the scores has to know, a sentence each."""
    leak = (LEAK_NOTE,) if plan.cases == "leak" else ()
    slots = (SLOTS_NOTE.format(slots=plan.slots),) if plan.slots > 1 else ()
    return (*leak, *slots, *(note for draft in drafts for note in draft.notes))


def reopen_files(records: Sequence[FileRecord], paths: Sequence[Path]) -> tuple[PlannedFile, ...]:
    """Open the files of an earlier plan again, where they were or among other paths.

    Raises:
        UserFacingError: A file is not there any more, or is not the same.
    """
    named = {path.name: path for path in find_task_files(paths)} if paths else {}
    return tuple(_reopen(record, named.get(record.name)) for record in records)


def _reopen(record: FileRecord, path: Path | None) -> PlannedFile:
    path = path or Path(record.path)
    if not path.is_file():
        raise UserFacingError(
            f"The task file {record.name} is not at {path.parent} any more.",
            "Put it back, or name its folder when resuming.",
        )
    file = open_task_file(path)
    if file.sha256 != record.sha256:
        raise UserFacingError(
            f"The task file {record.name} has changed since the evaluation began: its SHA-256 "
            f"was {record.sha256[:12]}… and is {file.sha256[:12]}….",
            "Put the file back as it was, or start a new evaluation.",
        )
    task = task_of(file)
    return PlannedFile(file, record, task, definition_of(file, task)[0])


def _draft(file: TaskFile, plan: EvaluationPlan, cancel: CancelToken) -> Draft:
    task = task_of(file)
    definition, whose = definition_of(file, task)
    shots = task.shots if plan.shots is None else plan.shots
    found = _survey(file, cancel)
    chosen = draw_items(found.indices, plan.limit, Draw(plan.seed, file.sha256, "items"))
    case_items: tuple[int, ...] = ()
    if plan.cases == "pool":
        draw = Draw(plan.seed, file.sha256, "cases")
        case_items = draw_cases(found.indices, found.keys, chosen, shots, draw)
    record = FileRecord(
        name=file.path.name,
        path=str(file.path.resolve()),
        sha256=file.sha256,
        task_id=task.id,
        items=len(found.indices),
        skipped=found.skipped,
        faults=found.faults,
        chosen=len(chosen),
        shots=shots,
        case_items=case_items,
        definition=whose,
        definition_sha256=text_sha256(definition),
        metric=str(task.metric),
    )
    log.info("planned %s: %d of %d items", task.id, len(chosen), len(found.indices))
    notes = (*found.notes, *_notes(record, task, plan.cases))
    prefixed = tuple(f"{record.name}: {note}" for note in notes)
    return Draft(PlannedFile(file, record, task, definition), chosen, prefixed)


@dataclass(slots=True)
class _Survey:
    """The items of a file: 16 bytes each, however long their texts are."""

    indices: array[int]
    keys: array[int]
    skipped: int = 0
    faults: int = 0
    first: tuple[str, ...] = ()

    def on_fault(self, fault: Fault) -> None:
        """Count a fault, and keep the words of the first that cost something."""
        self.faults += 1
        if fault.kept:
            return
        self.skipped += fault.item is not None
        if len(self.first) < _TOLD_FAULTS:
            place = "the file" if fault.item is None else f"item {fault.item + 1}"
            self.first = (*self.first, f"{place}: {fault.reason}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, in a sentence."""
        if not self.first:
            return ()
        return (f"{self.skipped} items cannot be read and are left out ({'; '.join(self.first)}).",)


def _survey(file: TaskFile, cancel: CancelToken) -> _Survey:
    found = _Survey(array("q"), array("Q"))
    for count, item in enumerate(read_items(file, found.on_fault)):
        if count % _CANCEL_EVERY == 0 and cancel.cancelled:
            raise CancelledError
        found.indices.append(item.index)
        found.keys.append(same_text_key(item.input))
    return found


def _notes(record: FileRecord, task: Task, cases: CaseSource) -> list[str]:
    notes = []
    at_hand = {
        # One of the pool falls out where it is the scored item itself.
        "pool": max(0, len(record.case_items) - (record.chosen == record.items)),
        "own": len(own_cases(task)),
        "leak": record.items,
    }[cases]
    if record.items and record.shots > at_hand:
        notes.append(f"{record.shots} worked cases are asked for, but only {at_hand} can be shown.")
    if record.definition == "own":
        notes.append("the file has no instruction; MedsDesk's own is used.")
    if not in_registry(task.id):
        scored = "its answers are not scored, because its category names no metric"
        if task.metric is not MetricFamily.NONE:
            scored = f"it is scored as {task.metric.value} by its category"
        notes.append(f"the task is not in the registry; {scored}.")
    return notes
