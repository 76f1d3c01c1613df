"""Write the files that carry a study: the bundle for raters, and the ratings that come back."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import program_version
from medsdesk.services.new_files import new_file
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, list_entries, machine_id
from medsdesk.store.studies import find_study, locks, study_plan
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.studies.bundle_file import ENDINGS, FileKind, write_bundle, write_ratings
from medsdesk.studies.plan_format import read_plan

if TYPE_CHECKING:
    from medsdesk.core.study import StudyPlan
    from medsdesk.core.study_rating import AuditEntry
    from medsdesk.store.studies import StudyRecord
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written.

    Attributes:
        file: Where it is.
        kind: What it is.
        study: Name of the study.
        study_id: Id of the study.
        raters: Whom it is for, or whose ratings it holds.
        ratings: How many ratings it holds.
        bytes: Its size.
        sha256: Of the whole file.
    """

    file: str
    kind: FileKind
    study: str
    study_id: str
    raters: tuple[str, ...]
    ratings: int
    bytes: int
    sha256: str


def study_with_plan(ws: Workspace, named: str) -> tuple[StudyRecord, StudyPlan]:
    """Return a study and its plan by its name, id, or the first 4 digits of that.

    Raises:
        UserFacingError: There is no such study, or its plan is damaged.
    """
    study = find_study(ws, named)
    return study, read_plan(study_plan(ws, study.id), study.plan_sha256)


def known_rater(plan: StudyPlan, named: str) -> str:
    """Return a rater's name as the plan has it; capitals do not matter.

    Raises:
        UserFacingError: The study has no such rater.
    """
    wanted = unicodedata.normalize("NFC", named).strip().casefold()
    names = [assignment.rater for assignment in plan.assignments]
    for name in names:
        if name.casefold() == wanted:
            return name
    raise UserFacingError(
        f"The study has no rater '{named.strip()}'.", f"Choose one of {', '.join(names)}."
    )


def bundle_study(
    ws: Workspace, named: str, raters: Sequence[str], out: Path, actor: str
) -> WrittenFile:
    """Write a study as one file for raters elsewhere; nothing in it unblinds.

    Args:
        ws: The workspace.
        named: Name or id of the study.
        raters: Whom it is for; all where none is named.
        out: The file to make.
        actor: Who does it.

    Raises:
        UserFacingError: No such study or rater, or the file cannot be written.
    """
    study, plan = study_with_plan(ws, named)
    chosen = raters or [assignment.rater for assignment in plan.assignments]
    wanted = tuple(known_rater(plan, name) for name in chosen)
    data = write_bundle(study_plan(ws, study.id), wanted, program_version())
    told = WrittenFile(str(out), "study", study.name, study.id, wanted, 0, len(data), _hash(data))
    return _write(ws, told, data, actor)


def return_ratings(ws: Workspace, named: str, out: Path, actor: str) -> WrittenFile:
    """Write all ratings of a study that are in this workspace, as one file for its owner.

    Sets that were closed here, and the trail of this machine, go with them.

    Raises:
        UserFacingError: No such study, nothing rated yet, or the file cannot be written.
    """
    study, plan = study_with_plan(ws, named)
    rows = ratings_of_study(ws, study.id)
    if not rows:
        raise UserFacingError(
            f"Nothing has been rated in the study '{study.name}' in this workspace yet.",
            "Rate its items first, then write the file for the study's owner.",
        )
    here = machine_id(ws)
    trail: list[AuditEntry] = [e for e in list_entries(ws, study.id) if e.machine == here]
    closed = [rater for rater in locks(ws, study.id) if rater]
    data = write_ratings(plan, study.plan_sha256, rows, trail, closed, program_version())
    raters = tuple(sorted({row.rater for row in rows}))
    told = WrittenFile(
        str(out), "ratings", study.name, study.id, raters, len(rows), len(data), _hash(data)
    )
    return _write(ws, told, data, actor)


def _write(ws: Workspace, told: WrittenFile, data: bytes, actor: str) -> WrittenFile:
    """Write a file and its row of the trail: no file leaves without one."""
    out = Path(told.file)
    if out.suffix != ENDINGS[told.kind]:
        out = out.with_name(out.name + ENDINGS[told.kind])
    after = {"file_sha256": told.sha256, "raters": list(told.raters), "ratings": told.ratings}
    action = "bundle" if told.kind == "study" else "export"
    with new_file(out) as part:
        part.write_bytes(data)
        add_entry(ws, trail_entry(ws, told.study_id, actor, action, after=after))
    log.info("wrote a %s file of study %s, %d bytes", told.kind, told.study_id, len(data))
    return replace(told, file=str(out))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
