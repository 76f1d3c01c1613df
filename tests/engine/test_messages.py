"""Messages on the pipe."""

from __future__ import annotations

import msgspec
import pytest

from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.server import ServerOffer
from medsdesk.engine.devices import DeviceInfo, EngineInfo
from medsdesk.engine.messages import (
    PROTOCOL,
    Cancel,
    Completed,
    Count,
    Counted,
    Describe,
    Described,
    Failed,
    Generate,
    ListServed,
    Load,
    Loaded,
    ProtocolError,
    Served,
    Shutdown,
    Started,
    ToClient,
    Tokens,
    ToWorker,
    decode_for_client,
    decode_for_worker,
    encode,
)

PROMPT = Prompt((Message("system", "Be brief."), Message("user", "日本語 😀\n")), "t", 2, 3)
MODEL = LoadedModel(4096, "gguf", "ab" * 32, ("CPU", "GPU"), 3, 31, "engine 1", 0.5)
KEY = "made-up-key-0123456789"
INFO = EngineInfo("engine 1", "1", "AVX2", (DeviceInfo("CPU", "cpu", 1 << 40, 5),))


@pytest.mark.parametrize(
    "message",
    [
        Load(1, LoadConfig("/models/a b.gguf", threads=2)),
        Load(1, LoadConfig("https://llm.example#a"), KEY),
        ListServed(1, "https://llm.example", KEY),
        Generate(2, PROMPT, GenerateConfig(temperature=0.7, overflow="cut_left")),
        Count(3, PROMPT),
        Describe(4, self_test=True),
        Cancel(5),
        Shutdown(6),
    ],
)
def test_to_the_worker_and_unchanged(message: ToWorker) -> None:
    assert decode_for_worker(encode(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Loaded(1, MODEL),
        Served(1, ServerOffer("vLLM 1", ("a", "b"))),
        Failed(7, "key", "It asks for a key.", "Keep one."),
        Counted(2, 17),
        Described(3, INFO),
        Started(4, 100, 20),
        Tokens(5, "€\x00", 2),
        Completed(6, "cancelled", 9),
        Failed(7, "too_long", "It is too long.", "Cut it.", 9, 4),
    ],
)
def test_to_the_client_and_unchanged(message: ToClient) -> None:
    assert decode_for_client(encode(message)) == message


def _wire(**changes: object) -> bytes:
    body = {"protocol": PROTOCOL, "kind": "Cancel", "message": {"request": 1}, **changes}
    return msgspec.msgpack.encode(body)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode([1, 2]),
        _wire(protocol=PROTOCOL + 1),
        _wire(kind="Tokens"),
        _wire(kind="Evil"),
        _wire(message={"request": "secret"}),
        _wire(message=None),
    ],
)
def test_anything_else_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode_for_worker(data)
    assert "secret" not in str(caught.value)


def test_a_key_is_in_no_words_of_a_message() -> None:
    for message in (Load(1, LoadConfig("https://a"), KEY), ListServed(1, "https://a", KEY)):
        assert KEY not in f"{message} {message!r}"


def test_the_client_takes_no_orders() -> None:
    with pytest.raises(ProtocolError):
        decode_for_client(encode(Cancel(1)))


def test_a_lone_surrogate_cannot_be_sent() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode(Tokens(1, "\ud800", 1))
