"""What a rater sees of a study: by type without models, scores, roles and others' answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from medsdesk.core.rating import Instrument
from medsdesk.core.study import StudyKind
from medsdesk.core.study_rating import Mark

RatedValue = int | Literal["cannot_judge"]


@dataclass(frozen=True, slots=True)
class RatingView:
    """One presentation as it is shown to its rater.

    Attributes:
        study: Name of the study.
        kind: What is done with it.
        place: Place among the rater's presentations, from 0.
        total: How many there are.
        done: How many have an answer to every question.
        minutes_left: Estimate from this rater's own times; None before there are five.
        title: Title of the task.
        language: ISO 639-1 code of the expected answer.
        form: The form, in the study's language.
        source: The clinical text.
        reference: The reference answer, where the design shows it.
        outputs: The outputs by side: A, or A and B.
        values: Answers so far, by criterion.
        comment: The comment so far.
        marks: Marks so far.
        edited: The corrected output so far; None where nothing was corrected.
        draft: Words typed but not yet committed, by criterion.
        flagged: Whether the rater wants to come back to it.
        complete: Whether every question has an answer.
        locked: Whether the rater's set is closed; nothing can be changed then.
        agreed: For a calibration item that is complete: the agreed points by criterion.
        calibration: Whether it is a calibration item.
        can_undo: Whether there is a step to take back, here or on another item.
        can_redo: Whether there is a step to do again.
    """

    study: str
    kind: StudyKind
    place: int
    total: int
    done: int
    minutes_left: float | None
    title: str
    language: str
    form: Instrument
    source: str
    reference: str | None
    outputs: tuple[str, ...]
    values: Mapping[str, RatedValue]
    comment: str
    marks: tuple[Mark, ...]
    edited: str | None
    draft: Mapping[str, str]
    flagged: bool
    complete: bool
    locked: bool
    agreed: Mapping[str, int]
    calibration: bool
    can_undo: bool
    can_redo: bool
