"""A token lives in the system's keyring alone; a keyring that is missing or locked is told."""

from __future__ import annotations

import logging

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub import token
from medsdesk.hub.token import forget_token, keep_token, kept_token, system_vault

HUB = "hub.example"
SECRET = "hf_made_up_token_0123456789"


class Vault:
    """A keyring in memory, which may be locked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> None:
        if self.locked:
            raise LookupError(f"locked, and {SECRET} is in these words")

    def get_password(self, service: str, username: str, /) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self._open()
        del self.kept[service, username]


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    made = Vault()
    monkeypatch.setattr(token, "system_vault", lambda: made)
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
def test_what_cannot_be_a_token_is_refused_and_not_repeated(vault: Vault, word: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be a token") as caught:
        keep_token(HUB, word)
    assert not word.strip() or word not in str(caught.value)
    assert vault.kept == {}


def test_a_locked_keyring_is_told_without_its_own_words(vault: Vault) -> None:
    vault.locked = True
    for use in (
        lambda: kept_token(HUB),
        lambda: keep_token(HUB, SECRET),
        lambda: forget_token(HUB),
    ):
        with pytest.raises(UserFacingError, match="cannot be opened") as caught:
            use()
        assert SECRET not in str(caught.value)
        assert "Unlock it" in caught.value.hint


def test_without_a_keyring_there_is_no_token_and_none_can_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token, "system_vault", lambda: None)
    assert kept_token(HUB) == ""
    for use in (lambda: keep_token(HUB, SECRET), lambda: forget_token(HUB)):
        with pytest.raises(UserFacingError, match="has no keyring") as caught:
            use()
        assert "models add" in caught.value.hint


def _made(module: str, priority: float) -> object:
    kind = type("Keyring", (), {"priority": priority, "__module__": module})
    return kind()


def test_only_keyrings_of_the_systems_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring import backend

    others = [_made("keyring.backends.fail", 0), _made("keyrings.alt.file", 9)]
    monkeypatch.setattr(backend, "get_all_keyring", lambda: others)
    assert system_vault() is None


def test_the_strongest_of_the_systems_keyrings_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring import backend

    weak, strong = _made("keyring.backends.kwallet", 4.9), _made("keyring.backends.macOS", 5)
    file = _made("keyrings.alt.file", 9)
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [weak, file, strong])
    assert system_vault() is strong


def test_nothing_of_it_is_logged(vault: Vault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keep_token(HUB, SECRET)
    assert kept_token(HUB) == SECRET
    assert SECRET not in caplog.text
