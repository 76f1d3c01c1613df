"""How model files came to be that were made here."""

from __future__ import annotations

import msgspec

from medsdesk.core.made_model import ModelOrigin
from medsdesk.store.workspace import Workspace


def add_origin(ws: Workspace, origin: ModelOrigin) -> None:
    """Store how a file came to be; the same content made once more replaces the older note."""
    with ws.transaction():
        ws.db.table("model_origins").upsert(msgspec.to_builtins(origin), pk="sha256")


def find_origin(ws: Workspace, sha256: str) -> ModelOrigin | None:
    """Return how the file with a content came to be; None where it was not made here."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM model_origins WHERE sha256 = ?", (sha256,))
        return next((msgspec.convert(row, ModelOrigin) for row in rows), None)
