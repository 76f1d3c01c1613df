"""A refusal is a prompt that is too long only where the server says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.onsite_refusals import too_long

OLD_VLLM = (
    "'max_tokens' or 'max_completion_tokens' is too large: 500. This model's maximum context "
    "length is 512 tokens and your request has 100 input tokens (500 > 512 - 100)."
)


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        (OLD_VLLM, (100, 512)),
        ("the request exceeds the available context size, try increasing it", (0, 0)),
        ("Requested tokens (5000) exceed context window of 512", (0, 0)),
        ("The model `x` does not exist.", None),
        ("", None),
    ],
)
def test_the_words_of_servers(message: str, counts: tuple[int, int] | None) -> None:
    assert too_long(json.dumps({"error": {"message": message}}).encode()) == counts
    assert too_long(json.dumps({"message": message}).encode()) == counts


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda t: json.dumps(t).encode()))
def test_anything_else_is_none(data: bytes) -> None:
    assert too_long(data) is None


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=6))
def test_odd_fields_do_no_harm(value: object) -> None:
    body = {"error": {"type": "exceed_context_size_error", "n_ctx": value, "message": value}}
    found = too_long(json.dumps(body).encode())
    assert found is not None
    assert all(number >= 0 for number in found)
