"""Made-up items to rate, and a session over them that keeps everything in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Anchor, Criterion, Instrument, MarkType
from medsdesk.core.rating_view import RatedValue, RatingView
from medsdesk.core.study_rating import Mark

SOURCE = (
    "A 71-year-old woman came in with chest pain for two hours. She takes aspirin 100 mg daily. "
    "She is allergic to penicillin. The ECG shows ST elevation in the inferior leads.\n\n"
    "Troponin was 2.5 ng/mL on arrival. She was taken to the catheter laboratory at once. "
    "One stent was placed in the right coronary artery."
)
OUTPUT = (
    "Elderly woman with an inferior myocardial infarction. She has no known allergies. "
    "A stent was placed in the left coronary artery. Aspirin was continued."
)
OTHER = "Woman, 71, with inferior infarction; penicillin allergy; one stent in the right artery."
CHINESE = "患者，女，71岁，因胸痛两小时入院。心电图示下壁ST段抬高。😷 对青霉素过敏。"


def scale(name: str, label: str, question: str) -> Criterion:
    words = ("Poor", "Weak", "Fair", "Good", "Excellent")
    anchors = tuple(
        Anchor(n, word, f"{word} in the eyes of a careful colleague.")
        for n, word in enumerate(words, 1)
    )
    return Criterion(name, label, question, "ordinal", anchors)


COMMENT = Criterion("comment", "Comment", "Anything a number does not say?", "text", ())
HARM = Criterion(
    "harm",
    "Extent of harm",
    "How bad could it be?",
    "ordinal",
    (
        Anchor(0, "None", "No harm."),
        Anchor(1, "Mild", "Harm that passes."),
        Anchor(2, "Severe", "Lasting injury or death."),
    ),
)
SUMMARY = Instrument(
    id="made-up-summary",
    version=1,
    title="Quality of a summary",
    source="Made up for the tests.",
    criteria=(
        scale("accurate", "Accurate", "Is everything in it true to the text?"),
        scale("thorough", "Thorough", "Is everything in it that matters?"),
        scale("succinct", "Succinct", "Is it as short as it can be?"),
        HARM,
        COMMENT,
    ),
    sha256="1" * 64,
    marks=(
        MarkType("fabrication", "Fabrication", "Not in the text at all.", ("output",)),
        MarkType("negation", "Negation", "Turned into its opposite.", ("output",)),
        MarkType("causality", "Causality", "Cause and effect mixed up.", ("output",)),
        MarkType("omission", "Omission", "Left out of the output.", ("source",)),
    ),
    severities=(
        MarkType("major", "Major", "Could change what is done."),
        MarkType("minor", "Minor", "Would change nothing."),
    ),
    edit=True,
)
COUNTS = Instrument(
    id="made-up-counts",
    version=1,
    title="Errors in a report",
    source="Made up for the tests.",
    criteria=(
        Criterion("false", "False finding", "How many findings are not there?", "ratio", ()),
        Criterion("missed", "Missed finding", "How many findings are left out?", "ratio", ()),
        COMMENT,
    ),
    sha256="2" * 64,
)
PAIR = Instrument(
    id="made-up-pair",
    version=1,
    title="Which of two is better",
    source="Made up for the tests.",
    criteria=(
        Criterion(
            "better",
            "Better overall",
            "Which one would you rather use?",
            "ordinal",
            (
                Anchor(-2, "A clearly", "A is clearly better."),
                Anchor(-1, "A slightly", "A is a little better."),
                Anchor(0, "Neither", "Both are as good or as bad."),
                Anchor(1, "B slightly", "B is a little better."),
                Anchor(2, "B clearly", "B is clearly better."),
            ),
        ),
        COMMENT,
    ),
    sha256="3" * 64,
    kind="pair",
)


def view(form: Instrument = SUMMARY, **changes: Any) -> RatingView:
    fields: dict[str, Any] = {
        "study": "Discharge summaries, spring",
        "kind": form.kind,
        "place": 0,
        "total": 3,
        "done": 0,
        "minutes_left": None,
        "title": "Summary of a hospital stay",
        "language": "en",
        "form": form,
        "source": SOURCE,
        "reference": None,
        "outputs": (OUTPUT, OTHER) if form.kind == "pair" else (OUTPUT,),
        "values": {},
        "comment": "",
        "marks": (),
        "edited": None,
        "draft": {},
        "flagged": False,
        "complete": False,
        "locked": False,
        "agreed": {},
        "calibration": False,
        "can_undo": False,
        "can_redo": False,
    }
    return RatingView(**(fields | changes))


class MemorySession:
    """Does what the session of a study does, for as long as the test runs."""

    def __init__(self, *views: RatingView) -> None:
        total = len(views)
        self.views = [replace(v, place=n, total=total) for n, v in enumerate(views)]
        self.place = 0
        self.broken: UserFacingError | None = None
        self.calls: list[str] = []
        self.instructions = ""
        self.notice: str | None = None
        self.drafts: dict[str, str] = {}

    @property
    def view(self) -> RatingView:
        done = sum(1 for v in self.views if v.complete)
        return replace(self.views[self.place], done=done)

    def _change(self, **changes: Any) -> RatingView:
        if self.broken is not None:
            raise self.broken
        made = replace(self.views[self.place], **changes)
        asked = [c.id for c in made.form.criteria if c.scale != "text"]
        self.views[self.place] = replace(made, complete=set(asked) <= set(made.values))
        return self.view

    def _values(self, question: str, value: RatedValue | None) -> Mapping[str, RatedValue]:
        values = dict(self.views[self.place].values)
        values.pop(question, None)
        return values if value is None else values | {question: value}

    def set_value(self, criterion_id: str, value: int) -> RatingView:
        return self._change(values=self._values(criterion_id, value))

    def set_cannot_judge(self, criterion_id: str) -> RatingView:
        return self._change(values=self._values(criterion_id, "cannot_judge"))

    def clear(self, criterion_id: str) -> RatingView:
        return self._change(values=self._values(criterion_id, None))

    def set_comment(self, text: str) -> RatingView:
        return self._change(comment=text)

    def set_marks(self, marks: tuple[Mark, ...]) -> RatingView:
        return self._change(marks=marks)

    def set_edit(self, text: str | None) -> RatingView:
        return self._change(edited=text)

    def flag(self, *, flagged: bool) -> RatingView:
        return self._change(flagged=flagged)

    def go_to(self, place: int) -> RatingView:
        self.place = max(0, min(place, len(self.views) - 1))
        return self.view

    def next(self) -> RatingView:
        return self.go_to(self.place + 1)

    def skip(self) -> RatingView:
        self.calls.append("skip")
        return self.next()

    def previous(self) -> RatingView:
        return self.go_to(self.place - 1)

    def first_open(self) -> RatingView:
        return self.go_to(next((n for n, v in enumerate(self.views) if not v.complete), 0))

    def undo(self) -> RatingView:
        self.calls.append("undo")
        return self.view

    def redo(self) -> RatingView:
        self.calls.append("redo")
        return self.view

    def save_draft(self, criterion_id: str, text: str) -> None:
        self.drafts[criterion_id] = text

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    def touch(self) -> None:
        pass


Side = Literal["output_a", "output_b"]
Opened = Callable[..., Any]
