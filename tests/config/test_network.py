"""The network is used only where neither settings nor environment forbid it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.config.network import allowed_servers, check_network_allowed, check_server_allowed
from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import read_address
from tests.onsite_server import write_policy


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)


def test_it_may_be_used_when_asked() -> None:
    check_network_allowed("or by file")
    save_settings(Settings(network="asked"))
    check_network_allowed("or by file")


def test_the_settings_can_forbid_it() -> None:
    save_settings(replace(Settings(), network="never"))
    with pytest.raises(UserFacingError, match="settings of MedsDesk forbid") as caught:
        check_network_allowed("or by file")
    assert caught.value.hint.endswith("or by file.")


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
@pytest.mark.parametrize("value", ["1", "true", "ON", "yes"])
def test_the_environment_can_forbid_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserFacingError, match=name):
        check_network_allowed("or by file")
    monkeypatch.setenv(name, "0")
    check_network_allowed("or by file")


SERVER = read_address("https://llm.example:8000/v1")


def _policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *servers: str, more: str = "") -> None:
    path = write_policy(tmp_path / "policy.toml", *servers, more=more)
    monkeypatch.setenv("MEDSDESK_POLICY", str(path))


def test_no_server_is_asked_without_a_policy_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserFacingError, match="there is no site policy"):
        check_server_allowed(SERVER)
    _policy(tmp_path, monkeypatch, "http://llm.example:8000/v1")
    with pytest.raises(UserFacingError, match="does not name it"):
        check_server_allowed(SERVER)
    _policy(tmp_path, monkeypatch, "https://llm.example:8000/v1")
    check_server_allowed(SERVER)


def test_servers_are_those_that_the_policy_names_where_any_may_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserFacingError, match="no site policy that names a server"):
        allowed_servers()
    _policy(tmp_path, monkeypatch)
    with pytest.raises(UserFacingError, match="names no server"):
        allowed_servers()
    _policy(tmp_path, monkeypatch, SERVER.base, "http://other.example", more='network = "onsite"')
    assert allowed_servers() == (SERVER.base, "http://other.example")
    _policy(tmp_path, monkeypatch, SERVER.base, more='network = "never"')
    with pytest.raises(UserFacingError, match="forbids MedsDesk"):
        allowed_servers()


def test_never_is_never_for_servers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _policy(tmp_path, monkeypatch, SERVER.base)
    save_settings(replace(Settings(), network="never"))
    with pytest.raises(UserFacingError, match="settings of MedsDesk forbid"):
        check_server_allowed(SERVER)
    save_settings(Settings())
    _policy(tmp_path, monkeypatch, SERVER.base, more='network = "never"')
    with pytest.raises(UserFacingError, match=r"site policy .* forbids MedsDesk"):
        check_server_allowed(SERVER)


def test_a_policy_can_allow_the_sites_own_servers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _policy(tmp_path, monkeypatch, SERVER.base, more='network = "onsite"')
    check_server_allowed(SERVER)
    with pytest.raises(UserFacingError, match="any server but the site's own"):
        check_network_allowed("or by file")


def test_a_broken_policy_forbids_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _policy(tmp_path, monkeypatch, SERVER.base, more="surprise = 1")
    with pytest.raises(UserFacingError, match="surprise"):
        check_server_allowed(SERVER)
    with pytest.raises(UserFacingError, match="surprise"):
        check_network_allowed("or so")
