"""What raters say in a study, as rows that are only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from medsdesk.core.rating import RatingStatus

StudyScale = Literal["nominal", "ordinal", "interval", "ratio", "text", "marks", "edit"]
RatingRole = Literal["rater", "adjudicator"]
MarkTarget = Literal["source", "output_a", "output_b"]

MARKS: Final = "marks"
"""The criterion of marked stretches, and their scale: they answer no question of a form."""
EDIT: Final = "edit"
"""The criterion of the corrected output, and its scale."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch of a shown text.

    Attributes:
        target: The text: the source, or the output at a side, as it was shown.
        start: First character, counted in code points of the text from 0.
        end: One past the last character.
        text_sha256: Of the whole text that was marked.
        type: Id of the form's type of mark.
        severity: ``major`` or ``minor``; empty where the form has none.
        note: The rater's words, may be empty.
    """

    target: MarkTarget
    start: int
    end: int
    text_sha256: str
    type: str
    severity: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StudyRating:
    """One answer of one rater to one question about one presentation.

    A change is a new row that supersedes the old one, on every machine; sets of rows of several
    machines are put together by their ids.

    Attributes:
        id: UUID.
        study_id: The study.
        plan_sha256: Of the plan it was given under.
        presentation_id: What was shown.
        rater: Name of the rater.
        role: ``adjudicator`` for a decision between raters.
        form: Id of the form.
        form_version: Its version.
        form_sha256: Its fingerprint.
        criterion: Id of the question.
        scale: Kind of the answer.
        value: The point chosen, or a count; None for words, marks and ``cannot_judge``. In a pair
            negative is for the left side, A, as it was shown.
        text: The comment, or the whole corrected output; else empty.
        marks: All marks of the presentation, each time whole.
        status: ``cannot_judge`` is an answer, not a gap; ``withdrawn`` takes an answer back.
        seconds: Active time on the presentation before this answer; None where not measured.
        rated_at: Local time with its offset from UTC and milliseconds.
        supersedes: Id of the row this one replaces.
        machine: Id of the workspace it was given in.
    """

    id: str
    study_id: str
    plan_sha256: str
    presentation_id: str
    rater: str
    role: RatingRole
    form: str
    form_version: int
    form_sha256: str
    criterion: str
    scale: StudyScale
    value: int | None
    text: str
    marks: tuple[Mark, ...]
    status: RatingStatus
    seconds: float | None
    rated_at: str
    supersedes: str | None
    machine: str

    @property
    def question(self) -> tuple[str, str, str, str]:
        """What there is one current answer to: presentation, rater, role and criterion."""
        return (self.presentation_id, self.rater, self.role, self.criterion)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the trail, written in the transaction of what it tells of.

    Attributes:
        id: UUID.
        study_id: The study; empty for what concerns none.
        at: Local time with its offset from UTC and milliseconds.
        actor: Name of who did it.
        action: ``create``, ``change``, ``withdraw``, ``flag``, ``lock``, ``reveal``, ``bundle``,
            ``import``, ``merge``, ``export`` or ``adjudicate``.
        subject: Id of what it was done to.
        before: JSON of what was there; empty for nothing.
        after: JSON of what is there now; empty for nothing.
        why: A reason, where one was asked for.
        machine: Id of the workspace it was done in.
    """

    id: str
    study_id: str
    at: str
    actor: str
    action: str
    subject: str
    before: str
    after: str
    why: str
    machine: str
