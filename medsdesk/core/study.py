"""A rating study: its frozen plan, which may travel, and its key, which stays with the owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StudyKind = Literal["single", "pair"]
PresentationRole = Literal["ordinary", "calibration", "repeat", "attention"]


@dataclass(frozen=True, slots=True)
class StudyItem:
    """A text with the outputs that are rated on it; says nothing of who wrote them.

    Attributes:
        id: Random; not the id of any sample or output.
        category: Category of the task.
        title: Title of the task, for people.
        language: ISO 639-1 code of the expected answer.
        form: Id of the form it is rated with.
        source: The clinical text.
        reference: The reference answer; None where there is none or the design does not show it.
        outputs: One output, or two for a pair, in an order drawn for this item alone; formatting
            made alike.
        agreed: Points agreed on beforehand, by criterion; only for calibration, else empty.
    """

    id: str
    category: str
    title: str
    language: str
    form: str
    source: str
    reference: str | None
    outputs: tuple[str, ...]
    agreed: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Presentation:
    """One showing of an item to one rater: what ratings name.

    Attributes:
        id: Random; tells neither role nor repeat.
        item_id: The item.
        order: Places in the item's outputs, as they are shown from the left: ``(1, 0)`` shows
            the second output as A.
        calibration: Whether the agreed points are shown afterwards; such ratings are left out of
            every analysis.
    """

    id: str
    item_id: str
    order: tuple[int, ...]
    calibration: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one rater is shown, in order.

    Attributes:
        rater: Name of the rater.
        presentations: Calibration first, then the rest in an order of this rater's own.
    """

    rater: str
    presentations: tuple[Presentation, ...]


@dataclass(frozen=True, slots=True)
class StudyForm:
    """A form of the study, whole, so that it can be shown on any machine.

    Attributes:
        id: Its name.
        version: Its version.
        sha256: Of its file; stored with every rating.
        language: ISO 639-1 code of the words shown.
        toml: The form's file, whole.
        translation: The file with its words in that language; empty for English.
    """

    id: str
    version: int
    sha256: str
    language: str
    toml: str
    translation: str = ""


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """The owner's choices from which a plan is drawn.

    Attributes:
        name: Name of the study, for people.
        kind: ``single`` rates outputs one by one, ``pair`` compares two.
        raters: Names of the raters.
        n_items: Items drawn; without calibration, repeats and attention items.
        overlap: Part of the items, 0 to 1, that every rater is shown; the rest is split.
        n_calibration: Items with agreed points shown first.
        repeat_share: Part of a rater's items that come back later.
        attention_share: Part of a rater's items that are damaged copies.
        show_reference: Whether raters see the reference answer.
        language: ISO 639-1 code of the forms' words.
        instructions: What raters are told first.
        primary: The statistic decided on beforehand, such as ``krippendorff_alpha_ordinal``.
        seed: 64 hexadecimal digits; everything drawn follows from it.
    """

    name: str
    kind: StudyKind
    raters: tuple[str, ...]
    n_items: int
    overlap: float
    n_calibration: int
    repeat_share: float
    attention_share: float
    show_reference: bool
    language: str
    instructions: str
    primary: str
    seed: str


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """Everything a rater's machine needs, frozen before the first rating; nothing unblinds.

    Attributes:
        format: Of the plan; a newer one is refused.
        id: UUID of the study.
        name: Name of the study.
        kind: What is done with each item.
        created_at: UTC time.
        version: MedsDesk's version.
        instructions: What raters are told first.
        show_reference: Whether raters see reference answers.
        primary: The statistic decided on beforehand.
        statement: What this many items can show, in words.
        forms: The forms.
        items: The items.
        assignments: Who is shown what.
        key_sha256: Of the owner's key: proves later that nothing was changed in it.
    """

    format: int
    id: str
    name: str
    kind: StudyKind
    created_at: str
    version: str
    instructions: str
    show_reference: bool
    primary: str
    statement: str
    forms: tuple[StudyForm, ...]
    items: tuple[StudyItem, ...]
    assignments: tuple[Assignment, ...]
    key_sha256: str


@dataclass(frozen=True, slots=True)
class KeyedOutput:
    """Where an output of an item came from.

    Attributes:
        item_id: The item.
        place: Its place in the item's outputs.
        output_id: The stored output.
        run_id: Its run.
        model_name: Its model.
    """

    item_id: str
    place: int
    output_id: str
    run_id: str
    model_name: str


@dataclass(frozen=True, slots=True)
class KeyedPresentation:
    """What a presentation is there for.

    Attributes:
        presentation_id: The presentation.
        role: Its role.
        of: For a repeat, the presentation it repeats; for an attention item, the item whose copy
            was damaged; else empty.
        fault: For an attention item, what was done to it, such as ``dose_times_ten``.
    """

    presentation_id: str
    role: PresentationRole
    of: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class StudyKey:
    """What only the owner has: which model wrote what, and which items are checks.

    Attributes:
        study_id: The study.
        design: The choices and the seed it was drawn from.
        outputs: Where each output came from.
        presentations: What each presentation is there for.
    """

    study_id: str
    design: StudyDesign
    outputs: tuple[KeyedOutput, ...]
    presentations: tuple[KeyedPresentation, ...]
