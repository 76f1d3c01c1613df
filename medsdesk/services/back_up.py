"""Back up a workspace while it is in use: one file, checked before it gets its name."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import TrailReport, check_trail
from medsdesk.services.export import refuse_own
from medsdesk.services.fingerprint_files import file_sha256
from medsdesk.services.new_files import new_file
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, machine_id
from medsdesk.store.backup import write_copy
from medsdesk.store.copies import open_copy
from medsdesk.store.places import refuse_unsafe_backup

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup that was made.

    Attributes:
        file: Where it is.
        workspace: Id of the workspace.
        bytes: Its size.
        sha256: Of the whole file.
        trail: What a check of the trail in it found.
    """

    file: str
    workspace: str
    bytes: int
    sha256: str
    trail: TrailReport


def back_up(ws: Workspace, target: Path, actor: str) -> BackupFile:
    """Write a backup, check it (opened, sound, as many rows, the trail), and note it on the trail.

    The row is not in the backup itself: that holds what was there before.

    Args:
        ws: The workspace; it may be in use meanwhile.
        target: A new file on a disk of this computer.
        actor: Who does it.

    Raises:
        UserFacingError: There is such a file, the place is not safe, the disk is in the way, or
            the copy is not the same as the original. No file is there then.
    """
    target = target.expanduser().absolute()
    refuse_own(ws, target)
    if target.is_dir():
        raise UserFacingError(f"{target} is a folder.", "Give the name of a new file in it.")
    if target.exists():
        raise UserFacingError(
            f"There is a file {target} already.",
            "Give another name: a backup never takes the place of another.",
        )
    if not target.parent.is_dir():
        raise UserFacingError(
            f"The folder {target.parent} is not there.", "Make it, or choose another."
        )
    refuse_unsafe_backup(target)
    with new_file(target) as part:
        write_copy(ws.path, part)
        with open_copy(part) as copy:
            copy.trail_keys = ws.trail_keys
            trail = check_trail(copy)
        sha256, size = file_sha256(part, None, None), part.stat().st_size
        after = {"backup": target.name, "sha256": sha256, "head": trail.head, "rows": trail.rows}
        here = machine_id(ws)
        add_entry(ws, trail_entry(ws, "", actor, "export", subject=here, after=after))
    log.info("backed up workspace %s, %d bytes, %d rows of the trail", here, size, trail.rows)
    return BackupFile(str(target), here, size, sha256, trail)
