"""The sentence before an evaluation says how much, and how long where that was measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_orders import Choices
from medsdesk.services.evaluation_outline import duration, items_of, missing, outline, paces
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.list_task_files import ListedFile
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile


def listed(task: str, items: int) -> ListedFile:
    return ListedFile(Path(f"{task}.json"), task, task, "C", "English", items, 0, ())


FILES = (listed("task1", 200), listed("task2", 3))
ONE = Choices(models=("m",))


def test_items_per_file_are_limited_file_by_file() -> None:
    assert (items_of(FILES, None), items_of(FILES, 5), items_of((), 5)) == (203, 8, 0)


def test_what_will_happen() -> None:
    assert outline(FILES, replace(ONE, limit=5), {"m": 300.0}) == (
        "8 items of 2 tasks with 1 model; about 40 minutes at the speed last seen."
    )
    two = replace(ONE, models=("m", "n"))
    assert outline(FILES[:1], two, {"m": 300.0}).startswith("200 items of 1 task with 2 models. ")
    assert "last seen" not in outline(FILES[:1], two, {"m": 300.0})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "less than a minute"),
        (60, "about 1 minute"),
        (3600, "about 60 minutes"),
        (7200, "about 2 hours"),
        (400_000, "about 5 days"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_missing_comes_first_things_first() -> None:
    assert missing((), ONE, listed=0).startswith("Add task files")
    assert missing((), ONE, listed=2).startswith("Tick at least one task file")
    assert missing(FILES, Choices(), listed=2).startswith("Tick at least one model")
    assert missing(FILES, ONE, listed=2) == ""
    faulty = (replace(FILES[0], left_out=2),)
    assert missing(faulty, ONE, listed=2).startswith("2 items cannot be read")
    assert missing(faulty, replace(ONE, skip_faulty=True), listed=2) == ""


def test_a_model_that_has_answered_has_a_pace(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model, idle = scripted_model({"text": "x"}), scripted_model({"text": "y"}, name="idle")
    plan = EvaluationPlan((write_task_file(),), model, shots=0)
    evaluate(ws, engine, plan, lambda _: None, CancelToken())
    assert paces(ws, (model, idle)).keys() == {model.id}
