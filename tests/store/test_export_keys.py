"""A workspace has one key for its exports, for good."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from medsdesk.store.export_keys import KEY_BYTES, export_key
from medsdesk.store.workspace import Workspace, open_workspace


def test_the_key_is_made_once_and_differs_between_workspaces(ws: Workspace, tmp_path: Path) -> None:
    key = export_key(ws)
    assert len(key) == KEY_BYTES
    assert export_key(ws) == key
    with open_workspace(ws.directory) as again:
        assert export_key(again) == key
    with open_workspace(tmp_path / "other") as other:
        assert export_key(other) != key


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE export_keys SET secret = zeroblob(32)",
        "DELETE FROM export_keys",
        "INSERT OR REPLACE INTO export_keys VALUES (1, zeroblob(32), 'now')",
        "INSERT INTO export_keys VALUES (2, zeroblob(32), 'now')",
    ],
)
def test_the_key_never_changes(ws: Workspace, change: str) -> None:
    key = export_key(ws)
    with pytest.raises(sqlite3.IntegrityError, match="the key of exports"):
        ws.db.execute(change)
    assert export_key(ws) == key
