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
from medsdesk.core.model import FlashAttention, KvCache, LoadConfig, ModelFile
from medsdesk.core.run import CaseSource, FileRecord
from medsdesk.core.task import MetricFamily, Task
from medsdesk.hub.record import origin_of
from medsdesk.services.case_pool import Draw, draw_cases, draw_items, same_text_key
from medsdesk.services.file_tasks import definition_of, own_cases, task_of
from medsdesk.tasks.json_stream import ENDS_EARLY, MALFORMED, TOO_DEEP, TOO_LONG
from medsdesk.tasks.meds_bench import (
    Fault,
    TaskFile,
    find_task_files,
    open_task_file,
    read_items,
    script_notes,
)
from medsdesk.tasks.scripts import in_another_script
from medsdesk.tasks.task_families import in_registry
from medsdesk.tasks.task_parts import (
    EMPTY_LIST,
    NO_INSTANCES,
    NOT_A_LIST,
    SECOND_LIST,
    TEXT_AFTER,
)

log = logging.getLogger(__name__)

_CANCEL_EVERY = 1000
_TOLD_FAULTS = 3
# Faults of a file that can cost items which nobody can count.
_BREAKS = (
    ENDS_EARLY, MALFORMED, TOO_DEEP, TOO_LONG, TEXT_AFTER, NOT_A_LIST, NO_INSTANCES, SECOND_LIST,
    EMPTY_LIST,
)  # fmt: skip
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
        gpu_layers: Layers to put on a graphics card, -1 for as many as fit.
        threads: 0 for one per physical core.
        template: Prompt template.
        skip_faulty: Whether items that cannot be read are left out; else they refuse the plan.
        slots: Items answered at the same time, each with a context of this size.
        exact: Whether each item has a new context, in which nothing is kept from another.
        draft: Whether answers are guessed ahead from their prompts; with one slot only.
        kv_cache: How keys and values of the context are kept; a server has its own way.
        flash_attention: Whether attention is computed so, likewise.
        choices: Whether each answer of a closed set is also scored by its likelihood.
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
    skip_faulty: bool = False
    slots: int = 1
    exact: bool = False
    draft: bool = False
    kv_cache: KvCache = "f16"
    flash_attention: FlashAttention = "auto"
    choices: bool = False

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
            draft=self.draft,
            kv_cache="f16" if self.model.server else self.kv_cache,
            flash_attention="auto" if self.model.server else self.flash_attention,
            choices=self.choices,
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
        lost: The first faults that cost something, in words; empty where nothing is lost.
    """

    planned: PlannedFile
    chosen: Sequence[int]
    notes: tuple[str, ...]
    lost: tuple[str, ...] = ()


def plan_files(plan: EvaluationPlan, cancel: CancelToken) -> tuple[Draft, ...]:
    """Read every file once, check it and choose from it.

    Raises:
        UserFacingError: A file is unusable as a whole, has items that cannot be read and are not
            to be skipped, or none has an item; or likelihoods are wanted of a server.
        CancelledError: Stopped.
    """
    if plan.choices and plan.model.server is not None:
        raise UserFacingError(
            "A server does not tell how likely other answers would have been.",
            "Leave out the likelihood of choices, or choose a model file.",
        )
    drafts = tuple(
        _draft(open_task_file(path), plan, cancel) for path in find_task_files(plan.files)
    )
    if not any(draft.chosen for draft in drafts):
        raise UserFacingError(
            "None of the task files has an item that can be used.",
            "See what is wrong with 'medsdesk tasks check'.",
        )
    if not plan.skip_faulty:
        _refuse_faulty([draft for draft in drafts if draft.lost])
    return drafts


def _refuse_faulty(faulty: Sequence[Draft]) -> None:
    """Refuse files of which something would be left out without anybody having asked for it."""
    if not faulty:
        return
    items = sum(draft.planned.record.skipped for draft in faulty)
    told = [f"{d.planned.record.name}, {fault}" for d in faulty for fault in d.lost]
    more = "; and more" * (len(told) > _TOLD_FAULTS or items > len(told))
    files = _counted(len(faulty), "task file")
    what = f"{_counted(items, 'item')} of {files} cannot be read"
    raise UserFacingError(
        f"{what if items else f'{files} cannot be read to its end'} "
        f"({'; '.join(told[:_TOLD_FAULTS])}{more}).",
        "Mend them ('medsdesk tasks check' lists every fault), or ask for the good rest alone "
        "(--skip-faulty, or the box on the page Evaluate).",
    )


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
    found = _survey(file, task.output_languages[0] if in_registry(task.id) else "", cancel)
    chosen = draw_items(found.indices, plan.limit, Draw(plan.seed, file.sha256, "items"))
    case_items: tuple[int, ...] = ()
    if plan.cases == "pool":
        draw = Draw(plan.seed, file.sha256, "cases")
        case_items = draw_cases(found.referenced, found.keys, chosen, shots, draw)
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
        origin=origin_of(file.path, file.sha256),
    )
    log.info("planned %s: %d of %d items", task.id, len(chosen), len(found.indices))
    at_hand = {
        # One of the pool falls out where it is the scored item itself.
        "pool": max(0, len(case_items) - (record.chosen == record.items)),
        "own": len(own_cases(task)),
        "file": len(file.header.positive),
        "leak": len(found.referenced),
    }[plan.cases]
    notes = (*found.notes, *_notes(record, task, at_hand))
    prefixed = tuple(f"{record.name}: {note}" for note in notes)
    return Draft(PlannedFile(file, record, task, definition), chosen, prefixed, found.first)


@dataclass(slots=True)
class _Survey:
    """The items of a file: 24 bytes each, however long their texts are.

    Attributes:
        indices: Of all items.
        referenced: Of those with a reference, which alone can be worked cases.
        keys: The ``same_text_key`` of each of those.
    """

    indices: array[int]
    referenced: array[int]
    keys: array[int]
    skipped: int = 0
    faults: int = 0
    first: tuple[str, ...] = ()
    other_script: int = 0

    def on_fault(self, fault: Fault) -> None:
        """Count a fault, and keep the words of the first that cost something."""
        self.faults += 1
        if fault.kept and not fault.reason.startswith(ENDS_EARLY):
            return
        self.skipped += fault.item is not None
        # A fault of the header costs no item; where the JSON breaks, items may be lost.
        broken = fault.item is None and fault.reason.startswith(_BREAKS)
        if (broken or fault.item is not None) and len(self.first) < _TOLD_FAULTS:
            place = "the file" if fault.item is None else f"item {fault.item + 1}"
            self.first = (*self.first, f"{place}: {fault.reason}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, what is not scored, and which script references are in."""
        notes = []
        if self.first:
            which = (
                "1 item that cannot be read is"
                if self.skipped == 1
                else f"{self.skipped:,} items that cannot be read are"
            )
            notes.append(f"{which} left out ({'; '.join(self.first)}).")
        if unscored := len(self.indices) - len(self.referenced):
            have = "1 item has" if unscored == 1 else f"{unscored:,} items have"
            notes.append(f"{have} no reference; such answers are kept without a score.")
        return (*notes, *script_notes(self.other_script))


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'s' * (count != 1)}"


def _survey(file: TaskFile, language: str, cancel: CancelToken) -> _Survey:
    found = _Survey(array("q"), array("q"), array("Q"))
    for count, item in enumerate(read_items(file, found.on_fault)):
        if count % _CANCEL_EVERY == 0 and cancel.cancelled:
            raise CancelledError
        found.indices.append(item.index)
        if item.outputs:
            found.referenced.append(item.index)
            found.keys.append(same_text_key(item.input))
            found.other_script += in_another_script(item.outputs[0], language)
    return found


def _notes(record: FileRecord, task: Task, at_hand: int) -> list[str]:
    notes = []
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
