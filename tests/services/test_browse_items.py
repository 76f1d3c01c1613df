"""The items of a run are sorted out, searched and opened, without a look at all of their texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.services import browse_items
from medsdesk.services.browse_items import Wanted, build_index, choose, open_item, page, search
from medsdesk.services.evaluate import run_once
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.item_kinds import Kind
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest, ScriptedModel, WriteTaskFile

GO = CancelToken()
CHOICE = "Made-up question {n}?\nA. one\nB. two\nC. three\nD. four"


@pytest.fixture
def run_id(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> str:
    """An evaluation of six choices and two explanations, with something the matter in most."""
    inputs = [CHOICE.format(n=n) for n in range(6)]
    choices = write_task_file(
        "task58_choice.json", inputs=inputs, outputs=["B. two"] * 6, Categories=["MCQA"]
    )
    texts = write_task_file("task46_text.json", inputs=["Explain dyspnoea.", "Explain fever."])
    replies: list[dict[str, Any]] = [
        {"when": "question 0", "text": "B"},
        {"when": "question 1", "text": "C"},
        {"when": "question 2", "text": "It depends on much."},
        {"when": "question 3", "text": "The correct answer is B."},
        {"when": "question 4", "text": "word " * 80},
        {"when": "question 5", "fail_after": 0, "text": "x"},
        {"when": "dyspnoea", "text": "made-up answer 0"},
        {"text": "Something else."},
    ]
    plan = EvaluationPlan(
        (choices, texts),
        scripted_model(*replies),
        shots=0,
        generate=GenerateConfig(max_new_tokens=64),
    )
    return evaluate(ws, engine, plan, lambda _: None, CancelToken()).spec.id


def test_items_are_sorted_out_and_counted(ws: Workspace, run_id: str) -> None:
    index = build_index(ws, run_id, GO)
    assert len(index) == 8
    assert set(index.tasks) == {"task46", "task58"}
    everything = choose(index, Wanted())
    assert list(everything.positions) == list(range(8))
    assert everything.all == 8
    wrong = choose(index, Wanted(kind=Kind.WRONG))
    assert wrong.counts == everything.counts
    rows = page(ws, run_id, wrong.positions)
    assert [row.input for row in rows if row.input] == [CHOICE.format(n=1)]
    by_kind = {
        kind: [row.item_index for row in page(ws, run_id, choose(index, Wanted(kind)).positions)]
        for kind in (Kind.RIGHT, Kind.UNPARSED, Kind.TRUNCATED, Kind.FAILED, Kind.DISAGREE)
    }
    assert by_kind[Kind.RIGHT] == [0, 3]
    assert by_kind[Kind.UNPARSED] == [2, 4]
    assert by_kind[Kind.TRUNCATED] == [4]
    assert by_kind[Kind.FAILED] == [5]
    assert 3 in by_kind[Kind.DISAGREE]  # the authors' rule takes the first letter
    assert {kind: everything.counts[kind] for kind in by_kind} == {
        kind: len(found) for kind, found in by_kind.items()
    }


def test_a_page_says_of_each_item_what_the_index_says(ws: Workspace, run_id: str) -> None:
    index = build_index(ws, run_id, GO)
    for row in page(ws, run_id, range(len(index))):
        assert browse_items.row_kinds(row) == index.kinds[row.position]
        detail = open_item(ws, run_id, row.position)
        assert detail is not None
        assert detail.kinds == browse_items.row_kinds(row)
        assert (detail.answer is None) == (row.state == "failed")


def test_task_and_order(ws: Workspace, run_id: str) -> None:
    index = build_index(ws, run_id, GO)
    texts = choose(index, Wanted(task_id="task46"))
    assert len(texts.positions) == texts.all == 2
    assert texts.counts[Kind.WRONG] == 0
    lowest = choose(index, Wanted(task_id="task46", order="lowest")).positions
    highest = choose(index, Wanted(task_id="task46", order="highest")).positions
    assert list(lowest) == list(highest)[::-1]
    best = page(ws, run_id, highest[:1])[0]
    assert best.answer == "made-up answer 0"
    ordered = choose(index, Wanted(order="lowest")).positions
    unscored = [
        position for position in range(8) if index.scores[position] != index.scores[position]
    ]
    assert sorted(ordered[-len(unscored) :]) == unscored
    assert list(choose(index, Wanted(task_id="task1")).positions) == []


def test_search_goes_together_with_kinds(
    ws: Workspace, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_index(ws, run_id, GO)
    assert search(ws, index, "  ", GO) is None
    found = search(ws, index, "MADE-UP question", GO)
    assert found is not None
    assert len(found) == 5  # the sixth has no answer, and so no text, in the workspace
    wrong = choose(index, Wanted(kind=Kind.WRONG, found=found))
    assert (len(wrong.positions), wrong.all) == (1, 5)
    none = search(ws, index, "nowhere", GO)
    assert list(choose(index, Wanted(found=none)).positions) == []
    monkeypatch.setattr(browse_items, "CHUNK", 3)
    assert list(search(ws, index, "MADE-UP question", GO) or ()) == list(found)
    told: list[tuple[int, int]] = []
    assert build_index(ws, run_id, GO, lambda *at: told.append(at)).kinds == index.kinds
    assert told == [(3, 8), (6, 8), (8, 8)]


def test_reading_and_searching_can_be_stopped(ws: Workspace, run_id: str) -> None:
    index = build_index(ws, run_id, GO)
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(CancelledError):
        build_index(ws, run_id, stopped)
    with pytest.raises(CancelledError):
        search(ws, index, "word", stopped)


def test_a_single_text_can_be_looked_at(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = replace(make_request({"text": "No acute process."}), references=())
    done = run_once(ws, engine, request, lambda _: None, GO)
    index = build_index(ws, done.run_id, GO)
    assert (len(index), index.tasks) == (1, ("task112",))
    assert Kind(index.kinds[0]) == Kind(0)
    detail = open_item(ws, done.run_id, 0)
    assert detail is not None
    assert detail.answer is not None
    assert detail.answer.sample.input == request.text
    assert open_item(ws, done.run_id, 1) is None
