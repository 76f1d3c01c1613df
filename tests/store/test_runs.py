"""Runs come back whole, are found by their beginnings, and are summed up."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import FinishReason
from medsdesk.core.run import EvaluationRecord, RunSpec
from medsdesk.store.outputs import add_output
from medsdesk.store.ratings import add_rating
from medsdesk.store.runs import add_run, full_run_id, get_run, list_runs
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"task_ids": (), "metrics": (), "packages": {}, "machine": {}},
        {"task_ids": ("task1", "task2"), "machine": {"Prozessor": "größer 🧠\0"}},
    ],
)
def test_round_trip(ws: Workspace, make: Maker, fields: dict[str, Any]) -> None:
    run = make.run(**fields)
    add_run(ws, run)
    assert get_run(ws, run.id) == run


def test_a_run_is_stored_once(ws: Workspace, make: Maker) -> None:
    run = make.run()
    add_run(ws, run)
    with pytest.raises(sqlite3.IntegrityError):
        add_run(ws, replace(run, shots=0))
    assert get_run(ws, run.id) == run


@pytest.fixture
def runs(ws: Workspace, make: Maker) -> list[RunSpec]:
    ids = ["ab" * 4 + "1" * 24, "ab" * 4 + "2" * 24, "cd" * 4 + "3" * 24]
    stored = [make.run(id=run_id, model_name=f"Model {run_id[-1]}") for run_id in ids]
    for run in stored:
        add_run(ws, run)
    return stored


@pytest.mark.parametrize(
    ("given", "last"),
    [("cdcdcdcd", "3"), ("CDCDCDCD33", "3"), (" abababab2 ", "2"), ("ab" * 4 + "1" * 24, "1")],
)
def test_beginnings(ws: Workspace, runs: list[RunSpec], given: str, last: str) -> None:
    assert full_run_id(ws, given)[-1] == last
    assert get_run(ws, given) == runs[int(last) - 1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("abababab", "More than one run"),
        ("cdcdcdc", "no run"),
        ("00000000", "no run"),
        ("cdcd%%%%", "no run"),
        ("cdcdcdcd*", "no run"),
        ("", "no run"),
        ("c" * 33, "no run"),
    ],
)
@pytest.mark.usefixtures("runs")
def test_beginnings_that_name_no_run(ws: Workspace, given: str, words: str) -> None:
    with pytest.raises(UserFacingError, match=words):
        get_run(ws, given)


@pytest.mark.usefixtures("runs")
def test_newest_first_and_no_more_than_asked_for(ws: Workspace) -> None:
    assert [run.model_name for run in list_runs(ws)] == ["Model 3", "Model 2", "Model 1"]
    assert [run.model_name for run in list_runs(ws, limit=2)] == ["Model 3", "Model 2"]


def test_a_summary_counts(ws: Workspace, make: Maker) -> None:
    run, sample = make.run(task_ids=("task112", "task9")), make.sample()
    add_run(ws, run)
    add_sample(ws, sample)
    outputs = [make.output(run, sample) for _ in range(4)]
    reasons: tuple[FinishReason, ...] = ("stop", "length", "died", "cancelled")
    for output, reason in zip(outputs, reasons, strict=True):
        completion = replace(output.completion, finish_reason=reason, error=None)
        add_output(ws, replace(output, completion=completion))
    for criterion in ("accuracy", "clarity"):
        add_rating(ws, make.rating(outputs[0].id, criterion=criterion))
    first = make.rating(outputs[1].id)
    add_rating(ws, first)
    add_rating(ws, make.rating(outputs[1].id, value=None, status="withdrawn", supersedes=first.id))
    (summary,) = list_runs(ws)
    assert (summary.outputs, summary.rated, summary.incomplete) == (4, 1, 2)
    assert summary.task_ids == ("task112", "task9")
    assert (summary.id, summary.created_at) == (run.id, run.created_at)


def test_a_manifest_from_before_origins_were_kept_is_read(make: Maker) -> None:
    made = EvaluationRecord("pool", 0, None, (make.file(),))
    values = msgspec.to_builtins(made)
    assert values["files"][0].pop("origin") == ""
    assert msgspec.convert(values, EvaluationRecord) == made
