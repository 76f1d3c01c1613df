"""Lines of a stream give text, an end and counts, or one fault; whatever they hold."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.onsite_faults import ServerError, ServerFaults
from medsdesk.engine.onsite_stream import AnswerStream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "content", "finish_reason", "usage", "error"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture
def stream() -> AnswerStream:
    return AnswerStream(ServerFaults("host:1"))


@pytest.mark.parametrize("line", [b"", b": ping", b"event: message", b"id: 7", b"data: [DONE]"])
def test_lines_without_news(line: bytes, stream: AnswerStream) -> None:
    assert stream.take(line) is None
    assert stream.reason is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [("stop", "stop"), ("eos_token", "stop"), ("length", "length")],
)
def test_ends(told: str, reason: str, stream: AnswerStream) -> None:
    event = {"choices": [{"delta": {"content": "a"}, "finish_reason": told}]}
    assert stream.take(b"data:" + json.dumps(event).encode()) == "a"
    assert stream.reason == reason


@given(JSON)
def test_any_json_is_news_or_a_fault(value: object) -> None:
    stream = AnswerStream(ServerFaults("host:1"))
    with suppress(ServerError):
        text = stream.take(b"data: " + json.dumps(value).encode())
        assert text is None or isinstance(text, str)


@given(st.binary(max_size=60))
def test_any_bytes_are_news_or_a_fault(data: bytes) -> None:
    stream = AnswerStream(ServerFaults("host:1"))
    for line in data.split(b"\n"):
        with suppress(ServerError):
            stream.take(b"data:" + line)
    assert stream.reason is None
