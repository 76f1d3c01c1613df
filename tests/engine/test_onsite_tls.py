"""Encrypted connections: trusted by the certificates that MedsDesk is told of, else refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.inquiry import list_served
from tests.certificates import Authority, make_authority
from tests.onsite_server import MODEL, OnsiteServer, serving, write_policy

KEY = "made-up-key-0123456789"
Serve = Callable[..., OnsiteServer]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return make_authority(tmp_path)


@pytest.fixture
def serve(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a function that runs an encrypted server, which the site policy names."""
    with ExitStack() as stack:

        def start(name: str = "127.0.0.1", *, expired: bool = False) -> OnsiteServer:
            server = stack.enter_context(serving(authority.serve(name, expired=expired)))
            policy = write_policy(tmp_path / "policy.toml", server.address)
            monkeypatch.setenv("MEDSDESK_POLICY", str(policy))
            return server

        yield start


def test_with_the_sites_authority_a_model_answers(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    server.key = KEY
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    assert list_served(server.address, KEY).models == (MODEL,)
    with Engine(key_of=lambda origin: KEY if origin in server.address else "") as engine:
        assert engine.load(LoadConfig(server.path)).served == MODEL
        prompt = Prompt((Message("user", "A made-up note."),), "test", 1, 0)
        assert engine.generate(prompt, GenerateConfig()).text == "No effusion."
    assert {header for _, header in server.signed} == {f"Bearer {KEY}"}


def test_without_it_nothing_is_sent(serve: Serve) -> None:
    server = serve()
    with pytest.raises(UserFacingError, match="is not trusted by this computer") as caught:
        list_served(server.address, KEY)
    assert "SSL_CERT_FILE" in caught.value.hint
    assert (server.asked, server.signed) == ([], [])


@pytest.mark.parametrize(
    ("name", "expired", "words"),
    [
        ("llm.hospital.example", False, "is for another name"),
        ("127.0.0.2", False, "is for another name"),
        ("127.0.0.1", True, "has expired"),
    ],
)
def test_a_certificate_that_is_not_the_servers_own(
    name: str, expired: bool, words: str, serve: Serve, authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server = serve(name, expired=expired)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with pytest.raises(UserFacingError) as caught:
        list_served(server.address, KEY)
    # Other systems than Linux check by libraries of their own, with reasons of their own.
    assert words in caught.value.message or "is not trusted" in caught.value.message
    assert (server.asked, server.signed) == ([], [])
