"""What a server is and has is told from what it answers, and from nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import read_address
from medsdesk.engine.onsite_connection import Connection
from medsdesk.engine.onsite_patience import ServerPatience
from medsdesk.engine.onsite_survey import Server, survey
from tests.onsite_server import MODEL, OnsiteServer


def look(server: OnsiteServer, model: str = "") -> Server:
    async def work() -> Server:
        address = read_address(f"{server.address}#{model}")
        connection = Connection(address, ServerPatience(), 1)
        try:
            return await survey(connection, address)
        finally:
            await connection.close()

    return asyncio.run(work())


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
