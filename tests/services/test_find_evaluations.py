"""What the page of evaluations shows when it is opened."""

from __future__ import annotations

from medsdesk.core.cancel import CancelToken
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_orders import Choices, orders
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.find_evaluations import moved_files, standing
from medsdesk.services.remember_evaluation import add_orders
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile


def test_models_open_evaluations_and_orders(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model, path = scripted_model({"text": "x", "fail_after": 0}), write_task_file(count=2)
    plan = EvaluationPlan((path,), model, shots=0)
    result = evaluate(ws, engine, plan, lambda _: None, CancelToken())
    waiting = orders([path], Choices(("other",)))
    add_orders(ws, waiting)
    found = standing(ws)
    assert [m.id for m in found.models if not m.is_demo] == [model.id]
    assert [(e.run_id, e.failed) for e in found.evaluations] == [(result.spec.id, 2)]
    assert (found.orders, dict(found.paces)) == (waiting, {})
    assert moved_files(ws, result.spec.id) == ()
    path.unlink()
    assert moved_files(ws, result.spec.id) == (path.name,)
