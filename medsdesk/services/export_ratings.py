"""Write all ratings to a file that a statistician, a spreadsheet or a registry takes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.files import replaced
from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating_export import RatingFormat, RatingProfile, RatingShape
from medsdesk.services.csv_tables import write_rows
from medsdesk.services.export import refuse_own
from medsdesk.services.export_manifest import manifest
from medsdesk.services.gather_ratings import RatingSet, gather_ratings
from medsdesk.services.rating_workbook import write_workbook
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, machine_id

if TYPE_CHECKING:
    from medsdesk.services.deidentify import LeftOut
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RatingExport:
    """What was written.

    Attributes:
        file: The file, or the folder.
        ratings: How many ratings it has.
        profile: What was left out.
        notes: What is worth knowing, a sentence each.
    """

    file: str
    ratings: int
    profile: RatingProfile
    notes: tuple[str, ...] = ()


def export_ratings(
    ws: Workspace,
    path: Path,
    *,
    shape: RatingShape = "long",
    form: RatingFormat = "csv",
    profile: RatingProfile = "full",
    bom: bool = False,
    actor: str = "",
) -> RatingExport:
    """Write every current rating, our own and imported ones, with the answer's scores beside it.

    Long: one row per item x rater x criterion. Wide: one row per item x rater, and the criteria
    side by side. The file is there with its row of the trail, or neither is.

    Args:
        ws: The workspace.
        path: The file; one that is there is replaced.
        shape: Of the table.
        form: ``csv`` or ``xlsx``; a workbook has the codebook and the record in it.
        profile: What to leave out.
        bom: Put a byte order mark first, for Excel.
        actor: Who does it; the account's name unless given.

    Raises:
        UserFacingError: The file cannot be written, or the form takes more than one.
    """
    if form == "redcap":
        raise UserFacingError(
            "REDCap takes two files that belong together.", "Give a folder with --package."
        )
    refuse_own(ws, path)
    found = gather_ratings(ws, profile)
    said = list(notes(found))
    with replaced(path) as part:
        if form == "xlsx":
            said += write_workbook(part, found, manifest(ws, found), (shape,), said)
        else:
            with part.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
                write_rows(file, *found.table(shape))
        told = {"file": path.name, "format": form, "shape": shape, "sha256": file_sha256(part)}
        note_export(ws, found, told, actor)
    return RatingExport(str(path), len(found.rows), profile, tuple(said))


def note_export(ws: Workspace, found: RatingSet, told: Mapping[str, object], actor: str) -> None:
    """Write the row of the trail of an export: no file leaves without one."""
    after = {"holds": "ratings", "rows": len(found.rows), "profile": found.profile, **told}
    entry = trail_entry(ws, "", actor, "export", subject=machine_id(ws), after=after)
    add_entry(ws, entry)
    log.info("exported %d ratings, profile %s", len(found.rows), found.profile)


def notes(found: RatingSet) -> Iterator[str]:
    """Yield what a reader of a set has to know, a sentence each."""
    if found.left_out is not None:
        yield from _left_out(found.left_out)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _left_out(left: LeftOut) -> Iterator[str]:
    if left.texts:
        yield f"Comments, corrections and marks left out: {left.texts:,}."
    if left.dates:
        yield f"Times left out because they could not be read as times: {left.dates:,}."
    if left.words:
        yield f"Other words that were replaced by ids: {left.words:,}."
