"""The demonstration on the real demonstration model."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services import model_files
from medsdesk.services.demonstrate import DemoStep, demo_steps, demonstrate
from medsdesk.services.evaluate import RunEvent, RunResult, Streaming
from medsdesk.store.workspace import Workspace


def test_the_steps_are_of_different_categories() -> None:
    categories = [step.task.category for step in demo_steps()]
    assert len(set(categories)) == len(categories) >= 3


@pytest.mark.gguf
def test_every_step_streams_a_real_answer_and_the_csv_holds_them(ws: Workspace) -> None:
    steps: list[DemoStep] = []
    events: list[RunEvent] = []
    results: list[RunResult] = []
    with Engine() as engine:
        path = demonstrate(ws, engine, steps.append, events.append, results.append, CancelToken())
    assert len(steps) == len(results) >= 3
    assert sum(isinstance(e, Streaming) for e in events) > len(steps)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["task"] for row in rows] == [step.task.id for step in steps]
    assert all(row["answer"] for row in rows)
    assert all(result.scores for result in results)


def test_without_the_demonstration_model_it_says_what_to_do(
    ws: Workspace, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "demo_model_path", lambda: None)
    with pytest.raises(UserFacingError, match="not installed"):
        demonstrate(ws, engine, _ignore, _ignore, _ignore, CancelToken())


@pytest.mark.gguf
def test_stopped_before_the_first_step_it_writes_an_empty_table(ws: Workspace) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with Engine() as engine:
        path: Path = demonstrate(ws, engine, _ignore, _ignore, _ignore, cancel)
    assert path.read_text(encoding="utf-8").count("\n") == 1


def _ignore(_: object) -> None:
    """Take an event and do nothing."""
