"""Every evaluation task runs on its own sample input with the real demonstration model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunRequest, run_once
from medsdesk.services.history import answers
from medsdesk.services.model_files import choose_model
from medsdesk.store.workspace import Workspace, open_workspace
from medsdesk.tasks.registry import bench_tasks, task_content

pytestmark = pytest.mark.gguf


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Engine, ModelFile]]:
    """One workspace and one loaded model for all tasks, as a clinician would have."""
    folder: Path = tmp_path_factory.mktemp("every-task")
    with open_workspace(folder) as ws, Engine() as engine:
        yield ws, engine, choose_model(ws, "demo")


@pytest.mark.parametrize("task_id", [task.id for task in bench_tasks()])
def test_task_is_answered_stored_and_scored_or_unscored_with_a_reason(
    desk: tuple[Workspace, Engine, ModelFile], task_id: str
) -> None:
    ws, engine, model = desk
    sample = task_content(task_id).samples[0]
    request = RunRequest(
        task_id=task_id,
        text=sample.input,
        references=(sample.output,),
        origin="example",
        model=model,
        shots=0,
        generate=GenerateConfig(max_new_tokens=24),
        context=4096,
    )
    result = run_once(ws, engine, request, lambda _: None, CancelToken())
    assert result.output.completion.complete
    assert result.output.completion.tokens > 0
    [row] = answers(ws, result.run_id)
    assert row.output == result.output
    assert row.scores
    for score in row.scores:
        assert (score.value is None) == bool(score.reason)
        assert score.signature


def test_all_three_cases_of_every_task_fit_the_papers_prompt_limit(
    desk: tuple[Workspace, Engine, ModelFile],
) -> None:
    """The paper limits prompts to 2,048 tokens of its own, far larger vocabulary."""
    from medsdesk.tasks.prompts import render

    _, engine, _ = desk
    english = [t for t in bench_tasks() if t.input_languages == ("en",)]
    counts = {
        task.id: engine.count_tokens(render(c.samples[0].input, c, c.definition, 3))
        for task in english
        for c in [task_content(task.id)]
    }
    assert {task_id: n for task_id, n in counts.items() if n > 2048} == {}
