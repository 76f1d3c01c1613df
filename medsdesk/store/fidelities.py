"""What forms of models cost, as it was measured."""

from __future__ import annotations

import msgspec

from medsdesk.core.made_model import Fidelity
from medsdesk.store.workspace import Workspace


def add_fidelity(ws: Workspace, fidelity: Fidelity) -> None:
    """Store what was measured; the same measurement made once more replaces the older one."""
    if fidelity.kv_cache == "f16":
        table, key, value = "fidelities", "reference_sha256", fidelity.reference_sha256
    else:
        table, key, value = "kv_fidelities", "kv_cache", str(fidelity.kv_cache)
    with ws.transaction():
        ws.db.table(table).upsert(
            {
                "model_sha256": fidelity.model_sha256,
                key: value,
                "text_sha256": fidelity.text_sha256,
                "figures": msgspec.json.encode(fidelity).decode(),
                "measured_at": fidelity.measured_at,
            },
            pk=("model_sha256", key, "text_sha256"),
        )


def list_fidelities(ws: Workspace, model_sha256: str) -> tuple[Fidelity, ...]:
    """Return what was measured of a model file's form, the latest first."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT figures FROM fidelities WHERE model_sha256 = ? ORDER BY measured_at DESC",
            (model_sha256,),
        )
        return tuple(msgspec.json.decode(row["figures"], type=Fidelity) for row in rows)


def list_kv_fidelities(ws: Workspace, model_sha256: str) -> tuple[Fidelity, ...]:
    """Return what was measured of ways to keep a model's context, the latest first."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT figures FROM kv_fidelities WHERE model_sha256 = ? ORDER BY measured_at DESC",
            (model_sha256,),
        )
        return tuple(msgspec.json.decode(row["figures"], type=Fidelity) for row in rows)
