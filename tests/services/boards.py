"""Evaluations stored as the engine would have left them, scored by the real metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from medsdesk.core.generation import Completion, GenerateConfig
from medsdesk.core.identity import new_id, text_sha256
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.run import CaseSource, EvaluationRecord, FileRecord, Output, RunSpec
from medsdesk.metrics import scoring
from medsdesk.store import evaluations, outputs, samples
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.registry import find_task
from medsdesk.tasks.samples import make_sample

# What a task's answers are made of: the output and the reference; None for one that waits.
Pair = tuple[str, str] | None
RIGHT, WRONG = ("A", "A"), ("B", "A")


@dataclass(frozen=True, slots=True)
class Made:
    """An evaluation to store; the defaults are as the paper does it, as far as that can be."""

    tasks: Mapping[str, Sequence[Pair]]
    model: str = "made-up-8b"
    quantisation: str = "BF16"
    created_at: str = "2026-01-01T10:00:00Z"
    cases: CaseSource = "leak"
    file: Mapping[str, Any] = field(default_factory=dict)
    completion: Mapping[str, Any] = field(default_factory=dict)
    generate: GenerateConfig = field(default_factory=GenerateConfig)
    chat_template: str = "llama3"
    template_id: str = "meds_bench"


def store_run(ws: Workspace, made: Made) -> str:
    """Store an evaluation and return its id."""
    spec = _spec(made)
    rows = [pair for pairs in made.tasks.values() for pair in pairs]
    queue = [
        (number, index)
        for number, pairs in enumerate(made.tasks.values())
        for index in range(len(pairs))
    ]
    with ws.transaction():
        for task_id in made.tasks:
            samples.add_task(ws, find_task(task_id))
        evaluations.add_evaluation(ws, spec, queue)
        task_ids = [task for task, pairs in made.tasks.items() for _ in pairs]
        for position, (task_id, pair) in enumerate(zip(task_ids, rows, strict=True)):
            if pair is not None:
                _answer(ws, spec, made, position, task_id, pair)
    return spec.id


def _answer(
    ws: Workspace, spec: RunSpec, made: Made, position: int, task_id: str, pair: tuple[str, str]
) -> None:
    task = find_task(task_id)
    text, reference = pair
    sample = make_sample(
        task, f"Made-up question {position}? Options: A: one\tB: two\t", (reference,), "file"
    )
    completion = replace(Completion(text, "stop", 50, 3, 0.5, 0.1), **made.completion)
    output = Output(new_id(), spec.id, sample.id, "c" * 64, completion, spec.created_at)
    samples.add_sample(ws, sample)
    outputs.add_output(ws, output)
    evaluations.mark_done(ws, spec.id, position, output.id)
    scores = scoring.score(task, text, (reference,), sample.language, sample.input)
    outputs.add_scores(ws, output.id, scores)


def _spec(made: Made) -> RunSpec:
    files = tuple(
        replace(
            FileRecord(
                name=f"{task_id}_made_up.json",
                path=f"/files/{task_id}_made_up.json",
                sha256="e" * 64,
                task_id=task_id,
                items=len(pairs),
                skipped=0,
                faults=0,
                chosen=len(pairs),
                shots=find_task(task_id).shots,
                case_items=(),
                definition="file",
                definition_sha256="f" * 64,
                metric=str(find_task(task_id).metric),
            ),
            **made.file,
        )
        for task_id, pairs in made.tasks.items()
    )
    return RunSpec(
        id=new_id(),
        created_at=made.created_at,
        task_ids=tuple(made.tasks),
        model_id=made.model,
        model_name=made.model,
        model_sha256=text_sha256(made.model),
        model_quantisation=made.quantisation,
        load=LoadConfig(path="/models/made-up.gguf"),
        loaded=LoadedModel(4096, made.chat_template, "b" * 64, ("CPU",), 0, 32, "made up", 1.0),
        generate=made.generate,
        shots=max(file.shots for file in files),
        template_id=made.template_id,
        template_version=1,
        evaluation=EvaluationRecord(made.cases, 7, None, files),
    )


def store_screen_runs(ws: Workspace) -> None:
    """Store two made-up models with some tasks each, as a picture or a page needs them."""
    third = [RIGHT, RIGHT, WRONG]
    entities = ("Aspirin, Warfarin.", "Aspirin, Heparin.")
    first = {"task57": third * 40, "task58": third * 20, "task122": third * 60}
    store_run(ws, Made({**first, "task126": [entities] * 8}, "MMedS-Llama-3-8B", "Q4_K_M"))
    second = {"task57": [WRONG, RIGHT] * 6, "task123": [("no", "no"), ("maybe", "yes")] * 8}
    file = {"items": 1273}
    store_run(ws, Made(second, "Made-up small model 1B", "Q8_0", "2026-02-01T10:00:00Z", file=file))
