"""Studies made up for tests: rows of the store, and a whole small plan; every text is synthetic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from medsdesk.core.identity import local_now, new_id, utc_now
from medsdesk.core.study_rating import AuditEntry, StudyRating
from medsdesk.store.audit import machine_id
from medsdesk.store.studies import StudyRecord, add_study
from medsdesk.store.study_ratings import add_rating
from medsdesk.store.workspace import Workspace

STUDY = "5" * 32
OTHER_MACHINE = "b" * 32


def record(**fields: Any) -> StudyRecord:
    made = StudyRecord(
        id=STUDY,
        name="Made-up study",
        kind="single",
        received=True,
        plan_sha256="c" * 64,
        created_at=utc_now(),
        added_at=utc_now(),
    )
    return replace(made, **fields)


def entry(ws: Workspace, **fields: Any) -> AuditEntry:
    made = AuditEntry(
        id=new_id(),
        study_id=STUDY,
        at=local_now(),
        actor="Dr Ada",
        action="create",
        subject=STUDY,
        before="",
        after="{}",
        why="",
        machine=machine_id(ws),
    )
    return replace(made, **fields)


def rating(**fields: Any) -> StudyRating:
    made = StudyRating(
        id=new_id(),
        study_id=STUDY,
        plan_sha256="c" * 64,
        presentation_id="p1",
        rater="Dr Ada",
        role="rater",
        form="summary",
        form_version=1,
        form_sha256="d" * 64,
        criterion="accurate",
        scale="ordinal",
        value=4,
        text="",
        marks=(),
        status="rated",
        seconds=12.5,
        rated_at=local_now(),
        supersedes=None,
        machine=OTHER_MACHINE,
    )
    return replace(made, **fields)


def stored_study(ws: Workspace, **fields: Any) -> StudyRecord:
    """Store a study whose plan is no more than a pair of braces."""
    study = record(**fields)
    add_study(ws, study, "{}", entry(ws, study_id=study.id))
    return study


def give(ws: Workspace, **fields: Any) -> StudyRating:
    """Store a rating as if it were given in this workspace, with its row of the trail."""
    given = rating(machine=machine_id(ws), **fields)
    action = "create" if given.supersedes is None else "change"
    add_rating(ws, given, entry(ws, subject=given.id, actor=given.rater, action=action))
    return given
