"""A view at any moment says how far each task is, out of events and the store."""

from __future__ import annotations

from functools import partial

from medsdesk.core.cancel import CancelToken
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_events import EvaluationEvent, ItemDone, Progress
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.pause import PauseToken
from medsdesk.services.watch_evaluation import EvaluationView, EvaluationWatch
from medsdesk.store.evaluations import Counts
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile

FAILS = {"when": "text 1", "fail_after": 0}
ANSWERS = {"text": "made-up answer 2"}


def test_from_loading_to_the_end(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model = scripted_model(FAILS, ANSWERS)
    files = (write_task_file("task46_a.json", count=3), write_task_file("task2_b.json", count=2))
    views: list[EvaluationView] = []
    watch = EvaluationWatch(ws, views.append)
    result = evaluate(
        ws, engine, EvaluationPlan(files, model, shots=0), watch, CancelToken()
    )  # fmt: skip
    end = watch.end(result)
    assert [view.stage for view in views][:2] == ["loading", "running"]
    assert views[1].counts == Counts(pending=5)
    assert end is views[-1]
    assert (end.stage, end.run_id, end.model_name) == ("ended", result.spec.id, model.name)
    assert [(line.task_id, line.counts) for line in end.tasks] == [
        ("task2", Counts(0, 1, 1)),
        ("task46", Counts(0, 2, 1)),
    ]
    assert end.tasks[0].title == "Clinical trial sentence: interventions"
    assert {s.protocol for s in end.tasks[1].scores} == {"strict", "medsbench"}
    assert [item.item_index for item in end.failures] == [1, 1]
    assert end.stopped == ()


def test_what_was_done_before_is_seen_from_the_start_on(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model, cancel = scripted_model(ANSWERS), CancelToken()
    plan = EvaluationPlan((write_task_file(count=4),), model, shots=0)

    def stop(event: EvaluationEvent) -> None:
        if isinstance(event, ItemDone):
            cancel.cancel()

    stopped = evaluate(ws, engine, plan, stop, cancel)
    views: list[EvaluationView] = []
    watch = EvaluationWatch(ws, views.append)
    resume(ws, engine, Resumption(stopped.spec.id), watch, CancelToken())
    begun = next(view for view in views if view.stage == "running")
    assert begun.counts == Counts(pending=3, done=1)
    assert begun.tasks[0].scores


def test_a_pause_and_a_stop_are_seen(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    pause, cancel = PauseToken(), CancelToken()
    views: list[EvaluationView] = []

    def tell(view: EvaluationView) -> None:
        views.append(view)
        if view.stage == "paused":
            cancel.cancel()

    plan = EvaluationPlan((write_task_file(count=3),), scripted_model(ANSWERS), shots=0)
    pause.pause()
    watch = EvaluationWatch(ws, tell)
    watch.end(evaluate(ws, engine, plan, watch, cancel, pause))
    assert [view.stage for view in views][-3:] == ["paused", "running", "ended"]
    assert views[-1].counts == Counts(pending=3)
    assert views[-1].stopped


def test_looking_stays_a_small_part_of_the_time(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    plan = EvaluationPlan((write_task_file(count=1),), scripted_model(ANSWERS), shots=0)
    watch = EvaluationWatch(ws, lambda _: None)
    run_id = evaluate(ws, engine, plan, watch, CancelToken()).spec.id
    now = [0.0]
    looks: list[EvaluationView] = []
    slow = EvaluationWatch(ws, looks.append, lambda: now[0])
    slow.view = watch.view
    tick = partial(Progress, 0, 1, 1.0, 1.0)
    for second in range(10):
        now[0] = second / 10
        slow(tick(float(second)))
    counted = {id(view.tasks) for view in looks}
    assert (run_id, len(looks), len(counted)) == (watch.view.run_id, 10, 2)
