"""Show one presentation to its rater: what is handed out holds nothing that unblinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medsdesk.core.rating_view import RatedValue, RatingView
from medsdesk.core.study_rating import EDIT, MARKS, StudyRating

if TYPE_CHECKING:
    from medsdesk.services.open_plan import OpenPlan
    from medsdesk.services.rater_record import RaterRecord


def show_rating(plan: OpenPlan, record: RaterRecord, place: int) -> RatingView:
    """Return the presentation at a place with everything its rater said of it."""
    shown = plan.presentations[place]
    item = plan.item_of(shown)
    standing = record.standing(shown.id)
    complete = record.is_complete(shown.id)
    return RatingView(
        study=plan.name,
        kind=plan.kind,
        place=place,
        total=len(plan.presentations),
        done=record.done,
        minutes_left=record.minutes_left,
        title=item.title,
        language=item.language,
        form=plan.form_of(shown),
        source=item.source,
        reference=item.reference if plan.show_reference else None,
        outputs=plan.outputs_of(shown),
        values=_values(standing),
        comment=next((r.text for r in standing.values() if r.scale == "text"), ""),
        marks=standing[MARKS].marks if MARKS in standing else (),
        edited=standing[EDIT].text if EDIT in standing else None,
        draft=record.drafts_of(shown.id),
        flagged=record.visit(shown.id).flagged,
        complete=complete,
        locked=record.locked,
        agreed=dict(item.agreed) if shown.calibration and complete else {},
        calibration=shown.calibration,
        can_undo=bool(record.steps.done) and not record.locked,
        can_redo=bool(record.steps.undone) and not record.locked,
    )


def _values(standing: Mapping[str, StudyRating]) -> dict[str, RatedValue]:
    values: dict[str, RatedValue] = {}
    for criterion, rating in standing.items():
        if rating.status == "cannot_judge":
            values[criterion] = "cannot_judge"
        elif rating.value is not None:
            values[criterion] = rating.value
    return values
