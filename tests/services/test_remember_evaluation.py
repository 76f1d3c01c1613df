"""What was chosen is there the next time, and no evaluation is begun twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.settings import Settings
from medsdesk.core.cancel import CancelToken
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_orders import Choices, orders, plan_of
from medsdesk.services.remember_evaluation import (
    CHOSEN,
    QUEUE,
    Chosen,
    add_orders,
    drop_order,
    recall,
    remember,
    still_to_begin,
)
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile


def test_what_was_chosen_comes_back(ws: Workspace) -> None:
    assert recall(ws) == Chosen()
    chosen = Chosen(("a.json", "b.json"), ("b.json",), Choices(("m",), shots=None, cases="leak"))
    remember(ws, chosen)
    assert recall(ws) == chosen


@pytest.mark.parametrize("content", ["", "[", '{"files": 7}', "null"])
def test_a_broken_memory_is_as_good_as_none(ws: Workspace, content: str) -> None:
    for name in (CHOSEN, QUEUE):
        (ws.directory / name).write_text(content, encoding="utf-8")
    assert recall(ws) == Chosen()
    assert still_to_begin(ws) == ()


def test_orders_stay_in_their_order_until_they_are_dropped(ws: Workspace) -> None:
    first, second = orders([Path("a.json")], Choices(("one", "two")))
    add_orders(ws, (first,))
    add_orders(ws, (first, second))
    assert still_to_begin(ws) == (first, second)
    drop_order(ws, first)
    assert still_to_begin(ws) == (second,)


def test_an_order_whose_run_is_stored_was_begun(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    """As after a kill between the storing of the run and the dropping of the order."""
    model, path = scripted_model({"text": "x"}), write_task_file()
    pending = orders([path], Choices((model.id, "other"), shots=0))
    add_orders(ws, pending)
    plan = plan_of(ws, pending[0], Settings())
    evaluate(ws, engine, plan, lambda _: None, CancelToken())
    assert still_to_begin(ws) == (pending[1],)
    assert recall(ws) == Chosen((str(path),))  # nothing was remembered: the last run's files
