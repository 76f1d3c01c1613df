"""Rows of the trail: who did what, when, on which machine."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from medsdesk.core.identity import local_now, new_id
from medsdesk.core.study_rating import AuditEntry
from medsdesk.store.audit import machine_id

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

UNKNOWN = "unknown"


def actor_name(named: str | None = None) -> str:
    """Return a name for the trail: the one given, else that of the account on this computer."""
    if named and named.strip():
        return named.strip()
    try:
        return getpass.getuser() or UNKNOWN
    except (OSError, KeyError, ImportError):
        return UNKNOWN


def trail_entry(
    ws: Workspace,
    study_id: str,
    actor: str,
    action: str,
    *,
    subject: str = "",
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> AuditEntry:
    """Return a row of the trail, still to be written.

    Args:
        ws: The workspace.
        study_id: The study.
        actor: Who does it.
        action: What is done, as ``AuditEntry`` names it.
        subject: Id of what it is done to; the study unless given.
        after: What is there afterwards: ids, counts and fingerprints.
        why: A reason, where one was asked for.
    """
    return AuditEntry(
        id=new_id(),
        study_id=study_id,
        at=local_now(),
        actor=actor_name(actor),
        action=action,
        subject=subject or study_id,
        before="",
        after=json_object(after) if after else "",
        why=why,
        machine=machine_id(ws),
    )


def json_object(said: Mapping[str, object]) -> str:
    """Return what was there, or is there now, as rows of the trail tell it."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
