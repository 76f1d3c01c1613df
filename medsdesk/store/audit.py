"""The trail: who did what when, one row in the transaction of what it tells of, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from medsdesk.core.study_rating import AuditEntry
from medsdesk.store.audit_chain import ENTRY_COLUMNS, Head, read_head, seal_row
from medsdesk.store.workspace import Workspace


def machine_id(ws: Workspace) -> str:
    """Return the id of the workspace, by which ratings and the trail tell machines apart."""
    with ws.reading():
        return str(ws.db.execute("SELECT id FROM workspace").fetchone()[0])


def add_entry(ws: Workspace, entry: AuditEntry) -> None:
    """Write a row of the trail and seal it; to be called in the transaction of what it tells of."""
    with ws.transaction():
        written = ws.db.execute(_INSERT, msgspec.to_builtins(entry))
        seal_row(ws.db, int(written.lastrowid or 0), entry, ws.trail_keys)


def list_entries(ws: Workspace, study_id: str | None = None) -> tuple[AuditEntry, ...]:
    """Return the trail in the order it was written, also where a clock was set back.

    Args:
        ws: The workspace.
        study_id: Only this study's rows; None for all.
    """
    with ws.reading():
        if study_id is None:
            rows = ws.db.query(f"SELECT {ENTRY_COLUMNS} FROM audit ORDER BY seq")  # noqa: S608 - only words of this program
        else:
            rows = ws.db.query(
                f"SELECT {ENTRY_COLUMNS} FROM audit WHERE study_id = ? ORDER BY seq",  # noqa: S608 - only words of this program
                (study_id,),
            )
        return tuple(msgspec.convert(row, AuditEntry) for row in rows)


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """A row of the trail with what seals it.

    Attributes:
        seq: Its number, from 1.
        version: Of the MedsDesk that wrote it; empty where it has no seal.
        mac: Its seal; empty where it has none.
        entry: The row.
    """

    seq: int
    version: str
    mac: str
    entry: AuditEntry


def list_sealed(ws: Workspace, study_id: str | None = None) -> tuple[SealedEntry, ...]:
    """Return the trail with numbers and seals, in the order it was written.

    Args:
        ws: The workspace.
        study_id: Only this study's rows; None for all.
    """
    with ws.reading():
        rows = ws.db.execute(_SEALED, {"study": study_id})
        return tuple(SealedEntry(s, v, mac, AuditEntry(*cells)) for s, v, mac, *cells in rows)


def rating_entries(ws: Workspace) -> dict[str, str]:
    """Return what the trail says of each rating given in this workspace, by the rating's id."""
    with ws.reading():
        rows = ws.db.execute(_OF_RATINGS, (machine_id(ws),)).fetchall()
    return dict(rows)


def reasons(ws: Workspace, study_id: str, action: str) -> dict[str, str]:
    """Return why things of one action were done in a study, by what they were done to.

    What was done without a reason is absent.
    """
    with ws.reading():
        rows = ws.db.execute(
            "SELECT subject, why FROM audit WHERE study_id = ? AND action = ? AND why <> '' "
            "ORDER BY seq",
            (study_id, action),
        ).fetchall()
    return dict(rows)


def trail_head(ws: Workspace) -> Head:
    """Return the end of the trail."""
    with ws.reading():
        return read_head(ws.db)


def latest_time(ws: Workspace) -> str | None:
    """Return the time of the last row of the trail, None where there is none yet."""
    with ws.reading():
        row = ws.db.execute("SELECT at FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None


def set_back(ws: Workspace, study_id: str | None = None) -> tuple[AuditEntry, ...]:
    """Return the rows that are earlier than the one written before them on the same machine.

    The clock was set back between the two: their order is right, their times are not. Rows that
    came with ratings of another machine are older than what was written here, and no fault.

    Args:
        ws: The workspace.
        study_id: Only this study's rows; None for all.
    """
    latest: dict[str, datetime] = {}
    found = []
    for entry in list_entries(ws, study_id):
        at = datetime.fromisoformat(entry.at)
        if entry.machine in latest and at < latest[entry.machine]:
            found.append(entry)
        latest[entry.machine] = at
    return tuple(found)


_INSERT = f"""
INSERT INTO audit ({ENTRY_COLUMNS})
VALUES (:id, :study_id, :at, :actor, :action, :subject, :before, :after, :why, :machine)
"""  # noqa: S608 - only words of this program
_SEALED = f"""
SELECT audit.seq, coalesce(link.version, ''), coalesce(link.mac, ''), {ENTRY_COLUMNS}
FROM audit LEFT JOIN audit_links AS link ON link.seq = audit.seq
WHERE :study IS NULL OR study_id = :study ORDER BY audit.seq
"""  # noqa: S608 - only words of this program
# What is told of a rating begins with its id, see ``services.rating_trail``.
_OF_RATINGS = """
SELECT subject, after FROM audit
WHERE machine = ? AND action IN ('create', 'change', 'withdraw', 'adjudicate')
    AND after LIKE '{"rating":%'
"""
