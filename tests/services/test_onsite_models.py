"""Models on a server: added, asked and resumed only where the policy names it, and told as such."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import PromptTooLongError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunRequest, preview, run_once
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.fit_model import model_path
from medsdesk.services.history import answers, run_manifest
from medsdesk.services.model_files import choose_model
from medsdesk.services.onsite_models import add_server, leaving
from medsdesk.services.quantise_model import QuantiseRequest, quantise_model
from medsdesk.services.remove_model import remove_model
from medsdesk.services.verify_models import check_unchanged, verify_models
from medsdesk.store.workspace import Workspace
from tests.onsite_server import GOOD, MODEL, OnsiteServer, Reply, piece, write_policy

TEXT = "A made-up report: the lungs are clear."


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(grace_seconds=2) as own:
        yield own


@pytest.fixture
def model(ws: Workspace, engine: Engine, onsite_server: OnsiteServer) -> ModelFile:
    onsite_server.be_llama_cpp(context=600)
    return add_server(ws, engine, onsite_server.address, "")


@pytest.fixture
def task_file(tmp_path: Path) -> Path:
    items = [{"input": f"Made-up report {n}.", "output": f"Impression {n}."} for n in range(4)]
    content = {
        "Contributors": [""], "Source": [""], "URL": [""], "Categories": ["Summarization"],
        "Definition": ["Write the impression."], "Reasoning": [""],
        "Input_language": ["English"], "Output_language": ["English"],
        "Instruction_language": ["English"], "Domains": [""], "Positive Examples": [],
        "Negative Examples": [], "Instances": items,
    }  # fmt: skip
    path = tmp_path / "task112_made_up_radiology_summarization.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def request(model: ModelFile, **more: object) -> RunRequest:
    generate = GenerateConfig(max_new_tokens=50)
    return replace(
        RunRequest("task112", TEXT, (), "pasted", model, 0, generate, 4096),
        **more,  # type: ignore[arg-type] # fields by name
    )


def run(ws: Workspace, engine: Engine, wanted: RunRequest) -> str:
    return run_once(ws, engine, wanted, lambda _: None, CancelToken()).run_id


def test_a_model_is_added_by_what_the_server_tells(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    host = f"127.0.0.1:{onsite_server.port}"
    assert (model.id, model.name) == ("quiet-llama-on-server", f"{MODEL} on server {host}")
    assert (model.path, model.sha256, model.context_train) == (onsite_server.path, "", 600)
    assert model.title == model.name
    assert host in leaving(model)
    assert choose_model(ws, model.id) == model
    # The same once more keeps its id; no text was sent for any of it.
    assert add_server(ws, engine, onsite_server.address + "/", MODEL).id == model.id
    assert onsite_server.chats == []
    with pytest.raises(UserFacingError, match="by its id"):
        choose_model(ws, onsite_server.address)


def test_what_needs_a_file_says_that_there_is_none(ws: Workspace, model: ModelFile) -> None:
    with pytest.raises(UserFacingError, match="has no file on this computer"):
        model_path(ws, model.id)
    with pytest.raises(UserFacingError, match="has no file on this computer"):
        quantise_model(ws, QuantiseRequest(model, "q8_0"), lambda _: None, CancelToken())
    [verified] = verify_models(ws, (model,))
    assert (verified.outcome, bool(verified.hint)) == ("unreadable", True)
    assert not remove_model(ws, model.id, delete_file=False).file_deleted


def test_nothing_is_asked_that_the_policy_does_not_name(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    write_policy(tmp_path / "policy.toml")
    onsite_server.asked.clear()
    with pytest.raises(UserFacingError, match="does not name it"):
        add_server(ws, engine, onsite_server.address, "")
    with pytest.raises(UserFacingError, match="does not name it"):
        check_unchanged(model)
    with pytest.raises(UserFacingError, match="does not name it"):
        run(ws, engine, request(model))
    assert onsite_server.asked == []


def test_a_run_tells_that_the_text_left_and_for_where(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    manifest = run_manifest(ws, run(ws, engine, request(model)))
    host = f"127.0.0.1:{onsite_server.port}"
    assert manifest.model_name == f"{MODEL} on server {host}"
    assert manifest.load.path == onsite_server.path
    assert manifest.loaded.served == MODEL
    assert manifest.loaded.engine == "llama.cpp server b7000-abcdef"
    told = " ".join(manifest.notes)
    for words in (f"sent to the server {host}", "not encrypted", "b7000", "template", "promised"):
        assert words in told
    assert TEXT in onsite_server.chats[0]["messages"][-1]["content"]


def test_a_text_that_is_being_written_is_not_sent(
    model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    onsite_server.asked.clear()
    found = preview(engine, request(model), count=True)
    assert (found.prompt_tokens, found.fits) == (None, None)
    assert onsite_server.asked == []


def test_a_prompt_that_does_not_fit_is_refused_before_it_is_run(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    for overflow in ("refuse", "cut_left"):
        generate = GenerateConfig(max_new_tokens=50, overflow=overflow)
        with pytest.raises(PromptTooLongError) as caught:
            run(ws, engine, request(model, text="word " * 600, generate=generate))
        assert caught.value.prompt_tokens > 600
        assert caught.value.room == 550
    assert onsite_server.chats == []


def test_an_answer_broken_off_is_kept_as_incomplete(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    onsite_server.replies.append(Reply(GOOD[:3], cut=True))
    done = run_once(ws, engine, request(model), lambda _: None, CancelToken()).output.completion
    assert (done.text, done.finish_reason) == ("No effusion.", "died")
    assert done.error is not None
    assert "broke off" in done.error
    assert run_once(
        ws, engine, request(model), lambda _: None, CancelToken()
    ).output.completion.complete


def test_a_stop_closes_the_connection(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer
) -> None:
    onsite_server.replies.append(Reply(GOOD[:3], hold=True))
    cancel = CancelToken()

    def stop(event: object) -> None:
        if type(event).__name__ == "Streaming":
            cancel.cancel()

    done = run_once(ws, engine, request(model), stop, cancel).output.completion
    assert (done.text, done.finish_reason) == ("No effusion.", "cancelled")
    assert onsite_server.left.wait(3)


def plan(model: ModelFile, task_file: Path, **more: object) -> EvaluationPlan:
    generate = GenerateConfig(max_new_tokens=50)
    made = EvaluationPlan((task_file,), model, shots=0, generate=generate)
    return replace(made, **more)  # type: ignore[arg-type] # fields by name


def test_an_evaluation_asks_several_at_a_time_and_notes_what_a_server_cannot_promise(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer, task_file: Path
) -> None:
    onsite_server.replies.extend(Reply(pause=0.1) for _ in range(4))
    wanted = plan(model, task_file, slots=2)
    done = evaluate(ws, engine, wanted, lambda _: None, CancelToken())
    assert (done.completed, done.failed, onsite_server.busiest) == (4, 0, 2)
    exact = evaluate(ws, engine, plan(model, task_file, exact=True), lambda _: None, CancelToken())
    assert exact.spec.evaluation is not None
    assert "no server can promise it" in " ".join(exact.spec.evaluation.notes)


def test_an_evaluation_resumes_on_the_same_server_alone(
    ws: Workspace, model: ModelFile, engine: Engine, onsite_server: OnsiteServer, task_file: Path
) -> None:
    onsite_server.replies.extend(Reply(status=500) for _ in range(4))
    first = evaluate(ws, engine, plan(model, task_file), lambda _: None, CancelToken())
    assert (first.completed, first.failed) == (2, 2)
    wanted = Resumption(first.spec.id, retry_failed=True)
    other = replace(model, path=f"{onsite_server.address}#other")
    with pytest.raises(UserFacingError, match="is not the model this evaluation began with"):
        resume(ws, engine, replace(wanted, model=other), lambda _: None, CancelToken())
    engine.close()
    onsite_server.facts["/props"]["build_info"] = "b8000"
    with Engine() as fresh, pytest.raises(UserFacingError, match=r"b7000-abcdef .* is .* b8000"):
        resume(ws, fresh, wanted, lambda _: None, CancelToken())
    onsite_server.facts["/props"]["build_info"] = "b7000-abcdef"
    with Engine() as fresh:
        again = resume(ws, fresh, wanted, lambda _: None, CancelToken())
    assert (again.completed, again.failed) == (4, 0)
    assert all(row.output.completion.complete for row in answers(ws, first.spec.id, limit=-1))


def test_an_engine_goes_from_file_to_server_and_back(
    ws: Workspace, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    onsite_server.be_llama_cpp()
    script = tmp_path / "script.json"
    script.write_text('{"replies": [{"text": "from the file"}]}', encoding="utf-8")
    with Engine(backend="medsdesk.engine.fake") as engine:
        model = add_server(ws, engine, onsite_server.address, "")
        file = replace(model, path=str(script), sha256="0", size_bytes=script.stat().st_size)
        texts = []
        for which in (model, file, model):
            wanted = request(which).load_config
            engine.load(wanted)
            prompt = preview(engine, request(which), count=False).prompt
            texts.append(engine.generate(prompt, GenerateConfig()).text)
    assert texts == ["No effusion.", "from the file", "No effusion."]


def test_no_answer_is_in_the_log(
    ws: Workspace,
    model: ModelFile,
    engine: Engine,
    onsite_server: OnsiteServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    onsite_server.replies.append(Reply((piece("MARKER "), "data: {MARKER\n\n")))
    done = run_once(ws, engine, request(model), lambda _: None, CancelToken())
    assert done.output.completion.text == "MARKER "
    assert "MARKER" not in caplog.text
    assert "made-up report" not in caplog.text
    assert "MARKER" not in (done.output.completion.error or "")
