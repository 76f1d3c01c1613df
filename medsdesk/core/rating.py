"""Rating forms and ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScaleType = Literal["nominal", "ordinal", "interval", "ratio", "text"]
RatingStatus = Literal["rated", "cannot_judge", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """One point of a scale: its value, short label, and what it means."""

    value: int
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a form; a ``text`` criterion has no anchors and takes a comment."""

    id: str
    label: str
    question: str
    scale: ScaleType
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A rating form.

    Attributes:
        id: Stable name.
        version: Raised with every change of wording or scale.
        title: Name for people.
        source: What it is modelled on.
        criteria: Its questions, in order.
        sha256: Of the form's file; stored with every rating.
    """

    id: str
    version: int
    title: str
    source: str
    criteria: tuple[Criterion, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One clinician's answer to one question of a form about one output.

    Append-only: a change is a new rating that supersedes the old one.

    Attributes:
        id: UUID.
        output_id: The rated output.
        rater: Name of the rater.
        instrument: Id of the form.
        instrument_version: Its version.
        instrument_sha256: Its fingerprint.
        criterion: Id of the question.
        scale: Type of its scale.
        value: The point chosen; None for ``cannot_judge``, ``withdrawn`` and text.
        comment: The text of a ``text`` criterion, else empty.
        status: ``cannot_judge`` is an answer, not a gap; ``withdrawn`` takes an answer back.
        seconds: Active time spent on the output before this answer; None where not measured.
        rated_at: UTC time.
        supersedes: Id of the rating this one replaces.
    """

    id: str
    output_id: str
    rater: str
    instrument: str
    instrument_version: int
    instrument_sha256: str
    criterion: str
    scale: ScaleType
    value: int | None
    comment: str
    status: RatingStatus
    seconds: float | None
    rated_at: str
    supersedes: str | None = None
