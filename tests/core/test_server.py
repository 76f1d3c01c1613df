"""Addresses of servers are read strictly, and the same server is one address however written."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import is_address, read_address


@pytest.mark.parametrize(
    ("text", "origin", "base", "model"),
    [
        ("https://llm.example:8000/v1", "https://llm.example:8000", "/v1", ""),
        ("https://LLM.Example", "https://llm.example:443", "/v1", ""),
        (" HTTP://10.0.0.7/v1/ ", "http://10.0.0.7:80", "/v1", ""),
        ("http://[fe80::1]:8080/api/v1#a/b#c", "http://[fe80::1]:8080", "/api/v1", "a/b#c"),
        ("http://localhost:1/#", "http://localhost:1", "/v1", ""),
    ],
)
def test_an_address_is_read(text: str, origin: str, base: str, model: str) -> None:
    address = read_address(text)
    assert (address.origin, address.base, address.model) == (origin, origin + base, model)
    assert is_address(text)
    assert read_address(address.path) == address


@pytest.mark.parametrize(
    "text",
    [
        "llm.example", "ftp://llm.example", "https://", "https://[", "http://x:99999", "http://x:0",
        "https://me:secret@llm.example/v1", "https://llm.example/v1?key=secret", "http://a b/v1",
        "http://exämple/v1", "file:///etc/passwd", "http://x\n.example/", "https://-x/", "http://[v1]/",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(UserFacingError, match="no address") as caught:
        read_address(text)
    assert "secret" not in str(caught.value)


def test_what_servers_keep_beside_the_interface_is_asked_of_the_same_host() -> None:
    assert read_address("https://llm.example/v1").root == "https://llm.example:443"
    assert read_address("https://llm.example/llm/v1").root == "https://llm.example:443/llm"
    assert read_address("https://llm.example/api").root == "https://llm.example:443/api"
    assert read_address("https://llm.example/v1").host == "llm.example:443"


@pytest.mark.parametrize("path", ["/models/a.gguf", "C:\\m.gguf", "fake:{}", "httpx.gguf", ""])
def test_a_file_is_no_address(path: str) -> None:
    assert not is_address(path)


@pytest.mark.parametrize(
    ("text", "sealed"),
    [
        ("https://llm.example", True), ("http://llm.example", False), ("http://10.0.0.7", False),
        ("http://127.0.0.1:8000", True), ("http://127.9.9.9", True), ("http://localhost", True),
        ("http://localhost.", True), ("http://[::1]:8000", True), ("http://[fe80::1]", False),
        ("http://localhost.llm.example", False), ("http://127.0.0.1.example", False),
    ],
)  # fmt: skip
def test_what_nobody_on_the_way_can_read(text: str, sealed: bool) -> None:
    assert read_address(text).sealed is sealed
