"""Disagreements of raters, and what is decided between them: without names and models."""

from __future__ import annotations

from dataclasses import dataclass

from medsdesk.core.rating import Criterion, Instrument
from medsdesk.core.rating_view import RatedValue
from medsdesk.core.study_rating import Mark


@dataclass(frozen=True, slots=True)
class RaterAnswer:
    """What one rater said to the question that is decided on.

    Attributes:
        number: Rater 1, 2 and so on, in an order of this item's own: Rater 1 of one item need
            not be Rater 1 of another.
        name: The rater's name; empty until the study is locked.
        value: The point chosen or the count, turned to the sides that are shown here; None where
            the question has no answer, and for marks.
        comment: The rater's comment on the item, as it was written.
        marks: The rater's marks of the item, turned like the value.
        swapped: Whether the rater saw A and B the other way round, so that the comment's A is
            the B that is shown here.
    """

    number: int
    name: str
    value: RatedValue | None
    comment: str
    marks: tuple[Mark, ...]
    swapped: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What an adjudicator decided.

    Attributes:
        adjudicator: The name.
        value: The point or count; ``cannot_judge`` where the disagreement is left as it stands;
            None for marks.
        marks: For marks, those that hold.
        why: The reason that was given; may be empty.
        at: Local time with its offset.
    """

    adjudicator: str
    value: RatedValue | None
    marks: tuple[Mark, ...]
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question about one item on which its raters differ, or which was decided.

    Attributes:
        item_id: The item.
        presentation_id: The showing that a decision names: the first of the item in the plan's
            order. Sides are as they are in it.
        title: Title of the task.
        language: ISO 639-1 code of the expected answer.
        form: The form, in the study's language.
        criterion: Id of the question, ``marks`` for marked stretches.
        question: The question; None for marks.
        source: The clinical text.
        reference: The reference answer, where the design shows it.
        outputs: The outputs by side: A, or A and B.
        answers: What the raters said, in the order of their numbers.
        decision: What was decided; None until then.
        differs: Whether the raters still differ; they may change their answers afterwards.
    """

    item_id: str
    presentation_id: str
    title: str
    language: str
    form: Instrument
    criterion: str
    question: Criterion | None
    source: str
    reference: str | None
    outputs: tuple[str, ...]
    answers: tuple[RaterAnswer, ...]
    decision: Decision | None
    differs: bool

    @property
    def label(self) -> str:
        """The name of the question for people."""
        return self.question.label if self.question else "Marks"


@dataclass(frozen=True, slots=True)
class Disagreements:
    """The disagreements of a study.

    Attributes:
        study_id: The study.
        study: Its name.
        locked: Whether it is locked: then names are told, and nothing can be decided any more.
        points: How many points apart answers on a scale of points, or counts, must be.
        rows: The disagreements, in the plan's order of items.
        compared: Items that two or more raters were shown for the figures.
        own: Of these, how many are left out since whoever asks has rated them.
    """

    study_id: str
    study: str
    locked: bool
    points: int
    rows: tuple[Disagreement, ...]
    compared: int
    own: int

    @property
    def decided(self) -> int:
        """How many have a decision."""
        return sum(row.decision is not None for row in self.rows)
