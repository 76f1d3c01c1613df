"""A new key seals from its own row on, wherever it is kept."""

from __future__ import annotations

import json

import pytest

from medsdesk.config import vault
from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import check_trail
from medsdesk.services.keep_trail_key import keep_trail_key
from medsdesk.services.list_trail import list_trail, trail_head
from medsdesk.store.audit_keys import trail_key_place
from medsdesk.store.workspace import Workspace, open_workspace
from tests.keyrings import MemoryVault
from tests.made_studies import made_plan, store_plan


def test_to_the_keyring_and_back(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = MemoryVault()
    monkeypatch.setattr(vault, "system_vault", lambda: keyring)
    store_plan(ws, made_plan())
    keep_trail_key(ws, "keyring", "Dr Roy")
    assert trail_key_place(ws) == "keyring"
    assert check_trail(ws).notes[-1].startswith("Up to row 2 ")
    keep_trail_key(ws, "workspace", "Dr Roy")
    assert trail_key_place(ws) == "workspace"
    rows = list_trail(ws)
    assert json.loads(rows[1].before) == {"key_of_the_trail": "workspace"}
    assert json.loads(rows[1].after) == {"key_of_the_trail": "keyring", "number": 2}
    assert json.loads(rows[2].after) == {"key_of_the_trail": "workspace", "number": 3}
    ws.close()
    with open_workspace(ws.directory) as again:
        assert check_trail(again).intact
        keyring.kept.clear()
    with open_workspace(ws.directory) as again:
        found = check_trail(again)
    assert (found.intact, found.unchecked) == (True, 1)
    assert found.notes[-1].startswith("1 row")


def test_without_a_keyring_nothing_is_changed(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "system_vault", lambda: None)
    with pytest.raises(UserFacingError, match="no keyring"):
        keep_trail_key(ws, "keyring", "Dr Roy")
    assert (trail_key_place(ws), trail_head(ws).rows) == ("workspace", 0)
