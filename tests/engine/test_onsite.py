"""The backend that is a server: every way an answer can go, and nothing sent that may not be."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.backend import (
    Event,
    Job,
    JobEnded,
    JobFailed,
    JobTooLong,
    LoadCancelledError,
    NewToken,
)
from medsdesk.engine.onsite import OnsiteBackend, create
from medsdesk.engine.onsite_patience import ServerPatience
from tests.onsite_server import (
    DONE,
    GOOD,
    MODEL,
    WHOLE,
    OnsiteServer,
    Reply,
    counted,
    piece,
    write_policy,
)

QUICK = ServerPatience(
    connect=2, first=0.5, between=0.3, question=2, count=1, end=0.3, tries=3, first_wait=0.02
)
PROMPT = Prompt((Message("system", "Be brief."), Message("user", "A made-up note.")), "test", 1, 0)
CONFIG = GenerateConfig(max_new_tokens=20, temperature=0.5, top_p=0.9, seed=7)


def never() -> bool:
    return False


@pytest.fixture
def backend(onsite_server: OnsiteServer) -> Iterator[OnsiteBackend]:
    made = OnsiteBackend(QUICK)
    yield made
    made.close()


def load(backend: OnsiteBackend, server: OnsiteServer, slots: int = 1) -> Any:
    return backend.load(LoadConfig(server.path, slots=slots), never)


def start(backend: OnsiteBackend, request: int = 1, config: GenerateConfig = CONFIG) -> None:
    tokens = backend.tokenise(PROMPT).tokens
    backend.start(Job(request, PROMPT, tokens, config))


def finish(backend: OnsiteBackend, count: int = 1) -> tuple[str, list[Event]]:
    """Return the text and the last events of some answers."""
    text, ends = b"", list[Event]()
    limit = time.monotonic() + 20
    while len(ends) < count and time.monotonic() < limit:
        for event in backend.step(never):
            if isinstance(event, NewToken):
                text += event.data
            else:
                ends.append(event)
    return text.decode(), ends


def answer(backend: OnsiteBackend, server: OnsiteServer, *replies: Reply) -> tuple[str, Event]:
    load(backend, server)
    server.replies.extend(replies)
    start(backend)
    text, ends = finish(backend)
    return text, ends[0]


def test_an_answer_comes_with_the_servers_own_counts(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    assert answer(backend, onsite_server) == ("No effusion.", JobEnded(1, "stop", 3, 12))
    body = onsite_server.chats[0]
    assert body["model"] == MODEL
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "A made-up note."},
    ]
    sampling = (body["max_tokens"], body["temperature"], body["top_p"], body["seed"])
    assert sampling == (20, 0.5, 0.9, 7)


def test_what_is_loaded_is_what_the_server_tells(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    onsite_server.be_llama_cpp(context=300)
    loaded = load(backend, onsite_server)
    assert (loaded.context, loaded.chat_template, loaded.served) == (300, "server", MODEL)
    assert loaded.engine == "llama.cpp server b7000-abcdef"
    assert loaded.devices == (f"127.0.0.1:{onsite_server.port}",)
    assert len(backend.tokenise(PROMPT).tokens) == 5
    assert backend.describe().engine == loaded.engine


def test_a_prompt_that_is_not_counted_is_sent_all_the_same(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    onsite_server.be_llama_cpp()
    load(backend, onsite_server)
    onsite_server.posts.clear()
    assert backend.tokenise(PROMPT).tokens == ()
    start(backend)
    assert finish(backend)[0] == "No effusion."


def _failure(server: OnsiteServer, event: Event) -> str:
    assert isinstance(event, JobFailed), event
    assert event.hint
    # Nothing of what was answered is in the words.
    assert "effusion" not in f"{event.message} {event.hint}"
    return event.message.replace(f"127.0.0.1:{server.port}", "HOST")


LONG = piece("effusion " * 200_000).removesuffix("\n\n")
BROKEN = [
    (Reply(GOOD[:2], cut=True), "No ", "The connection to the server HOST broke off."),
    (Reply(GOOD[:2]), "No ", "The server HOST ended the answer without saying that it is whole."),
    (Reply((*GOOD[:2], DONE)), "No ", "The server HOST ended the answer without saying"),
    (Reply((*GOOD[:2], 'data: {"choi')), "No ", "The server HOST ended the answer without saying"),
    (Reply((*GOOD[:2], 'data: {"choi', "\n")), "No ", "What the server HOST answers cannot be"),
    (Reply(("data: [1]\n\n",)), "", "What the server HOST answers cannot be read."),
    (Reply(("data: {'effusion'}\n\n",)), "", "What the server HOST answers cannot be read."),
    (Reply(('data: {"choices": {"effusion": 1}}\n\n',)), "", "What the server HOST answers"),
    (Reply(('data: {"choices": [{"delta": {"content": 7}}]}\n\n',)), "", "What the server HOST"),
    (Reply(("data: " + "[" * 200_000 + "\n\n",)), "", "What the server HOST answers cannot be"),
    (Reply((*GOOD[:2], LONG)), "No ", "What the server HOST answers cannot be read."),
    (Reply(headers={"content-type": "text/html"}), "", "What the server HOST answers cannot be"),
    (Reply((*GOOD[:2], 'data: {"error": {"message": "effusion"}}\n\n')), "No ",
     "The server HOST failed while it answered."),
    (Reply((*GOOD[:2], "error: effusion\n\n")), "No ", "The server HOST failed while"),
    (Reply((*GOOD[:2], piece(reason="content_filter"))), "No ", "The server HOST ended"),
    (Reply((piece("effusion "),) * 90), None, "The server HOST does not keep to the limit"),
    (Reply((*GOOD[:2],), hold=True), "No ", "The server HOST sent no more of its answer for 0.3"),
    (Reply((": alive\n\n",) * 40, pause=0.05), "", "The server HOST sent no answer for 0.5"),
    (Reply(status=302, headers={"location": "http://127.0.0.1:9/v1"}), "", "The server HOST sends"),
    (Reply(status=401), "", "The server HOST asks for a key, and none is kept for it (401)."),
    (Reply(status=403), "", "The server HOST refuses the request (403)."),
    (Reply(status=404), "", "The server HOST has no such address or model (404)."),
    (Reply(status=400, body={"error": {"message": "effusion"}}), "", "The server HOST does not"),
    (Reply(status=500, body="effusion"), "", "The server HOST has trouble of its own (500)."),
    (Reply(status=429, headers={"retry-after": "3600"}), "", "The server HOST is asked by"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "text", "words"), BROKEN)
def test_whatever_goes_wrong_is_one_sentence_and_what_came_is_kept(
    reply: Reply, text: str | None, words: str, backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    got, end = answer(backend, onsite_server, reply)
    assert _failure(onsite_server, end).startswith(words)
    assert text is None or got == text
    # It is not asked again: something had come, or another try would not help.
    assert len(onsite_server.chats) == 1
    # The next answer is a whole one.
    start(backend, 2)
    assert finish(backend) == ("No effusion.", [JobEnded(2, "stop", 3, 12)])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429), Reply(status=502, body="<html>"), Reply(status=503), Reply(status=504),
        Reply(status=503, headers={"retry-after": "0"}), Reply(cut_at_once=True),
        Reply((), cut=True),
        Reply(status=429, headers={"retry-after": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        Reply(status=503, headers={"retry-after": "effusion"}),
    ],
)  # fmt: skip
def test_what_passes_is_tried_again_as_long_as_nothing_came(
    reply: Reply, backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    ended = answer(backend, onsite_server, replace(reply), replace(reply))
    assert ended == ("No effusion.", JobEnded(1, "stop", 3, 12))
    assert len(onsite_server.chats) == 3
    onsite_server.replies.extend([replace(reply) for _ in range(3)])
    start(backend, 2)
    assert isinstance(finish(backend)[1][0], JobFailed)
    assert len(onsite_server.chats) == 6


def test_a_server_that_asks_to_wait_is_not_asked_before(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    began = time.monotonic()
    answer(backend, onsite_server, Reply(status=503, headers={"retry-after": "1"}))
    assert time.monotonic() - began >= 1


def test_a_server_that_is_gone_is_told_of(
    backend: OnsiteBackend, onsite_server: OnsiteServer, unused_port: int, tmp_path: Path
) -> None:
    gone = f"http://127.0.0.1:{unused_port}/v1"
    write_policy(tmp_path / "policy.toml", gone)
    with pytest.raises(UserFacingError, match="nothing listens there") as caught:
        backend.load(LoadConfig(gone), never)
    assert "port" in caught.value.hint


TOO_LONG = [
    ({"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 900,
                "n_ctx": 512, "message": "effusion"}}, (900, 492)),
    ({"error": {"message": "This model's maximum context length is 512 tokens. However, you "
                "requested 920 tokens (900 in the messages, 20 in the completion).",
                "code": "context_length_exceeded"}}, (900, 492)),
    ({"message": "This model's maximum context length is 512 tokens. However, your request has "
      "900 input tokens.", "object": "error", "code": 400}, (900, 492)),
    ({"error": {"message": "effusion", "code": "context_length_exceeded"}}, (0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "counts"), TOO_LONG)
def test_a_prompt_that_is_too_long_is_told_as_such(
    body: object, counts: tuple[int, int], backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    text, end = answer(backend, onsite_server, Reply(status=400, body=body))
    assert isinstance(end, JobTooLong)
    assert (text, end.prompt_tokens, end.room) == ("", *counts)


def test_a_prompt_that_the_server_cut_is_no_whole_answer(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    onsite_server.be_llama_cpp()
    onsite_server.posts["/tokenize"] = lambda _: {"tokens": list(range(900))}
    text, end = answer(backend, onsite_server, Reply((*GOOD, counted(12, 3), DONE)))
    assert text == "No effusion."
    assert _failure(onsite_server, end).startswith("The server HOST read 12 of the prompt's 900")


def test_thoughts_are_no_part_of_the_answer_but_show_life(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    thoughts = (piece(reasoning_content="effusion? "),) * 8
    reply = Reply((*thoughts, *WHOLE), pause=0.1)
    assert answer(backend, onsite_server, reply) == ("No effusion.", JobEnded(1, "stop", 3, 12))


@pytest.mark.parametrize(
    ("parts", "end"),
    [
        ((*GOOD[:3], piece(reason="length"), counted(4, 20), DONE), JobEnded(1, "length", 20, 4)),
        (GOOD, JobEnded(1, "stop")),
        (tuple(part.replace("\n", "\r\n") for part in WHOLE), JobEnded(1, "stop", 3, 12)),
        (("event: message\nid: 1\n", ": ping\n\n", *WHOLE), JobEnded(1, "stop", 3, 12)),
        (("".join(WHOLE),), JobEnded(1, "stop", 3, 12)),
        (tuple("".join(WHOLE)), JobEnded(1, "stop", 3, 12)),
    ],
)
def test_every_way_to_send_a_whole_answer_is_one(
    parts: tuple[str, ...], end: JobEnded, backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    assert answer(backend, onsite_server, Reply(parts)) == ("No effusion.", end)


def test_a_server_that_holds_on_after_a_whole_answer_is_let_go(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    for parts in (GOOD, WHOLE):
        got = answer(backend, onsite_server, Reply(parts, hold=True))
        assert got[0] == "No effusion."
        assert isinstance(got[1], JobEnded)


def test_dropping_an_answer_closes_its_connection_at_once(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    load(backend, onsite_server)
    onsite_server.replies.append(Reply(GOOD[:3], hold=True))
    start(backend)
    while not backend.step(never):
        pass
    backend.drop(1)
    assert onsite_server.left.wait(2)
    start(backend, 2)
    assert finish(backend) == ("No effusion.", [JobEnded(2, "stop", 3, 12)])


def test_dropping_a_question_that_waits_for_another_try_ends_it(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    load(backend, onsite_server)
    onsite_server.replies.append(Reply(status=503, headers={"retry-after": "30"}))
    start(backend)
    seen: list[int] = []

    def attend() -> bool:
        seen.append(1)
        return len(seen) > 10

    assert backend.step(attend) == ()
    backend.drop(1)
    assert backend.step(never) == ()


def test_as_many_are_asked_at_a_time_as_there_are_slots(
    backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    load(backend, onsite_server, slots=3)
    assert backend.slots == 3
    onsite_server.replies.extend(Reply(pause=0.05) for _ in range(3))
    for request in (1, 2, 3):
        start(backend, request)
    _, ends = finish(backend, 3)
    assert {event.request for event in ends} == {1, 2, 3}
    assert onsite_server.busiest == 3


def test_a_key_goes_with_every_request(backend: OnsiteBackend, onsite_server: OnsiteServer) -> None:
    onsite_server.key = "made-up-key"
    with pytest.raises(KeyWantedError, match="asks for a key, and none is kept"):
        load(backend, onsite_server)
    backend.sign_in("another-key")
    with pytest.raises(KeyWantedError, match="does not accept the key") as caught:
        load(backend, onsite_server)
    assert "another-key" not in str(caught.value)
    backend.sign_in("made-up-key")
    onsite_server.be_llama_cpp()
    onsite_server.asked.clear()
    onsite_server.signed.clear()
    assert answer(backend, onsite_server) == ("No effusion.", JobEnded(1, "stop", 3, 5))
    assert [path for path, _ in onsite_server.signed] == [path for path, _ in onsite_server.asked]
    assert {header for _, header in onsite_server.signed} == {"Bearer made-up-key"}
    onsite_server.key = "a-new-key"
    start(backend, 2)
    assert "does not accept the key" in _failure(onsite_server, finish(backend)[1][0])


def test_a_load_can_be_stopped(backend: OnsiteBackend, onsite_server: OnsiteServer) -> None:
    with pytest.raises(LoadCancelledError):
        backend.load(LoadConfig(onsite_server.path), lambda: True)


_audit: list[str] | None = None


def _listen(event: str, args: Sequence[Any]) -> None:
    if _audit is not None and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        _audit.append(f"{event} {args[1] if event == 'socket.connect' else args[0]}")


@pytest.fixture
def sockets() -> Iterator[list[str]]:
    """Return what this process tries to connect to."""
    global _audit  # noqa: PLW0603 - an audit hook cannot be taken away
    if _audit is None:
        sys.addaudithook(_listen)
    _audit = []
    yield _audit
    _audit = []


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/v1", "https://127.0.0.1:{port}/v1", "http://localhost:{port}/v1"],
)
def test_nothing_goes_to_an_address_that_the_policy_does_not_name(
    address: str, sockets: list[str], backend: OnsiteBackend, onsite_server: OnsiteServer
) -> None:
    with pytest.raises(UserFacingError, match="does not name it"):
        backend.load(LoadConfig(address.format(port=onsite_server.port)), never)
    assert sockets == []
    assert onsite_server.asked == []


def test_whatever_a_server_answers_only_it_is_asked(
    sockets: list[str],
    backend: OnsiteBackend,
    onsite_server: OnsiteServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    reply = Reply(status=307, headers={"location": "http://127.0.0.1:9/v1/chat/completions"})
    answer(backend, onsite_server, reply)
    start(backend, 2)
    finish(backend)
    own = f"('127.0.0.1', {onsite_server.port})"
    assert {line.partition(" ")[2] for line in sockets} <= {own, "127.0.0.1"}
    assert any(own in line for line in sockets)


def test_the_worker_makes_it_by_name() -> None:
    made = create()
    assert made.slots == 1
    made.self_test()
    made.close()
