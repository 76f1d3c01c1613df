"""Take in a study that came as a file, to rate it on this machine."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.studies import StudyRecord, add_study
from medsdesk.studies.bundle_file import MOST_BYTES, read_bundle
from medsdesk.tasks.texts import bytes_of

if TYPE_CHECKING:
    from medsdesk.core.study import StudyKind
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportedStudy:
    """A study that is in this workspace now.

    Attributes:
        id: Its id.
        name: Its name.
        kind: What is done with each item.
        raters: Whom the file is for.
        presentations: How many items, practice and checks included, these raters are shown.
        plan_sha256: What freezes its plan; the owner has the same.
        new: Whether it was not here before.
    """

    id: str
    name: str
    kind: StudyKind
    raters: tuple[str, ...]
    presentations: int
    plan_sha256: str
    new: bool


def import_bundle(ws: Workspace, path: Path, actor: str) -> ImportedStudy:
    """Take in a study; taking it in twice changes nothing.

    Raises:
        UserFacingError: The file cannot be read, is cut off, changed, newer or something else,
            its forms cannot be shown, or the study is here with another plan.
    """
    bundle = read_bundle(bytes_of(path, f"The file {path.name}", MOST_BYTES))
    plan, manifest = bundle.plan, bundle.manifest
    for form in plan.forms:
        if read_study_form(form).kind != plan.kind:
            raise UserFacingError(
                f"The form '{form.id}' of the study does not fit what is done with its items.",
                "Ask the study's owner for the file once more.",
            )
    record = StudyRecord(
        id=plan.id,
        name=plan.name,
        kind=plan.kind,
        received=True,
        plan_sha256=manifest.plan_sha256,
        created_at=plan.created_at,
        added_at=utc_now(),
    )
    entry = trail_entry(ws, plan.id, actor, "import", after={"plan_sha256": manifest.plan_sha256})
    new = add_study(ws, record, bundle.plan_text, entry)
    log.info("took in study %s, new: %s", plan.id, new)
    shown = sum(
        len(assignment.presentations)
        for assignment in plan.assignments
        if assignment.rater in manifest.raters
    )
    return ImportedStudy(
        plan.id, plan.name, plan.kind, manifest.raters, shown, manifest.plan_sha256, new
    )
