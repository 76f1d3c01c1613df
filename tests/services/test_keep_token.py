"""A token is kept for the hub in use, and nothing but that is told of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.core.errors import UserFacingError
from medsdesk.services.keep_token import forget, hub_server, is_kept, keep

SECRET = "hf_made_up_token_0123456789"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    entries: dict[str, str] = {}
    vault = SimpleNamespace(
        get_password=lambda _, server: entries.get(server),
        set_password=lambda _, server, secret: entries.update({server: secret}),
        delete_password=lambda _, server: entries.pop(server),
    )
    monkeypatch.setattr(vault_module, "system_vault", lambda: vault)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    return entries


def test_a_token_is_kept_and_forgotten(kept: dict[str, str]) -> None:
    assert not is_kept()
    keep(SECRET)
    assert is_kept()
    assert kept == {"huggingface.co": SECRET}
    assert forget()
    assert not forget()
    assert not is_kept()


def test_a_mirror_has_a_token_of_its_own(
    kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(SECRET)
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example:8443/hub")
    assert hub_server() == "mirror.example:8443"
    assert not is_kept()
    keep(SECRET[::-1])
    assert kept == {"huggingface.co": SECRET, "mirror.example:8443": SECRET[::-1]}


def test_without_a_keyring_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    assert not is_kept()
    with pytest.raises(UserFacingError, match="has no keyring"):
        keep(SECRET)
