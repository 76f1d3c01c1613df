"""A key is kept by server in the system's keyring, where it may be sent and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.core.errors import UserFacingError
from medsdesk.services.keep_key import forget, is_kept, keep, key_of
from tests.keyrings import MemoryVault
from tests.onsite_server import write_policy

KEY = "made-up-key-0123456789"
SERVER = "https://llm.hospital.example:8000"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_policy(
        tmp_path / "policy.toml", f"{SERVER}/v1", "http://llm.hospital.example:8001",
        "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000",
    )  # fmt: skip
    monkeypatch.setenv("MEDSDESK_POLICY", str(path))
    return path


def test_a_key_is_kept_by_scheme_host_and_port(vault: MemoryVault) -> None:
    assert not is_kept(SERVER)
    keep(f"{SERVER}/v1#some-model", f"  {KEY}\n")
    assert vault.secrets == {SERVER: KEY}
    assert is_kept("HTTPS://LLM.hospital.example:8000/v1")
    assert key_of(SERVER) == KEY
    keep(SERVER, KEY[::-1])
    assert key_of(SERVER) == KEY[::-1]
    assert forget(SERVER)
    assert not forget(SERVER)
    assert (is_kept(SERVER), key_of(SERVER)) == (False, "")


@pytest.mark.parametrize("word", ["", "  ", f"Bearer {KEY}", "schlüssel", "a\nb", "x" * 1201])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(vault: MemoryVault, word: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be a key") as caught:
        keep(SERVER, word)
    assert not word.strip() or word not in str(caught.value)
    assert vault.kept == {}


def test_no_key_for_a_server_that_nothing_may_be_sent_to(vault: MemoryVault, policy: Path) -> None:
    with pytest.raises(UserFacingError, match="does not name it"):
        keep("https://llm.hospital.example:8001", KEY)
    keep(SERVER, KEY)
    write_policy(policy)
    with pytest.raises(UserFacingError, match="does not name it"):
        key_of(SERVER)
    # It can be forgotten all the same.
    assert is_kept(SERVER)
    assert forget(SERVER)


def test_no_key_where_others_could_read_it(vault: MemoryVault) -> None:
    with pytest.raises(UserFacingError, match="not encrypted, so no key is kept") as caught:
        keep("http://llm.hospital.example:8001", KEY)
    assert "https://" in caught.value.hint
    assert vault.kept == {}
    vault.kept["MedsDesk: key for a site's server", "http://llm.hospital.example:8001"] = KEY
    assert key_of("http://llm.hospital.example:8001") == ""
    for own in ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        keep(own, KEY)
        assert key_of(own) == KEY


def test_without_a_keyring_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    assert (is_kept(SERVER), key_of(SERVER)) == (False, "")
    with pytest.raises(UserFacingError, match="no keyring that MedsDesk can keep a key in") as told:
        keep(SERVER, KEY)
    assert "without a key" in told.value.hint


def test_no_address_no_key(vault: MemoryVault) -> None:
    for use in (lambda: keep("llm", KEY), lambda: forget("llm"), lambda: is_kept("llm")):
        with pytest.raises(UserFacingError, match="no address"):
            use()
    assert vault.opened == 0
