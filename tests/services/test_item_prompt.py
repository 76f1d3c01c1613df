"""A stored item's prompt is made again and held against its fingerprint, or it is said why not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import run_once
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.item_prompt import NEVER_SENT, NOT_THE_SAME, prompt_of
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest, ScriptedModel, WriteTaskFile

GO = CancelToken()


@pytest.fixture
def files(write_task_file: WriteTaskFile) -> tuple[Path, ...]:
    first = write_task_file(inputs=["dies", "Made-up one.", "Made-up two."])
    return first, write_task_file("task47_b.json", count=2)


@pytest.fixture
def run_id(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, files: tuple[Path, ...]
) -> str:
    model = scripted_model(
        {"when": "Input:\ndies\nOutput", "fail_after": 0}, {"text": "An answer."}
    )
    plan = EvaluationPlan(files, model, shots=1, generate=GenerateConfig(max_new_tokens=16))
    return evaluate(ws, engine, plan, lambda _: None, GO).spec.id


def test_prompts_of_every_file_come_back(ws: Workspace, run_id: str) -> None:
    for position, text in ((1, "Made-up one."), (2, "Made-up two."), (4, "text 1")):
        found = prompt_of(ws, run_id, position)
        assert found.note == ""
        assert found.prompt is not None
        assert found.prompt.shots == 1
        assert text in found.prompt.messages[-1].content
        assert found.input is not None
        assert text in found.input


def test_an_item_that_failed_shows_its_text_and_what_it_is_asked_with(
    ws: Workspace, run_id: str
) -> None:
    found = prompt_of(ws, run_id, 0)
    assert (found.input, found.references, found.note) == (
        "dies",
        ("made-up answer 0",),
        NEVER_SENT,
    )
    assert found.prompt is not None


def test_a_file_that_changed_or_went_is_told_in_a_sentence(
    ws: Workspace, run_id: str, files: tuple[Path, ...]
) -> None:
    document = json.loads(files[0].read_text(encoding="utf-8"))
    files[0].write_text(json.dumps(document, indent=1), encoding="utf-8")
    changed = prompt_of(ws, run_id, 1)
    assert changed.prompt is None
    assert changed.note.startswith(
        "The prompt cannot be shown. The task file task46_first.json has"
    )
    files[1].unlink()
    assert "is not at" in prompt_of(ws, run_id, 3).note
    assert prompt_of(ws, run_id, 99).note == "There is no such item in the run."


def test_the_prompt_of_a_single_text_comes_back(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request({"text": "Yes."}, shots=2)
    done = run_once(ws, engine, request, lambda _: None, GO)
    found = prompt_of(ws, done.run_id, 0)
    assert (found.prompt, found.note) == (done.prompt, "")
    assert found.input == request.text


def test_a_prompt_that_was_cut_says_so(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    config = GenerateConfig(max_new_tokens=32, overflow="cut_left")
    request = make_request({"text": "Yes."}, text="long " * 600, generate=config, context=256)
    done = run_once(ws, engine, request, lambda _: None, GO)
    cut = done.output.completion.cut_tokens
    assert cut > 0
    found = prompt_of(ws, done.run_id, 0)
    assert found.prompt == done.prompt
    assert f"The first {cut:,} tokens" in found.note


def test_another_prompt_than_the_one_sent_is_not_shown(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    done = run_once(ws, engine, make_request({"text": "Yes."}), lambda _: None, GO)
    ws.db.execute("DROP TRIGGER outputs_never_change")
    ws.db.execute("UPDATE outputs SET prompt_sha256 = ?", ("0" * 64,))
    found = prompt_of(ws, done.run_id, 0)
    assert (found.prompt, found.note) == (None, NOT_THE_SAME)
    assert replace(found, note="").input is not None
