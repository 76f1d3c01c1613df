"""Workspaces of before have the new tables after they were opened."""

from __future__ import annotations

from medsdesk.store.workspace import Workspace


def test_the_tables_say_what_they_hold(ws: Workspace) -> None:
    assert {"model_origins", "fidelities", "kv_fidelities"} <= set(ws.db.table_names())
    assert "of the passages it was measured on" in ws.db.table("fidelities").schema
    assert ws.db.table("model_origins").pks == ["sha256"]
