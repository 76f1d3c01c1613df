"""A server is asked for its models in a process of its own, signed in and stopped at will."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, KeyWantedError, UserFacingError
from medsdesk.engine.inquiry import list_served
from tests.onsite_server import MODEL, OnsiteServer, write_policy

KEY = "made-up-key-0123456789"


def test_models_are_listed_with_a_key(onsite_server: OnsiteServer) -> None:
    onsite_server.be_llama_cpp()
    onsite_server.key = KEY
    offer = list_served(onsite_server.address, KEY)
    assert (offer.build, offer.models) == ("llama.cpp server b7000-abcdef", (MODEL,))
    for key in ("", "other"):
        with pytest.raises(KeyWantedError):
            list_served(onsite_server.address, key)


def test_a_server_that_the_policy_does_not_name_is_not_asked(
    onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    write_policy(tmp_path / "policy.toml")
    with pytest.raises(UserFacingError, match="does not name it"):
        list_served(onsite_server.address, KEY)
    assert onsite_server.asked == []


def test_asking_can_be_stopped(onsite_server: OnsiteServer) -> None:
    onsite_server.slow = 8
    cancel = CancelToken()
    threading.Timer(2, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        list_served(onsite_server.address, "", cancel)
    assert time.monotonic() - began < 10
