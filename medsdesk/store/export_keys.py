"""The key of this workspace's pseudonyms: made once, kept for good, and never exported."""

from __future__ import annotations

import secrets

from medsdesk.core.identity import utc_now
from medsdesk.store.workspace import Workspace

KEY_BYTES = 32


def export_key(ws: Workspace) -> bytes:
    """Return the random key that ids of de-identified exports are made with; made at first use."""
    with ws.transaction():
        row = ws.db.execute("SELECT secret FROM export_keys").fetchone()
        if row is not None:
            return bytes(row[0])
        key = secrets.token_bytes(KEY_BYTES)
        ws.db.execute(
            "INSERT INTO export_keys (id, secret, made_at) VALUES (1, ?, ?)", (key, utc_now())
        )
        return key
