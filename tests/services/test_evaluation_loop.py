"""One bad item never stops the run; a bad engine does, in words; what waits is never lost."""

from __future__ import annotations

import csv
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.metrics.item import NO_REFERENCE
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_events import (
    Continued,
    EvaluationEvent,
    ItemDone,
    ItemFailed,
    Loading,
    Meter,
    Paused,
    Planned,
    Progress,
    TaskDone,
)
from medsdesk.services.evaluation_loop import MOST_IN_A_ROW, EvaluationLoop
from medsdesk.services.evaluation_plan import EvaluationPlan, reopen_files
from medsdesk.services.evaluation_results import EvaluationResult
from medsdesk.services.export import export_run
from medsdesk.services.history import answers
from medsdesk.services.pause import PauseToken
from medsdesk.store import evaluations
from medsdesk.store.workspace import Workspace, open_workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile

GOOD = {"text": "A made-up answer."}
DIES = {"when": "dies", "text": "one two", "die_after": 1, "die": "kill"}


def _plan(model: ModelFile, *files: Path, **changes: Any) -> EvaluationPlan:
    config = GenerateConfig(max_new_tokens=64)
    return replace(EvaluationPlan(files, model, shots=0, generate=config), **changes)


def _run(ws: Workspace, engine: Engine, plan: EvaluationPlan) -> EvaluationResult:
    return evaluate(ws, engine, plan, lambda _: None, CancelToken())


def _attempts(ws: Workspace) -> list[tuple[str, int]]:
    rows = ws.db.execute("SELECT state, attempts FROM evaluation_items ORDER BY position")
    return list(rows.fetchall())


def test_bad_items_are_marked_with_words_and_the_run_goes_on(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    inputs = ["good one", "long " * 400, "this one dies", "x" * 1_000_001, "good two"]
    fails = {"when": "good two", "fail_after": 0}
    path = write_task_file(inputs=[*inputs, "good three"])
    plan = _plan(scripted_model(DIES, fails, GOOD), path, context=300)
    result = _run(ws, engine, plan)
    assert (result.items, result.completed, result.failed, result.waiting) == (6, 2, 4, 0)
    words = {failure.item_index: failure.error for failure in result.failures}
    assert set(words) == {1, 2, 3, 4}
    assert "tokens, but only 236 fit" in words[1]
    assert "engine" in words[2]
    assert "characters" in words[3]
    assert "script says" in words[4]
    assert [state for state, _ in _attempts(ws)] == ["done", *["failed"] * 4, "done"]
    assert [n for _, n in _attempts(ws)] == [1, 0, 2, 0, 2, 1]
    assert len(answers(ws)) == 2
    first = result.failures[0]
    assert (first.position, first.task_id, first.file) == (1, "task46", path.name)


def test_an_item_without_a_reference_is_answered_and_stays_unscored(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=2, outputs=[None, "A made-up answer."])
    result = _run(ws, engine, _plan(scripted_model(GOOD), path))
    assert (result.items, result.completed, result.skipped) == (2, 2, 0)
    with_none, with_one = sorted(answers(ws), key=lambda row: row.sample.targets)
    assert with_none.output.completion.text == GOOD["text"]
    assert {score.value for score in with_none.scores} == {None}
    assert {score.reason for score in with_none.scores} == {NO_REFERENCE}
    assert None not in {score.value for score in with_one.scores}
    assert {(s.details["n"], s.details["unscored"]) for s in result.tasks[0].scores} == {(1, 1)}


def test_an_item_the_engine_dies_on_once_is_tried_again(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model = scripted_model(DIES, GOOD)
    path = write_task_file(inputs=["dies"])
    first = _run(ws, engine, _plan(model, path))
    assert _attempts(ws) == [("failed", 2)]
    # The tries of a process that was killed count too.
    evaluations.retry_failed(ws, first.spec.id)
    evaluations.note_try(ws, first.spec.id, 0)
    again = resume(ws, engine, Resumption(first.spec.id), lambda _: None, CancelToken())
    assert (again.failed, _attempts(ws)) == (1, [("failed", 2)])


def test_when_the_engine_dies_again_and_again_the_run_ends_with_a_sentence(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(inputs=["good", *(f"dies {n}" for n in range(7))])
    result = _run(ws, engine, _plan(scripted_model(DIES, GOOD), path))
    assert (result.completed, result.failed) == (1, MOST_IN_A_ROW)
    assert result.waiting == 2
    assert "5 items in a row" in result.stopped[0]
    assert "doctor" in result.stopped[1]


def test_good_items_between_them_let_the_run_go_on(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    inputs = [word for n in range(3) for word in (f"dies {n}", f"dies again {n}", f"good {n}")]
    result = _run(ws, engine, _plan(scripted_model(DIES, GOOD), write_task_file(inputs=inputs)))
    assert (result.completed, result.failed, result.stopped) == (3, 6, ())


def test_failed_items_are_tried_again_only_when_asked(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    """The engine can no longer load its model, as with a disk pulled out; then it can again."""
    model = scripted_model(GOOD)
    inputs = [f"text {n}" for n in range(3)]
    plan = _plan(model, write_task_file(inputs=inputs))
    script, parts = Path(model.path), Path(model.path).read_text(encoding="utf-8")

    def pull_out(event: EvaluationEvent) -> None:
        if isinstance(event, Planned):
            script.rename(script.with_suffix(".away"))
            assert engine._child is not None
            engine._child.kill("cancelled")

    result = evaluate(ws, engine, plan, pull_out, CancelToken())
    assert (result.completed, result.failed) == (0, 3)
    assert "script" in result.failures[0].error
    script.with_suffix(".away").rename(script)
    assert script.read_text(encoding="utf-8") == parts
    wanted = Resumption(result.spec.id)
    assert resume(ws, engine, wanted, lambda _: None, CancelToken()).failed == 3
    wanted = replace(wanted, retry_failed=True)
    again = resume(ws, engine, wanted, lambda _: None, CancelToken())
    assert (again.completed, again.failed, again.answered) == (3, 0, 3)


def test_an_export_is_in_the_order_of_the_items_also_where_one_was_tried_again(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    tmp_path: Path,
) -> None:
    path = write_task_file(inputs=["first dies", "second", "third"])
    model = scripted_model(DIES, GOOD)
    result = _run(ws, engine, _plan(model, path))
    assert result.failed == 1
    script = Path(model.path)
    well = script.read_text(encoding="utf-8").replace("die_after", "fail_afterwards")
    run_id = result.spec.id
    evaluations.retry_failed(ws, run_id)
    script.write_text(well, encoding="utf-8")
    again = EvaluationLoop(
        ws,
        engine,
        result.spec,
        reopen_files(result.spec.evaluation.files if result.spec.evaluation else (), ()),
        lambda _: None,
        CancelToken(),
        PauseToken(),
    )
    engine.close()
    with Engine(backend="medsdesk.engine.fake") as well_again:
        well_again.load(result.spec.load)
        again.engine = well_again
        assert again.run().completed == 3
    assert answers(ws, run_id)[0].sample.input == "first dies"
    assert export_run(ws, run_id, tmp_path / "run.csv", "medsbench-csv") == 3
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        assert [row["input"] for row in csv.DictReader(file)] == ["first dies", "second", "third"]


def test_events_tell_the_course_and_are_not_too_many(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    files = write_task_file(count=40), write_task_file("task9001_b.json", inputs=["dies", "good"])
    events: list[EvaluationEvent] = []
    plan = _plan(scripted_model(DIES, GOOD), *files)
    result = evaluate(ws, engine, plan, events.append, CancelToken())
    assert [type(event) for event in events[:2]] == [Loading, Planned]
    planned = events[1]
    assert isinstance(planned, Planned)
    assert (planned.files, planned.items, planned.waiting) == (2, 42, 42)
    done = [event for event in events if isinstance(event, TaskDone)]
    assert [event.summary for event in done] == list(result.tasks)
    told = [event for event in events if isinstance(event, ItemDone | ItemFailed)]
    assert len(told) <= 5 * result.seconds + 2
    progress = [event for event in events if isinstance(event, Progress)]
    assert (progress[-1].done, progress[-1].of, progress[-1].eta_seconds) == (42, 42, 0.0)
    assert all(event.tokens_per_second >= 0 for event in progress)


def test_every_ending_is_told_where_there_is_time(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Meter, "due", lambda _: True)
    events: list[EvaluationEvent] = []
    path = write_task_file(inputs=["good", "dies", "better"])
    evaluate(ws, engine, _plan(scripted_model(DIES, GOOD), path), events.append, CancelToken())
    told = [event for event in events if isinstance(event, ItemDone | ItemFailed)]
    assert [(type(event), event.position, event.of) for event in told] == [
        (ItemDone, 0, 3),
        (ItemFailed, 1, 3),
        (ItemDone, 2, 3),
    ]


def test_a_stop_drops_the_item_in_hand_which_stays_waiting(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    slow = {"when": "slow", "text": "one two three", "token_seconds": 20.0}
    cancel = CancelToken()

    def on_event(event: EvaluationEvent) -> None:
        if isinstance(event, ItemDone):
            threading.Timer(0.3, cancel.cancel).start()

    path = write_task_file(inputs=["quick", "slow", "quick too"])
    result = evaluate(ws, engine, _plan(scripted_model(slow, GOOD), path), on_event, cancel)
    assert (result.completed, result.failed, result.waiting) == (1, 0, 2)
    assert "dropped" in result.stopped[0]
    assert _attempts(ws) == [("done", 1), ("pending", 0), ("pending", 0)]
    assert len(answers(ws)) == 1


def test_a_pause_rests_between_items(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    pause, events = PauseToken(), list[EvaluationEvent]()

    def on_event(event: EvaluationEvent) -> None:
        events.append(event)
        if isinstance(event, Planned):
            pause.pause()
        elif isinstance(event, Paused):
            assert evaluations.count_items(ws, run_id()).done == 0
            threading.Timer(0.2, pause.go_on).start()

    def run_id() -> str:
        return next(event.run_id for event in events if isinstance(event, Planned))

    plan = _plan(scripted_model(GOOD), write_task_file(count=2))
    result = evaluate(ws, engine, plan, on_event, CancelToken(), pause)
    assert result.completed == 2
    assert [type(e) for e in events if isinstance(e, Paused | Continued)] == [Paused, Continued]


def test_a_workspace_that_cannot_be_written_ends_the_run_and_marks_nothing(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    plan = _plan(scripted_model(GOOD), write_task_file(count=3))

    def lock(event: EvaluationEvent) -> None:
        if isinstance(event, Planned):
            ws.db.execute("PRAGMA query_only = ON")

    with pytest.raises(UserFacingError, match="cannot be written"):
        evaluate(ws, engine, plan, lock, CancelToken())
    ws.db.execute("PRAGMA query_only = OFF")
    assert _attempts(ws) == [("pending", 0)] * 3
    assert answers(ws) == ()


def _with_slots(model: ModelFile, *files: Path, slots: int = 3, **changes: Any) -> EvaluationPlan:
    return _plan(model, *files, slots=slots, **changes)


def test_items_are_answered_at_the_same_time_and_all_of_them_once(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    """Short files one after the other keep all slots busy: the next file does not wait."""
    slow = {"tell": "prompt", "prompt_seconds": 0.02}
    files = [write_task_file(f"task900{n}_x.json", count=3) for n in range(5)]
    events: list[EvaluationEvent] = []
    plan = _with_slots(scripted_model(slow), *files)
    result = evaluate(ws, engine, plan, events.append, CancelToken())
    assert (result.completed, result.failed, result.waiting) == (15, 0, 0)
    assert _attempts(ws) == [("done", 1)] * 15
    rows = answers(ws, result.spec.id)
    assert len(rows) == 15
    assert all(row.sample.input in row.output.completion.text for row in rows)
    done = [event for event in events if isinstance(event, TaskDone)]
    assert sorted(event.task_id for event in done) == [f"task900{n}" for n in range(5)]
    assert {event.summary.n for event in done} == {3}
    assert {task.task_id: task for task in result.tasks} == {e.task_id: e.summary for e in done}
    assert result.spec.load.slots == 3
    assert result.spec.evaluation is not None
    assert "3 items were answered at the same time" in result.spec.evaluation.notes[0]


def test_a_death_under_several_is_laid_at_the_door_of_one(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    inputs = [f"good {n}" for n in range(4)]
    path = write_task_file(inputs=[*inputs[:2], "dies", *inputs[2:], "x" * 1_000_001, "good end"])
    result = _run(ws, engine, _with_slots(scripted_model(DIES, GOOD), path))
    assert (result.completed, result.failed) == (5, 2)
    assert [failed.item_index for failed in result.failures] == [2, 5]
    assert [n for _, n in _attempts(ws)] == [1, 1, 2, 1, 1, 0, 1]


def test_an_engine_that_always_dies_ends_the_run_with_several_slots_too(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(inputs=[f"dies {n}" for n in range(9)])
    result = _run(ws, engine, _with_slots(scripted_model(DIES), path))
    assert (result.completed, result.failed, result.waiting) == (0, MOST_IN_A_ROW, 4)
    assert "5 items in a row" in result.stopped[0]


def test_a_stop_drops_all_that_is_in_flight(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    # All slots go on in step, so a slow answer is one of many tokens and not of slow ones.
    slow = {"when": "slow", "text": "word " * 6000, "token_seconds": 0.02}
    cancel = CancelToken()

    def stop_when_one_is_done() -> None:
        # Read from the disk: of two events close together one is left out.
        with open_workspace(ws.directory) as other:
            while ("done", 1) not in _attempts(other):
                time.sleep(0.05)
        cancel.cancel()

    def on_event(event: EvaluationEvent) -> None:
        if isinstance(event, Planned):
            threading.Thread(target=stop_when_one_is_done, daemon=True).start()

    path = write_task_file(inputs=["quick", *(f"slow {n}" for n in range(8))])
    plan = _with_slots(scripted_model(slow, GOOD), path, context=8192)
    plan = replace(plan, generate=GenerateConfig(max_new_tokens=6000))
    result = evaluate(ws, engine, plan, on_event, cancel)
    assert (result.completed, result.failed, result.waiting) == (1, 0, 8)
    assert _attempts(ws) == [("done", 1), *[("pending", 0)] * 8]


def test_a_pause_waits_for_what_is_in_flight(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    pause, in_flight = PauseToken(), list[int]()

    def on_event(event: EvaluationEvent) -> None:
        if isinstance(event, ItemDone) and not in_flight:
            pause.pause()
        elif isinstance(event, Paused):
            in_flight.append(len(engine._child._inboxes) if engine._child else -1)
            threading.Timer(0.2, pause.go_on).start()

    # Slow enough for one that is done to be told before all are.
    unhurried = {**GOOD, "token_seconds": 0.05}
    plan = _with_slots(scripted_model(unhurried), write_task_file(count=12), slots=2)
    result = evaluate(ws, engine, plan, on_event, CancelToken(), pause)
    assert (result.completed, in_flight) == (12, [0])
