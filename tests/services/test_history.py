"""Looking back at what was run."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import run_once
from medsdesk.services.history import Queue, answer_of, answers, queue_of, recent_runs, run_manifest
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest


def test_newest_first_with_counts(ws: Workspace, engine: Engine, make_request: MakeRequest) -> None:
    request = make_request({"text": "Clear."})
    first = run_once(ws, engine, request, lambda _: None, CancelToken())
    second = run_once(ws, engine, request, lambda _: None, CancelToken())
    assert [r.output.id for r in answers(ws)] == [second.output.id, first.output.id]
    assert [r.output.id for r in answers(ws, first.run_id)] == [first.output.id]
    assert [r.output.id for r in answers(ws, limit=1)] == [second.output.id]
    summary = recent_runs(ws)[0]
    assert (summary.id, summary.outputs, summary.rated, summary.incomplete) == (
        second.run_id,
        1,
        0,
        0,
    )
    assert run_manifest(ws, second.run_id).model_name == request.model.name
    assert answer_of(ws, first.output.id) == answers(ws)[1]
    with pytest.raises(UserFacingError, match="no answer with the id 'nothing'"):
        answer_of(ws, "nothing")


def test_a_run_of_one_text_has_no_queue(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    result = run_once(ws, engine, make_request({"text": "x"}), lambda _: None, CancelToken())
    assert queue_of(ws, result.run_id) == Queue(0, 0, 0, ())
