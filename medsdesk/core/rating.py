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
    """One question of a form.

    A ``text`` criterion has no anchors and takes a comment; a ``ratio`` criterion without anchors
    takes a count from 0.
    """

    id: str
    label: str
    question: str
    scale: ScaleType
    anchors: tuple[Anchor, ...]

    @property
    def is_count(self) -> bool:
        """Whether it takes a count instead of a point of a scale."""
        return self.scale == "ratio" and not self.anchors


@dataclass(frozen=True, slots=True)
class MarkType:
    """A kind of stretch that raters mark in a text, or how grave one is.

    Attributes:
        id: Stable name, such as ``fabrication`` or ``major``.
        label: Name for people.
        meaning: When to use it.
        targets: Where it may stand: in the ``output``, in the ``source``; empty for a severity.
    """

    id: str
    label: str
    meaning: str
    targets: tuple[Literal["output", "source"], ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A rating form.

    Attributes:
        id: Stable name.
        version: Raised with every change of wording or scale.
        title: Name for people.
        source: What it is modelled on.
        criteria: Its questions, in order; at most six with a scale.
        sha256: Of the form's file; stored with every rating.
        kind: Whether it rates one output or compares a pair. In a pair's scale negative points
            are for A, the output on the left, positive ones for B.
        categories: Categories of tasks it is made for; empty for all.
        marks: Kinds of stretches to mark; empty where nothing is marked.
        severities: How grave a marked stretch is; empty where that is not asked.
        edit: Whether raters may correct the output.
        language: ISO 639-1 code of its words.
    """

    id: str
    version: int
    title: str
    source: str
    criteria: tuple[Criterion, ...]
    sha256: str
    kind: Literal["single", "pair"] = "single"
    categories: tuple[str, ...] = ()
    marks: tuple[MarkType, ...] = ()
    severities: tuple[MarkType, ...] = ()
    edit: bool = False
    language: str = "en"


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
