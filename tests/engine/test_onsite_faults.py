"""Each status is one sentence and one hint, and only what passes is worth another try."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import KeyWantedError
from medsdesk.engine.onsite_faults import ServerFaults, plain

FAULTS = ServerFaults("llm.example:8000")


@pytest.mark.parametrize("status", [300, 307, 400, 401, 403, 404, 405, 413, 418, 422, 500, 501])
def test_statuses_that_stay(status: int) -> None:
    fault = FAULTS.status(status, None)
    assert not fault.passing
    assert "llm.example:8000" in fault.message
    assert fault.message.endswith(".")
    assert fault.hint.endswith(".")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_statuses_that_pass(status: int) -> None:
    fault = FAULTS.status(status, 7.0)
    assert (fault.passing, fault.wait) == (True, 7.0)


def test_a_key_that_is_wanted_and_one_that_is_refused_are_told_apart() -> None:
    signed = ServerFaults("llm.example:8000", signed=True)
    assert "asks for a key, and none is kept" in FAULTS.status(401, None).message
    assert "does not accept the key" in signed.status(401, None).message
    assert "with the key" in signed.status(403, None).message
    assert "with the key" not in FAULTS.status(403, None).message
    assert isinstance(FAULTS.status(401, None), KeyWantedError)
    assert "models key set" in FAULTS.status(401, None).hint


def test_a_model_that_is_not_there_is_told_with_those_that_are() -> None:
    fault = FAULTS.no_model("x", tuple("abcdef"))
    assert (
        fault.message == "The server llm.example:8000 has no model 'x'; it has: a, b, c, d, e, …."
    )
    assert "more than one model" in FAULTS.no_model("", ("a", "b")).message
    assert "it has: none" in FAULTS.no_model("x", ()).message


def test_names_from_a_server_are_one_short_line() -> None:
    assert plain("a\n\x1b[31mb\u202e") == "a[31mb"
    assert len(plain("x" * 999)) == 200
