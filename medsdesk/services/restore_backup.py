"""Put a backup in the place of a workspace, which is kept beside it under a dated name."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import TrailReport, check_trail
from medsdesk.services.fingerprint_files import file_sha256
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, machine_id
from medsdesk.store.copies import keep_replaced, put_in_place, remove_stage, stage, workspace_id
from medsdesk.store.places import refuse_unsafe
from medsdesk.store.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RestoredWorkspace:
    """What was restored.

    Attributes:
        folder: The workspace's folder.
        workspace: Id of the workspace that is in it now.
        sha256: Of the backup.
        replaced: Where the database that was there before is kept; empty where there was none.
        trail: What a check of the trail in the backup found.
    """

    folder: str
    workspace: str
    sha256: str
    replaced: str
    trail: TrailReport


def restore_backup(
    directory: Path, file: Path, actor: str, *, other: bool = False
) -> RestoredWorkspace:
    """Put a backup in the place of a workspace's database, in one step.

    It is checked first, brought up to date if it is older, and gets a row of the trail.

    Args:
        directory: The workspace's folder; made when missing. Nobody else may have it open.
        file: The backup.
        actor: Who does it.
        other: Also where it is a backup of another workspace than the one that is there.

    Raises:
        UserFacingError: The backup cannot be used, is of another workspace, or its trail was
            changed; or the workspace is in use. All is as it was before then.
    """
    directory, file = directory.expanduser().absolute(), file.expanduser().absolute()
    refuse_unsafe(directory)
    staged = stage(directory, file)
    try:
        sha256 = file_sha256(file, None, None)
        before = workspace_id(directory)
        with open_workspace(staged) as ws:
            here, trail = machine_id(ws), check_trail(ws)
            if before is not None:
                _refuse_other(before, here, file, other=other)
                _refuse_changed(trail, file)
            after = {"backup": file.name, "sha256": sha256, "head": trail.head}
            add_entry(ws, trail_entry(ws, "", actor, "import", subject=here, after=after))
        replaced = keep_replaced(directory)
        put_in_place(directory, staged)
    except BaseException:
        remove_stage(staged)
        raise
    log.info("restored workspace %s, %d rows of the trail", here, trail.rows)
    return RestoredWorkspace(str(directory), here, sha256, str(replaced or ""), trail)


def _refuse_other(before: str, restored: str, file: Path, *, other: bool) -> None:
    if restored != before and not other:
        raise UserFacingError(
            f"The file {file.name} is a backup of another workspace ({restored[:8]}) than the one "
            f"that is there ({before[:8]}).",
            "Restore it into an empty folder with --workspace DIR, or say --other if it shall take "
            "the other's place.",
        )


def _refuse_changed(trail: TrailReport, file: Path) -> None:
    if not trail.intact:
        raise UserFacingError(
            f"The trail in {file.name} is not as it was written: {trail.problems[0].text}",
            "Choose another backup, or restore this one into an empty folder with --workspace DIR "
            "to look at it.",
        )
