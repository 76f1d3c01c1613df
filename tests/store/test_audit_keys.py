"""Keys in the keyring: looked for only where there are some, and never missed for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config import vault
from medsdesk.core.errors import UserFacingError
from medsdesk.store.audit import machine_id
from medsdesk.store.audit_chain import keyring_keys, known_keys
from medsdesk.store.audit_keys import new_keyring_key, open_keys
from medsdesk.store.workspace import Workspace, open_workspace
from tests.keyrings import MemoryVault


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    kept = MemoryVault()
    monkeypatch.setattr(vault, "system_vault", lambda: kept)
    return kept


def test_the_keyring_is_not_opened_for_a_workspace_without_keys_there(
    folder: Path, keyring: MemoryVault
) -> None:
    open_workspace(folder).close()
    with open_workspace(folder) as ws:
        assert open_keys(ws.db) == {}
    assert keyring.opened == 0


def test_a_key_is_kept_by_workspace_and_number(ws: Workspace, keyring: MemoryVault) -> None:
    with ws.transaction():
        number, secret = new_keyring_key(ws.db)
    assert keyring.secrets == {f"{machine_id(ws)} {number}": secret.hex()}
    assert keyring_keys(ws.db) == (number,) == (2,)
    assert open_keys(ws.db) == {2: secret}
    assert list(known_keys(ws.db, open_keys(ws.db))) == [2, 1]
    assert list(known_keys(ws.db, {})) == [1]


def test_a_keyring_that_is_locked_or_emptied_gives_nothing(
    ws: Workspace, keyring: MemoryVault
) -> None:
    with ws.transaction():
        new_keyring_key(ws.db)
    keyring.locked = True
    assert open_keys(ws.db) == {}
    keyring.locked = False
    keyring.kept.clear()
    assert open_keys(ws.db) == {}


def test_without_a_keyring_no_key_is_noted(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "system_vault", lambda: None)
    with pytest.raises(UserFacingError, match="no keyring"), ws.transaction():
        new_keyring_key(ws.db)
    assert keyring_keys(ws.db) == ()
