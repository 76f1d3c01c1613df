"""The scripted backend by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.backend import Backend, Event, Job, JobEnded, LoadCancelledError, NewToken
from medsdesk.engine.fake import create


def never() -> bool:
    return False


def job(text: str, request: int = 1, limit: int = 9) -> Job:
    prompt = Prompt((Message("user", text),), "test", 1, 0)
    return Job(request, prompt, (0, 1), GenerateConfig(max_new_tokens=limit))


def loaded(**script: Any) -> Backend:
    backend: Backend = create()
    backend.load(LoadConfig("fake:" + json.dumps(script)), never)
    return backend


def run(backend: Backend, steps: int = 20) -> list[Event]:
    return [event for _ in range(steps) for event in backend.step(never)]


def test_a_script_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text('{"replies": [{"text": "für alle"}]}', encoding="utf-8")
    backend = create()
    model = backend.load(LoadConfig(str(path), context=99), never)
    assert (model.context, model.engine) == (99, "scripted 1")
    backend.start(job("x"))
    assert run(backend) == [
        NewToken(1, "für".encode()),
        NewToken(1, b" alle"),
        JobEnded(1, "stop"),
    ]


@pytest.mark.parametrize("path", ["nowhere.json", "fake:no json", 'fake:{"slots": "many"}'])
def test_a_script_that_is_none(path: str) -> None:
    with pytest.raises(UserFacingError, match="script"):
        create().load(LoadConfig(path), never)


def test_slots_answer_side_by_side() -> None:
    backend = loaded(replies=[{"when": "^a", "text": "1 2"}, {"text": "3"}], slots=2)
    assert backend.slots == 2
    backend.start(job("a", 1))
    backend.start(job("b", 2))
    events = run(backend)
    assert [event.request for event in events] == [1, 2, 1, 2, 1]
    assert events[-1] == JobEnded(1, "stop")


def test_no_rule_and_no_room() -> None:
    backend = loaded(replies=[{"when": "never", "text": "x"}])
    backend.start(job("a"))
    assert run(backend) == [JobEnded(1, "stop")]
    backend = loaded(replies=[{"text": "x y"}])
    backend.start(job("a", limit=1))
    assert run(backend) == [NewToken(1, b"x"), JobEnded(1, "length")]


def test_a_slow_load_listens() -> None:
    with pytest.raises(LoadCancelledError):
        create().load(LoadConfig('fake:{"load_seconds": 30}'), lambda: True)


def test_a_dropped_job_says_no_more() -> None:
    backend = loaded(replies=[{"text": "a b"}])
    backend.start(job("x"))
    backend.step(never)
    backend.drop(1)
    assert run(backend) == []
    backend.close()
