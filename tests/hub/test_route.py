"""Address and proxy, as system and environment name them."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.route import (
    check_private,
    chosen_endpoint,
    origin_of,
    proxy_of,
    server_of,
)

STANDARD = "https://hub.example"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_the_hub_itself_unless_a_mirror_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_endpoint(STANDARD) == STANDARD
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/hub/")
    assert chosen_endpoint(STANDARD) == "https://mirror.example/hub"


@pytest.mark.parametrize(
    "value", ["mirror.example", "ftp://mirror.example", "https://", "https://[", "https://x:99999"]
)
def test_a_wrong_address_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", value)
    with pytest.raises(UserFacingError, match="HF_ENDPOINT"):
        chosen_endpoint(STANDARD)


def test_no_password_is_ever_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server_of("https://me:secret@mirror.example:8443/x") == "mirror.example:8443"
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:8080")
    assert proxy_of(STANDARD) == "proxy.example:8080"


def test_a_proxy_counts_for_its_scheme_and_not_for_exceptions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert proxy_of(STANDARD) == ""
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:8080")
    assert proxy_of(STANDARD) == "proxy.example:8080"
    assert proxy_of("http://hub.example") == ""
    monkeypatch.setenv("NO_PROXY", "hub.example")
    assert proxy_of(STANDARD) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://hub.example", "https://hub.example:443/x?y=1", True),
        ("https://hub.example", "https://HUB.example/", True),
        ("https://hub.example", "http://hub.example", False),
        ("https://hub.example", "https://hub.example:8443", False),
        ("https://hub.example", "https://cdn.hub.example", False),
        ("https://hub.example", "https://hub.example.evil.example", False),
        ("http://127.0.0.1:80", "http://127.0.0.1", True),
    ],
)
def test_which_addresses_are_one_server(one: str, other: str, *, same: bool) -> None:
    assert (origin_of(one) == origin_of(other)) is same


@pytest.mark.parametrize(
    "url", ["https://hub.example", "http://127.0.0.1:8000", "http://localhost", "http://[::1]:1"]
)
def test_a_token_may_go_where_nobody_else_reads_it(url: str) -> None:
    check_private(url)


@pytest.mark.parametrize("url", ["http://hub.example", "http://10.0.0.1", "http://127.0.0.1.evil"])
def test_a_token_may_not_go_in_clear(url: str) -> None:
    with pytest.raises(UserFacingError, match="not encrypted"):
        check_private(url)
