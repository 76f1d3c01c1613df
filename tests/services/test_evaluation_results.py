"""Figures and counts as they are stored; whole results are tested with the evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.metrics import scoring
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_events import TaskResult
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.evaluation_results import EvaluationResult, evaluation_result, task_result
from medsdesk.services.history import answers
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile


@pytest.fixture
def done(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> EvaluationResult:
    """An evaluation of three items whose scores differ, two of them in one of two files."""
    model = scripted_model({"text": "made-up answer 1"})
    files: tuple[Path, ...] = (
        write_task_file("task46_a.json", count=2),
        write_task_file("task46_b.json", inputs=["other"], outputs=["nothing of it"]),
    )
    plan = EvaluationPlan(files, model, shots=0, generate=GenerateConfig(max_new_tokens=9))
    return evaluate(ws, engine, plan, lambda _: None, CancelToken())


def test_the_files_of_one_task_are_summed_up_together(
    ws: Workspace, done: EvaluationResult
) -> None:
    [task] = done.tasks
    stored = [score for row in reversed(answers(ws)) for score in row.scores]
    assert task.n == 3
    assert {s.name: s for s in task.scores} == {s.name: s for s in scoring.summarise(stored)}
    assert task_result(ws, done.spec.id, "task46") == task
    assert task_result(ws, done.spec.id, "task1") == TaskResult("task1", 0, ())


def test_what_is_known_is_not_computed_again(ws: Workspace, done: EvaluationResult) -> None:
    known = {"task46": TaskResult("task46", 99, ())}
    result = evaluation_result(ws, done.spec, known, answered=0, seconds=0.0, stopped=("Why.",))
    assert result.tasks == (known["task46"],)
    assert (result.items_per_second, result.stopped, result.completed) == (0.0, ("Why.",), 3)
