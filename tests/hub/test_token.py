"""A token of the hub is kept by server; what cannot be one is refused and not repeated."""

from __future__ import annotations

import logging

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.core.errors import UserFacingError
from medsdesk.hub.token import forget_token, keep_token, kept_token
from tests.keyrings import MemoryVault

HUB = "hub.example"
SECRET = "hf_made_up_token_0123456789"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


@pytest.mark.usefixtures("vault")
def test_a_token_is_kept_by_server_and_forgotten() -> None:
    assert kept_token(HUB) == ""
    keep_token(HUB, f" {SECRET}\n")
    assert kept_token(HUB) == SECRET
    assert kept_token("mirror.example") == ""
    keep_token(HUB, "hf_another")
    assert kept_token(HUB) == "hf_another"
    assert forget_token(HUB)
    assert not forget_token(HUB)
    assert kept_token(HUB) == ""


@pytest.mark.parametrize("word", ["", "  ", "short", "hf_with a space", "hf_ümläut1", "x" * 501])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(vault: MemoryVault, word: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be a token") as caught:
        keep_token(HUB, word)
    assert not word.strip() or word not in str(caught.value)
    assert vault.kept == {}


def test_without_a_keyring_the_files_can_be_carried_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    with pytest.raises(UserFacingError, match="has no keyring") as caught:
        keep_token(HUB, SECRET)
    assert "models add" in caught.value.hint


def test_nothing_of_it_is_logged(vault: MemoryVault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keep_token(HUB, SECRET)
    assert kept_token(HUB) == SECRET
    assert SECRET not in caplog.text
