"""Rows of ratings for tests."""

from __future__ import annotations

from medsdesk.core.study_rating import StudyRating
from tests.studies.plans import STUDY


def row(
    name: str,
    value: int | None = 3,
    supersedes: str | None = None,
    *,
    presentation: str = "p1",
    rater: str = "Dr Roy",
    criterion: str = "accurate",
    at: str = "2026-02-01T09:00:00.000+01:00",
    text: str = "",
    machine: str = "m1",
    plan: str = "c" * 64,
) -> StudyRating:
    """Return a row whose id is a letter repeated."""
    return StudyRating(
        id=(name * 32)[:32],
        study_id=STUDY,
        plan_sha256=plan,
        presentation_id=presentation,
        rater=rater,
        role="rater",
        form="summary",
        form_version=1,
        form_sha256="f" * 64,
        criterion=criterion,
        scale="ordinal",
        value=value,
        text=text,
        marks=(),
        status="rated",
        seconds=4.5,
        rated_at=at,
        supersedes=None if supersedes is None else (supersedes * 32)[:32],
        machine=machine,
    )
