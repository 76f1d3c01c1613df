"""Counts by run and task, and the mark that says whether a score has come since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medsdesk.store.evaluated_tasks import (
    EvaluatedTask,
    PromptCounts,
    evaluated_tasks,
    last_score,
    last_score_of,
    prompt_counts,
)
from medsdesk.store.evaluations import add_evaluation, mark_done, mark_failed
from medsdesk.store.models import add_model
from medsdesk.store.outputs import add_output, add_scores
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from medsdesk.core.run import RunSpec
    from tests.store.conftest import Maker


def _answer(ws: Workspace, make: Maker, run: RunSpec, position: int, **completion: Any) -> str:
    sample = make.sample(f"Made-up note {position}.")
    output = make.output(run, sample)
    output = replace(output, completion=replace(output.completion, **completion))
    with ws.transaction():
        add_sample(ws, sample)
        add_output(ws, output)
        mark_done(ws, run.id, position, output.id)
    return output.id


def test_every_task_of_every_evaluation_is_counted(ws: Workspace, make: Maker) -> None:
    make.stored_output(ws)  # a single text is no evaluation
    add_model(ws, make.model(is_demo=True))
    run = make.evaluation(3, 2)
    add_evaluation(ws, run, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)])
    _answer(ws, make, run, 0)
    mark_failed(ws, run.id, 1, "Too long.")
    later, _ = make.stored_evaluation(ws, done=2, pending=0)
    found = evaluated_tasks(ws)
    assert [(t.run_id, t.task_id, t.done, t.waiting, t.failed) for t in found] == [
        (run.id, "task112", 1, 1, 1),
        (run.id, "task113", 0, 2, 0),
        (later.id, "task112", 2, 0, 0),
    ]
    assert found[0] == EvaluatedTask(
        run_id=run.id,
        task_id="task112",
        created_at=run.created_at,
        model_sha256=run.model_sha256,
        model_name="Small",
        model_quantisation="Q4_K_M",
        model_is_demo=True,
        files=1,
        done=1,
        waiting=1,
        failed=1,
    )


def test_files_of_one_task_are_told(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(1, 1)
    assert run.evaluation is not None
    first = run.evaluation.files[0]
    both = replace(run.evaluation, files=(first, replace(first, name="other.json")))
    add_evaluation(ws, replace(run, evaluation=both), [(0, 0), (1, 0)])
    assert [(t.files, t.waiting) for t in evaluated_tasks(ws)] == [(2, 2)]


def test_cut_and_long_prompts_and_answers_at_the_limit_are_counted(
    ws: Workspace, make: Maker
) -> None:
    run = make.evaluation(4, 1)
    add_evaluation(ws, run, [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)])
    _answer(ws, make, run, 0, cut_tokens=5, prompt_tokens=3000)
    _answer(ws, make, run, 1, prompt_tokens=2049, finish_reason="length")
    _answer(ws, make, run, 2, prompt_tokens=2048)
    _answer(ws, make, run, 4, prompt_tokens=9000)
    assert prompt_counts(ws, run.id, "task112", 2048) == PromptCounts(1, 1, 1)
    assert prompt_counts(ws, run.id, "task113", 2048) == PromptCounts(0, 1, 0)
    assert prompt_counts(ws, "none", "task112", 2048) == PromptCounts(0, 0, 0)


def test_the_mark_grows_with_the_scores_of_that_task_alone(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(1, 1)
    add_evaluation(ws, run, [(0, 0), (1, 0)])
    first, second = _answer(ws, make, run, 0), _answer(ws, make, run, 1)
    assert last_score(ws) == last_score_of(ws, run.id, "task112") == 0
    add_scores(ws, first, [make.score()])
    mark = last_score_of(ws, run.id, "task112")
    assert mark == last_score(ws) > 0
    add_scores(ws, second, [make.score()])
    assert last_score_of(ws, run.id, "task112") == mark < last_score(ws)
    add_scores(ws, first, [make.score(value=0.0)])
    assert last_score_of(ws, run.id, "task112") == last_score(ws)
