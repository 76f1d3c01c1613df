"""The scheduler, in a thread of this process, message by message."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest

from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.messages import (
    Cancel,
    Completed,
    Count,
    Counted,
    Failed,
    Generate,
    Load,
    Loaded,
    Shutdown,
    Started,
    ToClient,
    Tokens,
    ToWorker,
    decode_for_client,
    encode,
)
from medsdesk.engine.worker import Worker


def prompt(text: str) -> Prompt:
    return Prompt((Message("user", text),), "test", 1, 0)


class Line:
    """The client's end of a worker's pipe."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe

    def send(self, *messages: ToWorker) -> None:
        for message in messages:
            self.pipe.send_bytes(encode(message))

    def receive(self) -> ToClient:
        assert self.pipe.poll(10), "the worker says nothing"
        return decode_for_client(self.pipe.recv_bytes())

    def load(self, *replies: dict[str, Any], **script: Any) -> None:
        text = json.dumps({"replies": replies, **script})
        self.send(Load(1, LoadConfig(f"fake:{text}", context=50)))
        assert isinstance(self.receive(), Loaded)


@pytest.fixture
def line() -> Iterator[Line]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    thread = threading.Thread(target=Worker(theirs, "medsdesk.engine.fake").run)
    thread.start()
    yield Line(ours)
    ours.close()  # the parent is gone
    thread.join(10)
    assert not thread.is_alive()
    theirs.close()


CONFIG = GenerateConfig(max_new_tokens=5)


def test_requests_are_answered_in_their_order(line: Line) -> None:
    line.load({"tell": "prompt"})
    line.send(Generate(2, prompt("one"), CONFIG), Generate(3, prompt("two"), CONFIG))
    assert [line.receive() for _ in range(6)] == [
        Started(2, 2, 0),
        Tokens(2, "one", 1),
        Completed(2, "stop", 1),
        Started(3, 2, 0),
        Tokens(3, "two", 1),
        Completed(3, "stop", 1),
    ]


def test_a_request_waits_for_the_one_that_is_said_to_follow(line: Line) -> None:
    line.load({"tell": "prompt"}, slots=2)
    line.send(Generate(2, prompt("one"), CONFIG, more=True))
    assert not line.pipe.poll(0.5)
    line.send(Generate(3, prompt("two"), CONFIG))
    assert {line.receive() for _ in range(2)} == {Started(2, 2, 0), Started(3, 2, 0)}


def test_a_request_does_not_wait_for_ever(line: Line) -> None:
    line.load({"tell": "prompt"}, slots=2)
    line.send(Generate(2, prompt("one"), CONFIG, more=True))
    assert line.receive() == Started(2, 2, 0)


def test_a_stop_while_more_is_waited_for(line: Line) -> None:
    line.load({"tell": "prompt"}, slots=2)
    line.send(Generate(2, prompt("one"), CONFIG, more=True), Cancel(2))
    assert line.receive() == Completed(2, "cancelled", 0)


def test_a_count_overtakes_what_is_queued(line: Line) -> None:
    line.load({"text": "a", "prompt_seconds": 0.3})
    line.send(Generate(2, prompt("long"), CONFIG), Count(3, prompt("a b c")))
    first, second = line.receive(), line.receive()
    assert {first, second} == {Started(2, 2, 0), Counted(3, 4)}
    assert line.receive() == Tokens(2, "a", 1)


def test_a_cancel_of_the_queued_and_of_the_running(line: Line) -> None:
    line.load({"text": "a", "prompt_seconds": 30})
    line.send(Generate(2, prompt("x"), CONFIG))
    assert line.receive() == Started(2, 2, 0)
    line.send(Generate(3, prompt("y"), CONFIG), Cancel(3), Cancel(2))
    ends = {line.receive(), line.receive()}
    assert ends == {Completed(2, "cancelled", 0), Completed(3, "cancelled", 0)}


def test_a_cancel_that_comes_too_late(line: Line) -> None:
    line.load({"text": "a"})
    line.send(Cancel(99), Generate(2, prompt("x"), CONFIG))
    assert [type(line.receive()) for _ in range(3)] == [Started, Tokens, Completed]


def test_a_load_can_be_cancelled(line: Line) -> None:
    config = LoadConfig('fake:{"load_seconds": 30}')
    line.send(Load(7, config), Cancel(7))
    assert line.receive() == Failed(7, "cancelled", "")


def test_shutdown_ends_even_in_mid_load(line: Line) -> None:
    line.send(Load(7, LoadConfig('fake:{"load_seconds": 30}')))
    time.sleep(0.2)
    line.send(Shutdown(0))
    assert line.receive() == Failed(7, "cancelled", "")


def test_a_bug_fails_all_that_runs_and_no_more(line: Line) -> None:
    line.load({"when": "bad", "text": "a b", "raise_after": 1}, {"text": "c"})
    line.send(Generate(2, prompt("bad secret"), CONFIG), Generate(3, prompt("good"), CONFIG))
    received = [line.receive() for _ in range(6)]
    failed = received[2]
    assert isinstance(failed, Failed)
    assert (failed.request, failed.kind) == (2, "bug")
    assert "secret" not in failed.message
    assert received[-1] == Completed(3, "stop", 1)


@pytest.mark.parametrize(
    ("path", "kind"), [("fake:{}", "too_long"), ("fake:{", "user"), ("nowhere.json", "user")]
)
def test_failures_of_every_kind(line: Line, path: str, kind: str) -> None:
    line.send(Load(1, LoadConfig(path, context=50)))
    answer = line.receive()
    if isinstance(answer, Loaded):
        line.send(Generate(2, prompt("w " * 60), CONFIG))
        answer = line.receive()
    assert isinstance(answer, Failed)
    assert (answer.kind, bool(answer.hint)) == (kind, True)


def test_memory_that_ran_out_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("medsdesk.engine.fake.ScriptedBackend.load", load)
    line.send(Load(3, LoadConfig("fake:{}")))
    answer = line.receive()
    assert isinstance(answer, Failed)
    assert (answer.kind, answer.message) == ("user", "The engine ran out of memory.")


def test_of_several_answers_the_pieces_come_together_and_none_is_lost(line: Line) -> None:
    words = "one two three four five"
    line.load({"text": words}, slots=2)
    asked = (Generate(2, prompt("a"), CONFIG, more=True), Generate(3, prompt("b"), CONFIG))
    line.send(*asked)
    told: dict[int, list[Tokens]] = {2: [], 3: []}
    ended: dict[int, Completed] = {}
    while len(ended) < len(asked):
        message = line.receive()
        if isinstance(message, Tokens):
            told[message.request].append(message)
        elif isinstance(message, Completed):
            ended[message.request] = message
    for request, pieces in told.items():
        assert "".join(piece.text for piece in pieces) == words
        assert pieces[-1].tokens == ended[request].tokens == 5
        assert len(pieces) < 5
