"""Studies made up for tests: rows of the store, and a whole small plan; every text is synthetic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from medsdesk.core.identity import local_now, new_id, utc_now
from medsdesk.core.study import (
    Assignment,
    Presentation,
    StudyForm,
    StudyItem,
    StudyKind,
    StudyPlan,
)
from medsdesk.core.study_rating import AuditEntry, StudyRating
from medsdesk.services.instruments import form_file, load_instrument
from medsdesk.store.audit import machine_id
from medsdesk.store.studies import StudyRecord, add_study
from medsdesk.store.study_ratings import add_rating
from medsdesk.store.workspace import Workspace
from medsdesk.studies.plan_format import PLAN_FORMAT, fingerprint, write_plan

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


def made_plan(
    items: int = 6,
    raters: tuple[str, ...] = ("Dr Ada", "Dr Bo"),
    *,
    form: str = "summary",
    calibration: int = 0,
    show_reference: bool = True,
    source: str = "Made-up note {n}: cough for {n} days. 患者 🫀 stable.",
) -> StudyPlan:
    """Return a plan in which every rater is shown every item, the second rater sides swapped."""
    file = form_file(form)
    instrument = load_instrument(form)
    kind: StudyKind = instrument.kind
    places = (0,) if kind == "single" else (0, 1)
    first = instrument.criteria[0].id
    return StudyPlan(
        format=PLAN_FORMAT,
        id=STUDY,
        name="Made-up study",
        kind=kind,
        created_at=utc_now(),
        version="0",
        instructions="Read all of it first.",
        show_reference=show_reference,
        primary="krippendorff_alpha_ordinal",
        statement="Made up.",
        forms=(StudyForm(form, instrument.version, file.sha256, "en", file.text),),
        items=tuple(
            StudyItem(
                id=f"i{n}",
                category="Text Summarization",
                title="Summary of a note",
                language="en",
                form=form,
                source=source.format(n=n),
                reference=f"Cough, {n} days." if show_reference else None,
                outputs=tuple(f"Output {n} at place {place}: cough." for place in places),
                agreed=((first, 3),) if n < calibration else (),
            )
            for n in range(items)
        ),
        assignments=tuple(
            Assignment(
                rater,
                tuple(
                    Presentation(
                        f"{number}p{n}", f"i{n}", places[:: -1 if number else 1], n < calibration
                    )
                    for n in range(items)
                ),
            )
            for number, rater in enumerate(raters)
        ),
        key_sha256="f" * 64,
    )


def store_plan(ws: Workspace, plan: StudyPlan) -> str:
    """Store a plan as if it had come as a bundle, and return the study's id."""
    text = write_plan(plan)
    study = record(id=plan.id, name=plan.name, kind=plan.kind, plan_sha256=fingerprint(text))
    add_study(ws, study, text, entry(ws, study_id=plan.id))
    return plan.id
