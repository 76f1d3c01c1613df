"""Choose where the key that seals the trail is kept: in the workspace, or in the keyring alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.services.study_trail import json_object, trail_entry
from medsdesk.store.audit import add_entry, machine_id
from medsdesk.store.audit_keys import change_key, trail_key_place

if TYPE_CHECKING:
    from medsdesk.store.audit_chain import KeyPlace
    from medsdesk.store.workspace import Workspace


def keep_trail_key(ws: Workspace, place: KeyPlace, actor: str) -> None:
    """Make a new key for the rows to come, and keep it at a place.

    Older rows keep the key they were sealed with, and are covered by the rows that follow.

    Raises:
        UserFacingError: There is no keyring, or it cannot be opened; nothing is changed then.
    """
    with ws.transaction():
        before = {"key_of_the_trail": trail_key_place(ws)}
        after = {"key_of_the_trail": place, "number": change_key(ws, place)}
        entry = trail_entry(ws, "", actor, "change", subject=machine_id(ws), after=after)
        add_entry(ws, replace(entry, before=json_object(before)))
