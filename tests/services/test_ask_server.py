"""A server is asked with the key given or kept; to ask keeps none, to add does."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.services.ask_server import add_served, ask_server
from medsdesk.services.keep_key import keep
from medsdesk.store.models import list_models
from medsdesk.store.workspace import Workspace
from tests.keyrings import MemoryVault
from tests.onsite_server import MODEL, OnsiteServer, write_policy

KEY = "made-up-key-0123456789"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


def test_the_key_given_counts_before_the_one_kept(
    vault: MemoryVault, onsite_server: OnsiteServer
) -> None:
    onsite_server.key = KEY
    with pytest.raises(KeyWantedError, match="asks for a key"):
        ask_server(onsite_server.address)
    assert ask_server(onsite_server.address, f" {KEY} ").models == (MODEL,)
    assert vault.kept == {}
    keep(onsite_server.address, KEY)
    assert ask_server(onsite_server.address).models == (MODEL,)
    with pytest.raises(KeyWantedError, match="does not accept"):
        ask_server(onsite_server.address, "another")


def test_a_keyring_that_is_locked_is_told_where_a_key_is_wanted(
    vault: MemoryVault, onsite_server: OnsiteServer
) -> None:
    vault.locked = True
    assert ask_server(onsite_server.address).models == (MODEL,)
    onsite_server.key = KEY
    with pytest.raises(UserFacingError, match="cannot be opened"):
        ask_server(onsite_server.address)


def test_a_model_is_added_and_the_key_kept_with_it(
    ws: Workspace, vault: MemoryVault, onsite_server: OnsiteServer
) -> None:
    onsite_server.key = KEY
    with pytest.raises(UserFacingError, match="no model 'other'"):
        add_served(ws, onsite_server.address, "other", KEY)
    model = add_served(ws, onsite_server.address, MODEL, KEY)
    assert vault.secrets == {onsite_server.address.removesuffix("/v1"): KEY}
    assert list_models(ws) == (model,)
    assert add_served(ws, onsite_server.address, MODEL).id == model.id


def test_nothing_is_asked_and_no_keyring_opened_for_a_server_that_is_not_named(
    ws: Workspace, vault: MemoryVault, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    write_policy(tmp_path / "policy.toml")
    with pytest.raises(UserFacingError, match="does not name it"):
        ask_server(onsite_server.address)
    with pytest.raises(UserFacingError, match="does not name it"):
        add_served(ws, onsite_server.address, MODEL, KEY)
    assert onsite_server.asked == []
    assert vault.opened == 0
