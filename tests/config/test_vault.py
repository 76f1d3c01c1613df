"""A secret lives in the system's keyring alone; a keyring that is missing or locked is told."""

from __future__ import annotations

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.config.vault import Drawer, system_vault
from medsdesk.core.errors import UserFacingError
from tests.keyrings import MemoryVault

SECRET = "made_up_secret_0123456789"
DRAWER = Drawer("a test", "secret", "do without")
HOST = "host.example"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


def test_secrets_are_kept_by_kind_and_server(vault: MemoryVault) -> None:
    assert DRAWER.kept(HOST) == ""
    DRAWER.keep(HOST, SECRET)
    DRAWER.keep("other.example", SECRET[::-1])
    assert DRAWER.kept(HOST) == SECRET
    assert Drawer("another", "secret", "").kept(HOST) == ""
    assert vault.kept["a test", HOST] == SECRET
    assert DRAWER.forget(HOST)
    assert not DRAWER.forget(HOST)
    assert vault.secrets == {"other.example": SECRET[::-1]}


def test_a_locked_keyring_is_told_without_its_own_words(vault: MemoryVault) -> None:
    DRAWER.keep(HOST, SECRET)
    vault.locked = True
    for use in (
        lambda: DRAWER.kept(HOST),
        lambda: DRAWER.keep(HOST, SECRET),
        lambda: DRAWER.forget(HOST),
    ):
        with pytest.raises(UserFacingError, match="cannot be opened") as caught:
            use()
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert "Unlock it" in caught.value.hint


def test_without_a_keyring_there_is_no_secret_and_none_can_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    assert DRAWER.kept(HOST) == ""
    for use in (lambda: DRAWER.keep(HOST, SECRET), lambda: DRAWER.forget(HOST)):
        with pytest.raises(UserFacingError, match="no keyring that MedsDesk can keep a secret in"):
            use()


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
