"""The steps every run is made of; whole runs are tested with their services."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import Completion, FinishReason
from medsdesk.core.score import Score
from medsdesk.core.task import Task
from medsdesk.engine.client import Engine
from medsdesk.metrics import scoring
from medsdesk.services.answering import score_completion
from medsdesk.services.evaluate import run_once
from medsdesk.services.history import answers
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.registry import find_task
from medsdesk.tasks.samples import make_sample
from tests.services.conftest import MakeRequest

TASK = find_task("task112")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("stop", None),
        ("length", None),
        ("cancelled", "the answer is incomplete: it was stopped"),
        ("died", "the answer is incomplete: the engine ended"),
    ],
)
def test_only_whole_answers_have_values(reason: FinishReason, words: str | None) -> None:
    sample = make_sample(TASK, "Made-up findings.", ["Normal."], "pasted")
    scores = score_completion(TASK, sample, Completion("Normal.", reason, 1, 1, 1.0, 1.0))
    assert scores
    for score in scores:
        assert (score.value is None) == (words is not None)
        if words:
            assert score.reason == words


def test_a_metric_that_fails_leaves_the_answer_unscored_with_the_reason(
    ws: Workspace,
    engine: Engine,
    make_request: MakeRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = scoring.score

    def fail(
        task: Task, output: str, references: Sequence[str], language: str, source_text: str = ""
    ) -> tuple[Score, ...]:
        if references:
            raise ValueError(output)
        return whole(task, output, references, language, source_text)

    monkeypatch.setattr(scoring, "score", fail)
    request = make_request({"text": "ZebraAnswerZebra."})
    result = run_once(ws, engine, request, lambda _: None, CancelToken())
    assert result.scores
    assert {s.reason for s in result.scores} == {"the metric failed on this answer (ValueError)"}
    assert answers(ws)[0].scores == result.scores
    assert "ValueError" in caplog.text
    assert "Zebra" not in caplog.text
    caplog.clear()
