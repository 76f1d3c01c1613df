"""Say for the trail what a rating changed; words stay in the rating, the trail names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from medsdesk.core.identity import local_now, new_id, text_sha256
from medsdesk.core.study_rating import AuditEntry, StudyRating

if TYPE_CHECKING:
    from medsdesk.core.rating import Rating
    from medsdesk.services.open_plan import OpenPlan
    from medsdesk.store.drafts import Visit


def rating_entry(rating: StudyRating, before: StudyRating | None, why: str = "") -> AuditEntry:
    """Return the row of the trail that belongs to a rating given here.

    Args:
        rating: The rating.
        before: What it supersedes.
        why: A reason, where there is one.
    """
    action = "create" if before is None else "change"
    if rating.role == "adjudicator":
        action = "adjudicate"
    elif rating.status == "withdrawn":
        action = "withdraw"
    return AuditEntry(
        id=new_id(),
        study_id=rating.study_id,
        at=rating.rated_at,
        actor=rating.rater,
        action=action,
        subject=rating.id,
        before=rating_summary(before) if before else "",
        after=rating_summary(rating),
        why=why,
        machine=rating.machine,
    )


def workbench_entry(rating: Rating, before: Rating | None, machine: str) -> AuditEntry:
    """Return the row of the trail that belongs to a rating of an answer at the workbench.

    Args:
        rating: The rating; it is of no study.
        before: What it supersedes.
        machine: Id of the workspace.
    """
    action = "create" if before is None else "change"
    return AuditEntry(
        id=new_id(),
        study_id="",
        at=local_now(),
        actor=rating.rater,
        action="withdraw" if rating.status == "withdrawn" else action,
        subject=rating.id,
        before=workbench_summary(before) if before else "",
        after=workbench_summary(rating),
        why="",
        machine=machine,
    )


def workbench_summary(rating: Rating) -> str:
    """Return, as JSON, what the trail says of a rating at the workbench."""
    said: dict[str, Any] = {
        "rating": rating.id,
        "output": rating.output_id,
        "criterion": rating.criterion,
        "status": rating.status,
    }
    if rating.value is not None:
        said["value"] = rating.value
    if rating.comment:
        said["text_sha256"] = text_sha256(rating.comment)
    return msgspec.json.encode(said).decode()


def flag_entry(plan: OpenPlan, visit: Visit, at: str, machine: str) -> AuditEntry:
    """Return the row of the trail for a flag that is turned over.

    Args:
        plan: The study as it is for the rater.
        visit: The presentation as it is before.
        at: Local time with its offset.
        machine: Id of the workspace.
    """
    before, after = (
        msgspec.json.encode({"flagged": flagged}).decode()
        for flagged in (visit.flagged, not visit.flagged)
    )
    return AuditEntry(
        id=new_id(),
        study_id=plan.study_id,
        at=at,
        actor=plan.rater,
        action="flag",
        subject=visit.presentation_id,
        before=before,
        after=after,
        why="",
        machine=machine,
    )


def rating_summary(rating: StudyRating) -> str:
    """Return, as JSON, what the trail says of a rating: its answer, and fingerprints of words."""
    said: dict[str, Any] = {
        "rating": rating.id,
        "presentation": rating.presentation_id,
        "criterion": rating.criterion,
        "status": rating.status,
    }
    if rating.value is not None:
        said["value"] = rating.value
    if rating.text:
        said["text_sha256"] = text_sha256(rating.text)
    if rating.scale == "marks":
        said["marks"] = len(rating.marks)
        said["marks_sha256"] = text_sha256(msgspec.json.encode(rating.marks).decode())
    return msgspec.json.encode(said).decode()
