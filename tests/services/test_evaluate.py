"""One text through one task: what is stored, what is scored, what is refused."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import AnswerNotSavedError, PromptTooLongError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import (
    Loading,
    RunEvent,
    Saved,
    Started,
    Streaming,
    preview,
    run_once,
)
from medsdesk.services.history import answers, recent_runs, run_manifest
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest

NORMAL = {"text": "No acute cardiopulmonary process."}


def test_a_run_streams_is_stored_and_scored(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(NORMAL)
    events: list[RunEvent] = []
    result = run_once(ws, engine, request, events.append, CancelToken())
    kinds = [type(e) for e in events]
    assert kinds[:2] == [Loading, Started]
    assert kinds[-1] is Saved
    streamed = "".join(e.update.text for e in events if isinstance(e, Streaming))
    assert streamed == NORMAL["text"] == result.output.completion.text
    [row] = answers(ws)
    assert row.output == result.output
    assert row.scores == result.scores
    assert row.sample.targets == request.references
    assert {s.name: s.value for s in row.scores}["strict.rouge_l_f"] == pytest.approx(100)


def test_the_manifest_can_repeat_the_run(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(NORMAL, shots=3)
    result = run_once(ws, engine, request, lambda _: None, CancelToken())
    spec = run_manifest(ws, result.run_id[:8])
    assert spec.model_sha256 == request.model.sha256
    assert spec.generate == request.generate
    assert (spec.shots, spec.template_id) == (3, "meds_bench")
    assert spec.loaded.context == 4096
    assert spec.packages["medsdesk"]
    assert any("rouge" in signature for signature in spec.metrics)


def test_without_a_reference_scores_say_why_there_are_none(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    result = run_once(
        ws, engine, make_request(NORMAL, references=()), lambda _: None, CancelToken()
    )
    assert result.scores
    assert all(s.value is None and s.reason for s in result.scores)


def test_a_stopped_answer_is_kept_as_incomplete_and_left_unscored(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request({"text": "one two three four five six", "token_seconds": 0.05})
    cancel = CancelToken()

    def stop_after_two(event: RunEvent) -> None:
        if isinstance(event, Streaming) and event.update.tokens >= 2:
            cancel.cancel()

    result = run_once(ws, engine, request, stop_after_two, cancel)
    assert result.output.completion.finish_reason == "cancelled"
    assert result.output.completion.text.startswith("one two")
    assert all(s.value is None and "incomplete" in (s.reason or "") for s in result.scores)
    assert recent_runs(ws)[0].incomplete == 1


def test_when_the_engine_dies_what_came_is_kept_and_the_next_run_works(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(
        {"when": "dies", "text": "one two three", "die_after": 2, "die": "kill"}, NORMAL
    )
    dying = make_request(model=request.model, text="This one dies.")
    result = run_once(ws, engine, dying, lambda _: None, CancelToken())
    completion = result.output.completion
    assert completion.finish_reason == "died"
    assert completion.text.split() == ["one", "two"]
    assert completion.error
    assert run_once(ws, engine, request, lambda _: None, CancelToken()).output.completion.complete
    assert len(answers(ws)) == 2


def test_a_prompt_that_does_not_fit_is_refused_with_the_counts_and_stores_nothing(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(NORMAL, shots=3, context=300)
    with pytest.raises(PromptTooLongError) as caught:
        run_once(ws, engine, request, lambda _: None, CancelToken())
    assert caught.value.prompt_tokens > caught.value.room == 300 - 64
    assert "fewer worked cases" in caught.value.hint
    assert answers(ws) == ()
    assert recent_runs(ws) == ()


def test_a_prompt_cut_from_the_left_is_marked_on_the_record(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    config = GenerateConfig(max_new_tokens=64, overflow="cut_left")
    request = make_request(NORMAL, shots=3, context=300, generate=config)
    result = run_once(ws, engine, request, lambda _: None, CancelToken())
    assert result.output.completion.cut_tokens > 0
    assert answers(ws)[0].output.completion.cut_tokens == result.output.completion.cut_tokens


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "   "}, "blank"),
        ({"task_id": "task999"}, "task999"),
        ({"task_id": "task19"}, "definition|cases"),
    ],
)
def test_what_cannot_be_run_is_refused_before_the_model_is_loaded(
    ws: Workspace,
    engine: Engine,
    make_request: MakeRequest,
    changes: dict[str, str],
    words: str,
) -> None:
    with pytest.raises(UserFacingError, match=f"(?i){words}"):
        run_once(ws, engine, make_request(NORMAL, **changes), lambda _: None, CancelToken())
    assert engine.pid is None


def test_preview_counts_with_the_model_and_says_whether_it_fits(
    engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(NORMAL, shots=3)
    quick = preview(engine, request, count=False)
    assert (quick.prompt.shots, quick.prompt_tokens, engine.pid) == (3, None, None)
    counted = preview(engine, request, count=True)
    assert counted.room == 4096 - 64
    assert counted.fits is True
    assert counted.prompt_tokens
    tight = preview(engine, make_request(NORMAL, shots=3, context=256), count=True)
    assert tight.fits is False


def test_an_answer_that_cannot_be_stored_is_handed_back(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request(NORMAL)

    def lock_out(event: RunEvent) -> None:
        if isinstance(event, Started):
            ws.db.execute("PRAGMA query_only = ON")

    with pytest.raises(AnswerNotSavedError, match="was not saved") as caught:
        run_once(ws, engine, request, lock_out, CancelToken())
    assert caught.value.text == NORMAL["text"]
    ws.db.execute("PRAGMA query_only = OFF")
    assert answers(ws) == ()
