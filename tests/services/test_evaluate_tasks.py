"""An evaluation from its plan to its result, and what it takes to go on with one."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.generation import Choice, Completion, GenerateConfig
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.answering import judge
from medsdesk.services.evaluate import run_once
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_events import EvaluationEvent, ItemDone, Loading, Planned
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.evaluation_results import EvaluationResult
from medsdesk.services.history import answers, run_manifest
from medsdesk.services.model_files import forget_model
from medsdesk.store import evaluations, models
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.registry import find_task
from tests.services.conftest import MakeRequest, ScriptedModel, WriteTaskFile

ECHO = {"tell": "prompt"}


def _plan(model: ModelFile, *files: Path, **changes: Any) -> EvaluationPlan:
    config = GenerateConfig(max_new_tokens=64)
    return replace(EvaluationPlan(files, model, generate=config), **changes)


def _run(ws: Workspace, engine: Engine, plan: EvaluationPlan) -> EvaluationResult:
    return evaluate(ws, engine, plan, lambda _: None, CancelToken())


def _stop_after(ws: Workspace, engine: Engine, plan: EvaluationPlan, done: int) -> EvaluationResult:
    """Evaluate, and stop once some items are through."""
    cancel = CancelToken()

    def on_event(event: EvaluationEvent) -> None:
        if isinstance(event, ItemDone) and event.position + 1 >= done:
            cancel.cancel()

    return evaluate(ws, engine, plan, on_event, cancel)


def _again(ws: Workspace, engine: Engine, wanted: Resumption) -> EvaluationResult:
    return resume(ws, engine, wanted, lambda _: None, CancelToken())


def test_every_item_of_every_file_is_answered_stored_and_scored(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    model = scripted_model({"text": "made-up answer 1"})
    files = write_task_file(count=3), write_task_file("task9001_other.json", count=2)
    result = _run(ws, engine, _plan(model, files[0].parent, shots=1))
    assert (result.items, result.completed, result.failed) == (5, 5, 0)
    assert (result.skipped, result.waiting, result.answered) == (0, 0, 5)
    assert (result.tokens, result.stopped, result.failures) == (15, (), ())
    assert result.items_per_second == pytest.approx(5 / result.seconds)
    assert [(task.task_id, task.n) for task in result.tasks] == [("task46", 3), ("task9001", 2)]
    figures = {score.name: score for score in result.tasks[0].scores}
    assert figures["strict.rouge_l_f"].details["n"] == 3
    rows = answers(ws, result.spec.id)
    assert {row.output.completion.text for row in rows} == {"made-up answer 1"}
    assert all(row.scores for row in rows)
    assert {row.sample.origin for row in rows} == {"file"}


def test_the_manifest_can_repeat_the_evaluation(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    path = write_task_file(count=30)
    plan = _plan(scripted_model(ECHO), path, limit=4, seed=7, cases="leak", shots=2)
    first = _run(ws, engine, plan)
    spec = run_manifest(ws, first.spec.id[:8])
    assert spec == first.spec
    record = spec.evaluation
    assert record is not None
    assert (record.cases, record.seed, record.limit) == ("leak", 7, 4)
    assert record.files[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (spec.shots, spec.task_ids, spec.template_id) == (2, ("task46",), "meds_bench")
    assert any("rouge" in signature for signature in spec.metrics)
    second = _run(ws, engine, plan)
    texts = [
        [row.output.completion.text for row in answers(ws, run.spec.id)] for run in (first, second)
    ]
    assert texts[0] == texts[1]
    assert len(set(texts[0])) == 4


@pytest.mark.parametrize("cases", ["pool", "own", "leak"])
def test_no_item_is_shown_its_own_answer_but_by_the_leak(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    cases: str,
) -> None:
    outputs = [f"SECRET-{n}-ANSWER" for n in range(4)]
    path = write_task_file(outputs=outputs, inputs=[f"Text {n}." for n in range(4)])
    config = GenerateConfig(max_new_tokens=4000)
    plan = _plan(scripted_model(ECHO), path, shots=3, cases=cases, generate=config, context=9000)
    result = _run(ws, engine, plan)
    shown = [
        row.sample.targets[0] in row.output.completion.text for row in answers(ws, result.spec.id)
    ]
    assert len(shown) == 4
    assert any(shown) == (cases == "leak")


def test_a_stopped_evaluation_goes_on_where_it_was(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    model = scripted_model({**ECHO, "token_seconds": 0.004})
    plan = _plan(model, write_task_file(count=12), write_task_file("task2_b.json", count=3))
    stopped = _stop_after(ws, engine, plan, 2)
    assert 0 < stopped.completed < 15
    assert stopped.waiting == 15 - stopped.completed
    assert stopped.stopped
    rest = _again(ws, engine, Resumption(stopped.spec.id[:8]))
    assert (rest.completed, rest.waiting, rest.stopped) == (15, 0, ())
    assert rest.answered == 15 - stopped.completed
    assert rest.spec == stopped.spec
    whole = _run(ws, engine, plan)

    def rows(result: EvaluationResult) -> list[tuple[object, ...]]:
        stored = answers(ws, result.spec.id, limit=-1)
        return [(r.sample.input, r.output.completion.text, r.scores) for r in stored]

    assert rows(rest) == rows(whole)
    assert [t.scores for t in rest.tasks] == [t.scores for t in whole.tasks]


def test_what_was_stored_and_not_scored_is_scored_first(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    plan = _plan(scripted_model(ECHO), write_task_file(count=3))
    with monkeypatch.context() as broken:
        broken.setattr("medsdesk.services.evaluation_loop.judge", cut_off)
        with pytest.raises(KeyboardInterrupt):
            _run(ws, engine, plan)
    [row] = answers(ws)
    assert row.scores == ()
    run_id = row.output.run_id
    order: list[str] = []

    def note(*args: Any) -> Any:
        order.append(args[3].id)
        return judge(*args)

    monkeypatch.setattr("medsdesk.services.evaluation_loop.judge", note)
    result = _again(ws, engine, Resumption(run_id))
    assert order[0] == row.output.id
    assert (result.completed, result.answered) == (3, 2)
    assert all(r.scores for r in answers(ws, run_id))


@pytest.mark.parametrize("changed", ["file", "model", "missing model", "other model"])
def test_it_does_not_go_on_with_another_file_or_model(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    changed: str,
) -> None:
    model, path = scripted_model(ECHO), write_task_file()
    result = _run(ws, engine, _plan(model, path))
    wanted = Resumption(result.spec.id)
    if changed == "file":
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
        words = "task46_first.json has changed"
    elif changed == "model":
        script = Path(model.path)
        text = script.read_text(encoding="utf-8")
        script.write_text(text.replace("prompt", "modulz"), encoding="utf-8")
        words = r"scripted\.json (has changed|is not the one)"
    elif changed == "missing model":
        forget_model(ws, model.id)
        words = "'scripted' of this evaluation is not in the workspace"
    else:
        other = scripted_model({"text": "Other."}, name="other")
        wanted = replace(wanted, model=other)
        words = "other.json is not the one"
    with pytest.raises(UserFacingError, match=words):
        _again(ws, engine, wanted)


def test_the_model_is_found_again_by_its_content_wherever_it_lies(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    tmp_path: Path,
) -> None:
    model = scripted_model(ECHO)
    result = _stop_after(ws, engine, _plan(model, write_task_file(count=3)), 1)
    forget_model(ws, model.id)
    moved = Path(model.path).rename(tmp_path / "moved.json")
    models.add_model(ws, replace(model, id="moved", path=str(moved)))
    assert _again(ws, engine, Resumption(result.spec.id)).completed == 3


def test_a_single_text_is_not_resumed(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    run = run_once(ws, engine, make_request({"text": "Clear."}), lambda _: None, CancelToken())
    with pytest.raises(UserFacingError, match="single text"):
        _again(ws, engine, Resumption(run.run_id))


def test_stopped_before_it_began_it_leaves_nothing(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    cancel = CancelToken()

    def on_event(event: EvaluationEvent) -> None:
        assert not isinstance(event, Planned)
        if isinstance(event, Loading):
            cancel.cancel()

    with pytest.raises(CancelledError):
        evaluate(ws, engine, _plan(scripted_model(ECHO), write_task_file()), on_event, cancel)
    assert ws.db.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_the_queue_is_as_long_as_the_files_say(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
) -> None:
    path = write_task_file(inputs=["one", "", "three"], outputs=["1", "2", "3"])
    plan = _plan(scripted_model(ECHO), path, shots=0, skip_faulty=True)
    result = _run(ws, engine, plan)
    assert (result.items, result.completed, result.skipped) == (3, 2, 1)
    assert list(evaluations.positions(ws, result.spec.id).values()) == [0, 1]
    [note] = result.spec.evaluation.notes if result.spec.evaluation else ()
    assert "item 2" in note
    assert json.dumps(note)


def test_no_word_of_text_or_answer_is_logged_or_in_what_is_told(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    dies = {"when": "dies", "text": "ZebraAnswer two", "die_after": 1, "die": "kill"}
    inputs = ["ZebraText", "ZebraText dies", "ZebraText " * 400, ""]
    outputs = ["ZebraReference"] * 4
    path = write_task_file(inputs=inputs, outputs=outputs)
    model = scripted_model(dies, {"text": "ZebraAnswer."})
    told: list[EvaluationEvent] = []
    plan = _plan(model, path, shots=0, context=300, skip_faulty=True)
    result = evaluate(ws, engine, plan, told.append, CancelToken())
    assert (result.completed, result.failed, result.skipped) == (1, 2, 1)
    words = " ".join(record.getMessage() for record in caplog.records)
    assert result.spec.id in words, "nothing was logged, so this proves nothing"
    assert "Zebra" not in words + repr(result) + repr(told)
    caplog.clear()


def test_likelihoods_are_scored_beside_the_answer_also_after_a_kill(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scripted model tells none, so they are put down here as the engine would tell them."""
    question = "Which drug is made up?\nOptions: A: fictol\tB: nonexin"
    path = write_task_file("task57_first.json", [question], ["B: nonexin"])
    plan = _plan(scripted_model({"text": "A"}), path, choices=True)
    asked: list[tuple[str, ...]] = []
    generate = engine.generate

    def telling(*words: Any) -> Completion:
        asked.append(words[5])
        told = tuple(map(Choice, words[5], (-2.0, -1.0)))
        return replace(generate(*words), choices=told)

    monkeypatch.setattr(engine, "generate", telling)
    result = _run(ws, engine, plan)
    assert (asked, result.spec.load.choices) == ([("A", "B")], True)
    figures = {score.name: score.value for score in result.tasks[0].scores}
    assert (figures["strict.accuracy"], figures["choices.accuracy"]) == (0, 100)
    [row] = answers(ws, result.spec.id)
    again = judge(ws, find_task("task57"), row.sample, row.output)
    assert {score.name: score.value for score in again} == figures


def test_likelihoods_are_not_asked_of_a_server(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model = replace(scripted_model({"text": "x"}), path="http://127.0.0.1:9/v1#made-up")
    plan = _plan(model, write_task_file(), choices=True)
    with pytest.raises(UserFacingError, match="does not tell how likely"):
        _run(ws, engine, plan)
