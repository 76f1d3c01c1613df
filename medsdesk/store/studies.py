"""Studies: their frozen plans, the owner's keys, and what is locked."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import StudyKind
from medsdesk.core.study_rating import AuditEntry
from medsdesk.store.audit import add_entry
from medsdesk.store.workspace import Workspace

SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """A study without its texts.

    Attributes:
        id: UUID.
        name: Its name, for people; need not be the only one.
        kind: What is done with each item.
        received: Whether it came as a bundle; else it was made here.
        plan_sha256: Fingerprint of its plan.
        created_at: When the plan was made.
        added_at: UTC time it came into this workspace.
    """

    id: str
    name: str
    kind: StudyKind
    received: bool
    plan_sha256: str
    created_at: str
    added_at: str


def add_study(ws: Workspace, study: StudyRecord, plan: str, entry: AuditEntry) -> bool:
    """Store a study with its plan.

    Args:
        ws: The workspace.
        study: The study.
        plan: The plan's text, whole.
        entry: Its row of the trail.

    Returns:
        Whether it was new; the same study once more changes nothing.

    Raises:
        UserFacingError: When the study is here with another plan.
    """
    with ws.transaction():
        known = ws.db.execute(
            "SELECT plan_sha256 FROM studies WHERE id = ?", (study.id,)
        ).fetchone()
        if known is not None:
            if known[0] == study.plan_sha256:
                return False
            raise UserFacingError(
                f"The study '{study.name}' is in this workspace already, with another plan.",
                "A plan is never changed: ask its owner which of the two is right.",
            )
        add_entry(ws, entry)
        ws.db.table("studies").insert({**msgspec.to_builtins(study), "plan": plan})
    return True


def list_studies(ws: Workspace) -> tuple[StudyRecord, ...]:
    """Return all studies, the last that came first."""
    with ws.reading():
        rows = ws.db.query(f"SELECT {_COLUMNS} FROM studies ORDER BY seq DESC")  # noqa: S608 - only words of this program
        return tuple(_record(row) for row in rows)


def find_study(ws: Workspace, wanted: str) -> StudyRecord:
    """Return the one study of an id, a beginning of it, or a name.

    Args:
        ws: The workspace.
        wanted: The id, at least its first 4 digits, or the whole name.

    Raises:
        UserFacingError: When there is no such study, or more than one.
    """
    wanted = wanted.strip()
    studies = list_studies(ws)
    found = [s for s in studies if s.id == wanted] or [s for s in studies if s.name == wanted]
    if not found and re.fullmatch(rf"[0-9a-fA-F-]{{{SHORTEST_PREFIX},36}}", wanted):
        found = [s for s in studies if s.id.startswith(wanted.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserFacingError(
            f"More than one study is meant by '{wanted}'.", "Give the id of one, or more digits."
        )
    raise UserFacingError(
        f"There is no study '{wanted}' in this workspace.",
        f"List the studies, and give one's name, id, or at least its first {SHORTEST_PREFIX} "
        "digits.",
    )


def study_plan(ws: Workspace, study_id: str) -> str:
    """Return the text of a study's plan."""
    with ws.reading():
        row = ws.db.execute("SELECT plan FROM studies WHERE id = ?", (study_id,)).fetchone()
    if row is None:
        raise UserFacingError(
            f"There is no study '{study_id}' in this workspace.", "List the studies that are."
        )
    return str(row[0])


def carried_forms(ws: Workspace) -> tuple[str, ...]:
    """Return, as JSON, only the forms of each study's plan."""
    with ws.reading():
        rows = ws.db.execute("SELECT json_extract(plan, '$.forms') FROM studies ORDER BY seq")
        return tuple(str(row[0]) for row in rows if row[0] is not None)


def add_key(ws: Workspace, study_id: str, key: str, key_sha256: str) -> None:
    """Store the owner's key of a study; to be done in the transaction of ``add_study``."""
    with ws.transaction():
        ws.db.execute(
            "INSERT INTO study_keys (study_id, key, key_sha256) VALUES (?, ?, ?)",
            (study_id, key, key_sha256),
        )


def has_key(ws: Workspace, study_id: str) -> bool:
    """Say whether this workspace owns a study, that is, has its key."""
    with ws.reading():
        row = ws.db.execute(
            "SELECT EXISTS (SELECT 1 FROM study_keys WHERE study_id = ?)", (study_id,)
        ).fetchone()
    return bool(row[0])


def study_key(ws: Workspace, study_id: str) -> str:
    """Return the text of a study's key, which unblinds it.

    Raises:
        UserFacingError: When the study is not locked yet, or the key is not in this workspace.
    """
    with ws.reading():
        if not has_key(ws, study_id):
            raise UserFacingError(
                "The key of this study is not in this workspace.",
                "Only the workspace in which the study was made can tell which model wrote what.",
            )
        if not is_locked(ws, study_id):
            raise UserFacingError(
                "The study is not locked yet, so nobody is told which model wrote what.",
                "Lock the study once all ratings are in.",
            )
        row = ws.db.execute("SELECT key FROM study_keys WHERE study_id = ?", (study_id,))
        return str(row.fetchone()[0])


def keyed_presentations(ws: Workspace, study_id: str) -> str:
    """Return, as JSON, only what the presentations of a study are there for, from its key.

    The owner needs it before the lock to leave checks out; which model wrote what is not in it.

    Raises:
        UserFacingError: When the key is not in this workspace.
    """
    with ws.reading():
        row = ws.db.execute(
            "SELECT json_extract(key, '$.presentations') FROM study_keys WHERE study_id = ?",
            (study_id,),
        ).fetchone()
    if row is None:
        raise UserFacingError(
            "The key of this study is not in this workspace.",
            "Only the workspace in which the study was made can tell checks from other items.",
        )
    return str(row[0])


def lock(ws: Workspace, study_id: str, rater: str, entry: AuditEntry) -> bool:
    """Close a rater's set or a whole study: nothing is rated in it from then on.

    Args:
        ws: The workspace.
        study_id: The study.
        rater: Whose set; empty for the whole study.
        entry: Its row of the trail, of the action ``lock``, or ``merge`` for a lock that came
            with a rating file.

    Returns:
        Whether it was open; what is locked stays so, and nothing is written then.
    """
    with ws.transaction():
        if rater in locks(ws, study_id):
            return False
        if ws.db.execute("SELECT 1 FROM audit WHERE id = ?", (entry.id,)).fetchone() is None:
            add_entry(ws, entry)
        ws.db.execute(
            "INSERT INTO study_locks (study_id, rater, locked_at, audit_id) VALUES (?, ?, ?, ?)",
            (study_id, rater, entry.at, entry.id),
        )
    return True


def locks(ws: Workspace, study_id: str) -> dict[str, str]:
    """Return when sets were locked, by rater; the whole study by the empty name."""
    with ws.reading():
        rows = ws.db.execute(
            "SELECT rater, locked_at FROM study_locks WHERE study_id = ? ORDER BY rater",
            (study_id,),
        ).fetchall()
    return dict(rows)


def is_locked(ws: Workspace, study_id: str, rater: str = "") -> bool:
    """Say whether a rater's set is locked, by itself or with the whole study."""
    found = locks(ws, study_id)
    return "" in found or (rater != "" and rater in found)


def _record(row: dict[str, object]) -> StudyRecord:
    return msgspec.convert({**row, "received": bool(row["received"])}, StudyRecord)


_COLUMNS = "id, name, kind, received, plan_sha256, created_at, added_at"
