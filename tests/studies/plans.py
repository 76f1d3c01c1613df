"""Small studies for tests, made of synthetic words."""

from __future__ import annotations

from medsdesk.core.study import (
    Assignment,
    KeyedOutput,
    KeyedPresentation,
    Presentation,
    StudyDesign,
    StudyForm,
    StudyItem,
    StudyKey,
    StudyKind,
    StudyPlan,
)
from medsdesk.studies.plan_format import PLAN_FORMAT, fingerprint, write_key

SEED = "00112233445566778899aabbccddeeff" * 2
STUDY = "5" * 32


def design(
    *raters: str,
    kind: StudyKind = "single",
    n_items: int = 30,
    overlap: float = 1.0,
    n_calibration: int = 0,
    repeat_share: float = 0.0,
    attention_share: float = 0.0,
    seed: str = SEED,
) -> StudyDesign:
    """Return the choices of a study."""
    return StudyDesign(
        name="Discharge letters",
        kind=kind,
        raters=raters or ("Dr Roy", "Dr Sato"),
        n_items=n_items,
        overlap=overlap,
        n_calibration=n_calibration,
        repeat_share=repeat_share,
        attention_share=attention_share,
        show_reference=False,
        language="en",
        instructions="Read the text first.",
        primary="krippendorff_alpha_ordinal",
        seed=seed,
    )


def key() -> StudyKey:
    """Return a key of two items and their presentations."""
    return StudyKey(
        study_id=STUDY,
        design=design(n_items=2),
        outputs=(
            KeyedOutput("i1", 0, "output-one", "run-one", "Model One"),
            KeyedOutput("i2", 0, "output-two", "run-two", "Model Two"),
        ),
        presentations=(
            KeyedPresentation("p1", "ordinary"),
            KeyedPresentation("p2", "repeat", of="p1"),
            KeyedPresentation("p3", "ordinary"),
        ),
    )


def plan() -> StudyPlan:
    """Return a plan of two items for two raters."""
    return StudyPlan(
        format=PLAN_FORMAT,
        id=STUDY,
        name="Discharge letters",
        kind="single",
        created_at="2026-01-31T14:02:03.004Z",
        version="0.1.0",
        instructions="Read the text first.",
        show_reference=False,
        primary="krippendorff_alpha_ordinal",
        statement="2 items show little.",
        forms=(StudyForm("summary", 1, "f" * 64, "en", 'id = "summary"\n'),),
        items=(
            _item("i1", "en", "Two days of cough.", None, "Cough."),
            _item("i2", "zh", "咳嗽两天。", "咳嗽", "咳嗽。"),
        ),
        assignments=(
            Assignment("Dr Roy", (Presentation("p1", "i1", (0,)), Presentation("p2", "i1", (0,)))),
            Assignment("Dr Sato", (Presentation("p3", "i2", (0,)),)),
        ),
        key_sha256=fingerprint(write_key(key())),
    )


def _item(name: str, language: str, source: str, reference: str | None, output: str) -> StudyItem:
    return StudyItem(
        name, "Text summarization", "Summary", language, "summary", source, reference, (output,)
    )
