"""A run: what was asked of which model how, and each answer it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from medsdesk.core.generation import Completion, GenerateConfig
from medsdesk.core.model import LoadConfig, LoadedModel

CaseSource = Literal["pool", "own", "file", "leak"]
"""Where worked cases come from: the file's other items, our own synthetic ones, the positive
examples that the file brings along, or, as the authors do it, the whole file with the scored
item in it."""
CASE_SOURCES: tuple[CaseSource, ...] = ("pool", "own", "file", "leak")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One task file of an evaluation, and what was taken from it.

    Attributes:
        name: Name of the file.
        path: Where it was.
        sha256: Of the whole file.
        task_id: Its task.
        items: Items that can be used.
        skipped: Items that cannot be read, which were left out.
        faults: All faults found, also those that did not cost an item.
        chosen: Items in the evaluation; all, or drawn by limit and seed.
        shots: Worked cases asked for.
        case_items: Items whose texts are the worked cases of ``pool``, in the order tried.
        definition: Whether the instruction is the file's or our own.
        definition_sha256: Of the instruction.
        metric: Metric family of the task.
        origin: Where MedsDesk downloaded it from, as ``repository@commit:path``; else empty.
    """

    name: str
    path: str
    sha256: str
    task_id: str
    items: int
    skipped: int
    faults: int
    chosen: int
    shots: int
    case_items: tuple[int, ...]
    definition: Literal["file", "own"]
    definition_sha256: str
    metric: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """What an evaluation's manifest holds beside that of a run.

    Attributes:
        cases: Where worked cases come from.
        seed: Of the draw of items and cases.
        limit: Most items per file; None for all.
        files: The task files in the order of the run.
        notes: What a reader of the scores has to know, a sentence each.
    """

    cases: CaseSource
    seed: int
    limit: int | None
    files: tuple[FileRecord, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything needed to repeat a run; written before its first sample.

    Attributes:
        id: UUID.
        created_at: UTC time.
        task_ids: Tasks in it.
        model_id: The model's short name.
        model_name: Its name for people.
        model_sha256: Of the file; empty for a server's model.
        model_quantisation: Such as ``Q4_K_M``.
        load: How it was loaded.
        loaded: What it reported.
        generate: Sampling and limits.
        shots: Worked cases asked for; in an evaluation, the most of any of its files.
        template_id: Prompt template.
        template_version: Its version.
        metrics: Signatures of the metrics applied.
        packages: Versions of MedsDesk, Python and the packages that matter.
        machine: Operating system, processor, cores.
        evaluation: The task files and draws; None for a single text.
        notes: What a reader of a single text's run has to know; an evaluation has its own.
    """

    id: str
    created_at: str
    task_ids: tuple[str, ...]
    model_id: str
    model_name: str
    model_sha256: str
    model_quantisation: str
    load: LoadConfig
    loaded: LoadedModel
    generate: GenerateConfig
    shots: int
    template_id: str
    template_version: int
    metrics: tuple[str, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)
    evaluation: EvaluationRecord | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One stored answer.

    Attributes:
        id: UUID.
        run_id: The run.
        sample_id: The sample.
        prompt_sha256: Of the rendered messages.
        completion: The answer with its counts.
        created_at: UTC time.
    """

    id: str
    run_id: str
    sample_id: str
    prompt_sha256: str
    completion: Completion
    created_at: str
