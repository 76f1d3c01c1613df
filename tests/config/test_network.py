"""The network is used only where neither settings nor environment forbid it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.config.network import check_network_allowed
from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.errors import UserFacingError


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
