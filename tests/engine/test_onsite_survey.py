"""What a server is and has is told from what it answers, and from nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.core.server import ServerAddress, ServerOffer, read_address
from medsdesk.engine.onsite_connection import Connection
from medsdesk.engine.onsite_patience import ServerPatience
from medsdesk.engine.onsite_survey import Server, offer, survey
from tests.onsite_server import MODEL, OnsiteServer

KEY = "made-up-key"
T = TypeVar("T")


def asking(
    server: OnsiteServer,
    ask: Callable[[Connection, ServerAddress], Coroutine[Any, Any, T]],
    model: str = "",
    key: str = "",
) -> T:
    async def work() -> T:
        address = read_address(f"{server.address}#{model}")
        connection = Connection(address, ServerPatience(), 1, key)
        try:
            return await ask(connection, address)
        finally:
            await connection.close()

    return asyncio.run(work())


def look(server: OnsiteServer, model: str = "", key: str = "") -> Server:
    return asking(server, survey, model, key)


def test_a_server_that_tells_nothing(onsite_server: OnsiteServer) -> None:
    found = look(onsite_server)
    assert (found.address.model, found.kind, found.context, found.counts) == (
        MODEL, "unknown", 0, False,
    )  # fmt: skip
    assert found.sampling == {}
    assert {path for path, _ in onsite_server.asked} == {
        "/v1/models", "/props", "/version", "/openapi.json",
    }  # fmt: skip


def test_llama_cpp(onsite_server: OnsiteServer) -> None:
    onsite_server.be_llama_cpp(context=4096)
    found = look(onsite_server, MODEL)
    assert (found.kind, found.build) == ("llama.cpp", "llama.cpp server b7000-abcdef")
    assert (found.context, found.counts, len(found.template_sha256)) == (4096, True, 64)
    assert found.sampling["top_k"] == 0


def test_vllm(onsite_server: OnsiteServer) -> None:
    onsite_server.be_vllm(context=8192)
    found = look(onsite_server)
    assert (found.kind, found.build, found.context) == ("vllm", "vLLM 0.11.0", 8192)
    assert found.counts
    assert found.sampling["repetition_penalty"] == 1


def test_others_by_the_description_of_their_interface(onsite_server: OnsiteServer) -> None:
    info = {"title": "🦙 llama.cpp Python API", "version": "0.3.36"}
    onsite_server.facts["/openapi.json"] = {"info": info}
    assert look(onsite_server).build == "llama_cpp.server 0.3.36"
    onsite_server.facts["/openapi.json"] = {"info": {"title": "Own\nthing"}}
    assert look(onsite_server).build == "Ownthing"


@pytest.mark.parametrize(
    "listed", [{}, {"data": 7}, {"data": [7, {"id": 8}, {}]}, [], "html", {"data": [{"id": "\n"}]}]
)
def test_a_list_of_models_that_is_none(listed: Any, onsite_server: OnsiteServer) -> None:
    onsite_server.facts["/v1/models"] = listed
    with pytest.raises(UserFacingError, match=r"cannot be read|it has: none"):
        look(onsite_server)


def test_the_model_must_be_there_and_be_named_where_there_are_more(
    onsite_server: OnsiteServer,
) -> None:
    with pytest.raises(UserFacingError, match=f"no model 'other'; it has: {MODEL}"):
        look(onsite_server, "other")
    onsite_server.facts["/v1/models"]["data"].append({"id": "second"})
    with pytest.raises(UserFacingError, match="more than one model"):
        look(onsite_server)
    assert look(onsite_server, "second").address.model == "second"


@pytest.mark.parametrize("told", [{"tokens": []}, {"tokens": ["a"]}, {}, [], "x", {"tokens": 4}])
def test_counts_that_are_none_are_not_used(told: Any, onsite_server: OnsiteServer) -> None:
    onsite_server.be_llama_cpp()
    onsite_server.posts["/tokenize"] = lambda _: told
    assert not look(onsite_server).counts


def test_no_interface_at_the_address(onsite_server: OnsiteServer) -> None:
    del onsite_server.facts["/v1/models"]
    with pytest.raises(UserFacingError, match="no such address") as caught:
        look(onsite_server)
    assert "/v1" in caught.value.hint


def test_an_offer_names_the_program_and_all_models(onsite_server: OnsiteServer) -> None:
    onsite_server.be_vllm()
    onsite_server.facts["/v1/models"]["data"] += [{"id": "second"}, {"id": "bad\nname"}]
    assert asking(onsite_server, offer) == ServerOffer("vLLM 0.11.0", (MODEL, "second"))
    assert onsite_server.chats == []
    onsite_server.facts["/v1/models"]["data"] = []
    with pytest.raises(UserFacingError, match="it has: none"):
        asking(onsite_server, offer)


@pytest.mark.parametrize(
    "open_paths", [set(), {"/v1/models"}, {"/v1/models", "/props", "/version"}]
)
def test_a_wrong_key_is_found_out_before_the_first_text(
    open_paths: set[str], onsite_server: OnsiteServer
) -> None:
    onsite_server.be_llama_cpp()
    onsite_server.key, onsite_server.open_paths = KEY, open_paths
    for key, words in (("", "asks for a key"), ("other", "does not accept the key")):
        with pytest.raises(KeyWantedError, match=words):
            asking(onsite_server, offer, key=key)
        with pytest.raises(KeyWantedError, match=words):
            look(onsite_server, key=key)
    assert look(onsite_server, key=KEY).kind == "llama.cpp"
    assert asking(onsite_server, offer, key=KEY).models == (MODEL,)


def test_a_key_for_what_is_beside_the_interface_is_not_needed(onsite_server: OnsiteServer) -> None:
    """Some sites guard all but OpenAI's interface."""
    onsite_server.be_llama_cpp()
    onsite_server.key = KEY
    onsite_server.open_paths = {"/v1/models", "/v1/chat/completions"}
    assert look(onsite_server).kind == "unknown"
    assert asking(onsite_server, offer).models == (MODEL,)
