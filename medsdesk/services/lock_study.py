"""Close a rater's set or a whole study for good; after that the owner is told who wrote what."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.services.bundle_study import known_rater, study_with_plan
from medsdesk.services.study_status import unanswered
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry
from medsdesk.store.studies import has_key, lock, study_key
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.studies.plan_format import read_key

if TYPE_CHECKING:
    from medsdesk.core.study import StudyKey
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LockedStudy:
    """What was closed.

    Attributes:
        id: The study.
        name: Its name.
        rater: Whose set; empty for the whole study.
        ratings: Ratings in it, changes among them.
        unanswered: Presentations that lack an answer, by rater.
        new: Whether it was open until now.
    """

    id: str
    name: str
    rater: str
    ratings: int
    unanswered: dict[str, int]
    new: bool


def lock_study(
    ws: Workspace, named: str, rater: str, actor: str, *, incomplete: bool = False, why: str = ""
) -> LockedStudy:
    """Close a study, or one rater's set; that cannot be taken back.

    Args:
        ws: The workspace.
        named: Name or id of the study.
        rater: Whose set to close; empty for the whole study, which only its owner can.
        actor: Who does it.
        incomplete: Close it although answers are missing.
        why: A reason, for the trail.

    Raises:
        UserFacingError: No such study or rater, not the owner's workspace, or answers are
            missing.
    """
    study, plan = study_with_plan(ws, named)
    rater = known_rater(plan, rater) if rater.strip() else ""
    if not rater and not has_key(ws, study.id):
        raise UserFacingError(
            "Only the workspace in which the study was made can lock it as a whole.",
            "Close your own set here with --rater NAME, and send your ratings to the owner.",
        )
    missing = unanswered(ws, study.id, plan, rater)
    if missing and not incomplete:
        told = ", ".join(f"{name} {count}" for name, count in missing.items())
        raise UserFacingError(
            f"Answers are still missing; presentations by rater: {told}.",
            "Merge or rate what is missing, or lock it as it is with --incomplete: what is "
            "locked stays so.",
        )
    rows = [row for row in ratings_of_study(ws, study.id) if rater in ("", row.rater)]
    entry = trail_entry(
        ws, study.id, actor, "lock",
        after={"rater": rater, "ratings": len(rows), "unanswered": missing}, why=why,
    )  # fmt: skip
    new = lock(ws, study.id, rater, entry)
    log.info("locked study %s, new: %s", study.id, new)
    return LockedStudy(study.id, study.name, rater, len(rows), missing, new)


def reveal(ws: Workspace, named: str, actor: str) -> StudyKey:
    """Return which model wrote what; that it was asked for stands on the trail.

    Raises:
        UserFacingError: The study is not locked, its key is not here, or was changed.
    """
    study, plan = study_with_plan(ws, named)
    key = read_key(study_key(ws, study.id), plan.key_sha256)
    add_entry(ws, trail_entry(ws, study.id, actor, "reveal", after={"key": plan.key_sha256}))
    return key
