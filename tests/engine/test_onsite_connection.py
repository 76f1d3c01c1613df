"""One server is asked, straight and encrypted where its address says so."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from medsdesk.core.server import read_address
from medsdesk.engine.onsite_connection import Connection
from medsdesk.engine.onsite_faults import ServerError
from medsdesk.engine.onsite_patience import ServerPatience
from tests.onsite_server import OnsiteServer, Reply, serving

QUICK = ServerPatience(connect=1)
KEY = "made-up-key-0123456789"


def ask(address: str, path: str, body: object = None, key: str = "", url: str = "") -> object:
    async def work() -> object:
        connection = Connection(read_address(address), QUICK, 1, key)
        try:
            return await connection.ask(url or read_address(address).root + path, body)
        finally:
            await connection.close()

    return asyncio.run(work())


def test_json_is_read_and_an_unknown_address_is_none(onsite_server: OnsiteServer) -> None:
    assert ask(onsite_server.address, "/v1/models") == onsite_server.facts["/v1/models"]
    assert ask(onsite_server.address, "/unknown") is None
    onsite_server.posts["/tokenize"] = lambda body: body
    assert ask(onsite_server.address, "/tokenize", {"a": "ä"}) == {"a": "ä"}


@pytest.mark.parametrize(
    "told", ["<html>", "[" * 100_000, json.dumps("x" * 9_000_000)], ids=["html", "deep", "huge"]
)
def test_anything_else_is_unreadable(told: Any, onsite_server: OnsiteServer) -> None:
    onsite_server.facts["/props"] = told
    with pytest.raises(ServerError, match="cannot be read"):
        ask(onsite_server.address, "/props")


def test_a_plain_server_at_an_encrypted_address(onsite_server: OnsiteServer) -> None:
    with pytest.raises(ServerError, match="No encrypted connection") as caught:
        ask(onsite_server.address.replace("http:", "https:"), "/v1/models")
    assert not caught.value.passing


def test_nothing_listens(onsite_server: OnsiteServer, unused_port: int) -> None:
    with pytest.raises(ServerError, match="nothing listens there") as caught:
        ask(f"http://127.0.0.1:{unused_port}", "/v1/models")
    assert caught.value.passing


def test_a_key_goes_to_its_own_origin_and_nowhere_else(onsite_server: OnsiteServer) -> None:
    ask(onsite_server.address, "/v1/models", key=KEY)
    assert onsite_server.signed == [("/v1/models", f"Bearer {KEY}")]
    with serving() as other:
        ask(onsite_server.address, "", key=KEY, url=f"{other.address}/models")
        assert other.asked
        assert other.signed == []


def test_a_redirect_is_not_followed_with_a_key(onsite_server: OnsiteServer) -> None:
    with serving() as other:
        headers = {"location": f"{other.address}/models"}
        onsite_server.replies.append(Reply(status=307, headers=headers))
        with pytest.raises(ServerError, match="sends to another address"):
            ask(onsite_server.address, "/v1/chat/completions", {"messages": []}, KEY)
        assert other.asked == []


def test_a_key_is_not_sent_in_the_open() -> None:
    address = read_address("http://llm.hospital.example:8000")
    with pytest.raises(ServerError, match="not encrypted, so no key is sent") as caught:
        Connection(address, QUICK, 1, KEY)
    assert KEY not in str(caught.value)


def test_a_key_is_in_no_word_of_what_holds_it(onsite_server: OnsiteServer) -> None:
    connection = Connection(read_address(onsite_server.address), QUICK, 1, KEY)
    assert KEY not in f"{connection!r} {connection.faults!r}"
    asyncio.run(connection.close())
