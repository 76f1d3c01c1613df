"""Which licences of models were accepted in this workspace, and when."""

from __future__ import annotations

from medsdesk.core.catalogue import Licence
from medsdesk.core.identity import utc_now
from medsdesk.store.workspace import Workspace


def accept_licence(ws: Workspace, licence: Licence) -> str:
    """Note that a licence was accepted now; one accepted before keeps its date.

    Returns:
        When it was accepted, in UTC.

    Raises:
        UserFacingError: The database cannot be written.
    """
    with ws.transaction():
        ws.db.execute(
            "INSERT INTO accepted_licences (licence, name, url, accepted_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (licence.id, licence.name, licence.url, utc_now()),
        )
    return accepted_licences(ws)[licence.id]


def accepted_licences(ws: Workspace) -> dict[str, str]:
    """Return the ids of all accepted licences, each with the UTC time of its acceptance."""
    with ws.reading():
        rows = ws.db.query("SELECT licence, accepted_at FROM accepted_licences ORDER BY licence")
        return {str(row["licence"]): str(row["accepted_at"]) for row in rows}
