"""The trail: who did what when, one row in the transaction of what it tells of, for good."""

from __future__ import annotations

from datetime import datetime

import msgspec

from medsdesk.core.study_rating import AuditEntry
from medsdesk.store.workspace import Workspace


def machine_id(ws: Workspace) -> str:
    """Return the id of the workspace, by which ratings and the trail tell machines apart."""
    with ws.reading():
        return str(ws.db.execute("SELECT id FROM workspace").fetchone()[0])


def add_entry(ws: Workspace, entry: AuditEntry) -> None:
    """Write a row of the trail; to be called in the transaction of what it tells of."""
    with ws.transaction():
        ws.db.execute(_INSERT, msgspec.to_builtins(entry))


def list_entries(ws: Workspace, study_id: str | None = None) -> tuple[AuditEntry, ...]:
    """Return the trail in the order it was written, also where a clock was set back.

    Args:
        ws: The workspace.
        study_id: Only this study's rows; None for all.
    """
    with ws.reading():
        if study_id is None:
            rows = ws.db.query(f"SELECT {_COLUMNS} FROM audit ORDER BY seq")  # noqa: S608 - only words of this program
        else:
            rows = ws.db.query(
                f"SELECT {_COLUMNS} FROM audit WHERE study_id = ? ORDER BY seq",  # noqa: S608 - only words of this program
                (study_id,),
            )
        return tuple(msgspec.convert(row, AuditEntry) for row in rows)


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


_COLUMNS = "id, study_id, at, actor, action, subject, before, after, why, machine"
_INSERT = f"""
INSERT INTO audit ({_COLUMNS})
VALUES (:id, :study_id, :at, :actor, :action, :subject, :before, :after, :why, :machine)
"""  # noqa: S608 - only words of this program
