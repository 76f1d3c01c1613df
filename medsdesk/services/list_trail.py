"""Show and export the trail, and its head to be kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from medsdesk.core.study_rating import AuditEntry
from medsdesk.services.export import write_table
from medsdesk.services.note_export import noted_export
from medsdesk.store import audit
from medsdesk.store.audit import latest_time, list_sealed, machine_id
from medsdesk.store.studies import find_study

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.store.workspace import Workspace

TRAIL_COLUMNS = (
    "row", "at", "actor", "action", "study", "subject", "before", "after", "why", "machine",
    "version", "id", "seal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A row of the trail.

    Attributes:
        seq: Its number, from 1.
        at: Local time with its offset from UTC.
        actor: Who did it.
        action: What was done.
        study: Id of the study; empty for none.
        subject: Id of what it was done to.
        before: JSON of what was there.
        after: JSON of what is there now.
        why: A reason, where one was given.
        machine: Id of the workspace it was done in.
        version: Of the MedsDesk that wrote the row.
        id: UUID of the row.
        seal: HMAC-SHA256, 64 hexadecimal digits.
    """

    seq: int
    at: str
    actor: str
    action: str
    study: str
    subject: str
    before: str
    after: str
    why: str
    machine: str
    version: str
    id: str
    seal: str


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The end of the trail, as it may be printed.

    Attributes:
        workspace: Id of the workspace.
        rows: Number of the last row; 0 for an empty trail.
        at: When that row was written; empty for none.
        head: Its seal, 64 hexadecimal digits.
    """

    workspace: str
    rows: int
    at: str
    head: str


def trail_head(ws: Workspace) -> TrailHead:
    """Return the end of the trail."""
    with ws.reading():
        head = audit.trail_head(ws)
        return TrailHead(machine_id(ws), head.rows, latest_time(ws) or "", head.mac)


def list_trail(ws: Workspace, study: str | None = None) -> tuple[TrailRow, ...]:
    """Return the trail in the order it was written.

    Args:
        ws: The workspace.
        study: Name or id of a study, for its rows alone; None for all.

    Raises:
        UserFacingError: There is no such study.
    """
    rows = list_sealed(ws, None if study is None else find_study(ws, study).id)
    return tuple(_row(each.seq, each.version, each.mac, each.entry) for each in rows)


def export_trail(ws: Workspace, path: Path, study: str | None, actor: str) -> int:
    """Write the trail as CSV, and a row of the trail about that; return how many rows it has.

    Raises:
        UserFacingError: There is no such study, or the file cannot be written.
    """
    rows = list_trail(ws, study)
    study_id = find_study(ws, study).id if study else ""
    cells = [[getattr(row, field.name) for field in fields(TrailRow)] for row in rows]
    with noted_export(ws, path, "the trail", len(rows), study_id=study_id, actor=actor):
        write_table(ws, path, TRAIL_COLUMNS, cells)
    return len(rows)


def _row(seq: int, version: str, mac: str, entry: AuditEntry) -> TrailRow:
    return TrailRow(
        seq, entry.at, entry.actor, entry.action, entry.study_id, entry.subject, entry.before,
        entry.after, entry.why, entry.machine, version, entry.id, mac,
    )  # fmt: skip
