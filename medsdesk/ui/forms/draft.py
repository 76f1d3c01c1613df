"""A rating form while it is being made: as typed, right or not; no Qt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument, MarkType

AnswerKind = Literal["ordinal", "nominal", "interval", "ratio"]

_POINTS = {"single": range(1, 6), "pair": range(-2, 3)}
_LONGEST_ID = 32


@dataclass(slots=True)
class DraftPoint:
    """A point of a scale as typed; one without words is not there."""

    value: str = ""
    label: str = ""
    meaning: str = ""


@dataclass(slots=True)
class DraftQuestion:
    """A question as typed.

    Attributes:
        id: Of the question it was taken from; empty for a new one, which is named by its label.
        label: Its short name.
        question: What is asked.
        kind: How it is answered.
        points: Its points, of which a count has none.
    """

    id: str = ""
    label: str = ""
    question: str = ""
    kind: AnswerKind = "ordinal"
    points: list[DraftPoint] = field(default_factory=list)


@dataclass(slots=True)
class DraftMark:
    """A kind of stretch to mark as typed; one without words is not there."""

    id: str = ""
    label: str = ""
    meaning: str = ""
    output: bool = True
    source: bool = False


@dataclass(slots=True)
class FormDraft:
    """A form as typed.

    Attributes:
        id: Of the own form that is changed; empty for a new one, which is named by its title.
        version: The version it will be.
        title: Its name.
        source: What it is modelled on.
        kind: Whether it rates one output or compares two.
        language: ISO 639-1 code of its words.
        edit: Whether raters may correct the output.
        questions: Without the comment, which every form ends with.
        comment: The comment of the form it was taken from; None for the usual one.
        marks: What is marked.
        weighed: Whether it is asked how grave a mark is.
        severities: Those of the form it was taken from; none for the usual ones.
        categories: Of the tasks it is made for.
    """

    id: str = ""
    version: int = 1
    title: str = ""
    source: str = "Ours."
    kind: Literal["single", "pair"] = "single"
    language: str = "en"
    edit: bool = False
    questions: list[DraftQuestion] = field(default_factory=list)
    comment: Criterion | None = None
    marks: list[DraftMark] = field(default_factory=list)
    weighed: bool = False
    severities: tuple[MarkType, ...] = ()
    categories: tuple[str, ...] = ()


def new_question(kind: Literal["single", "pair"] = "single") -> DraftQuestion:
    """Return an empty question with the usual numbers on its points."""
    return DraftQuestion(points=[DraftPoint(str(value)) for value in _POINTS[kind]])


def draft_of(form: Instrument, *, own: bool) -> FormDraft:
    """Return a draft that begins with a form.

    Args:
        form: The form.
        own: Whether it is this workspace's: then the draft is its next version, else a new form.
    """
    return FormDraft(
        id=form.id if own else "",
        version=form.version + 1 if own else 1,
        title=form.title if own else "",
        source=form.source,
        kind=form.kind,
        language=form.language,
        edit=form.edit,
        questions=[_question(each) for each in form.criteria if each.scale != "text"],
        comment=next(each for each in form.criteria if each.scale == "text"),
        marks=[
            DraftMark(
                mark.id,
                mark.label,
                mark.meaning,
                "output" in mark.targets,
                "source" in mark.targets,
            )
            for mark in form.marks
        ],
        weighed=bool(form.severities),
        severities=form.severities,
        categories=form.categories,
    )


def draft_fields(draft: FormDraft, taken: Collection[str], usual: Instrument) -> dict[str, Any]:
    """Return what the file of the form would hold, whether that can be used or not.

    Args:
        draft: The form as typed.
        taken: Ids of forms that are there already.
        usual: A form in the draft's language, of which comment and severities are taken where the
            draft has none.
    """
    comment = draft.comment or next(each for each in usual.criteria if each.scale == "text")
    fields: dict[str, Any] = {
        "id": draft.id or _free_id(draft.title, "form", taken),
        "version": draft.version,
        "title": draft.title.strip(),
        "source": draft.source.strip(),
        "kind": draft.kind,
        "language": draft.language,
        "edit": draft.edit,
        "categories": list(draft.categories),
        "criteria": [*_named(draft, comment.id), _comment(comment)],
        "marks": list(_marks(draft.marks)),
    }
    if draft.weighed and fields["marks"]:
        fields["severities"] = [
            {"id": each.id, "label": each.label, "meaning": each.meaning}
            for each in draft.severities or usual.severities
        ]
    return fields


def _question(criterion: Criterion) -> DraftQuestion:
    points = [DraftPoint(str(a.value), a.label, a.meaning) for a in criterion.anchors]
    kind = "ordinal" if criterion.scale == "text" else criterion.scale
    return DraftQuestion(criterion.id, criterion.label, criterion.question, kind, points)


def _named(draft: FormDraft, comment_id: str) -> Iterator[dict[str, Any]]:
    used = {comment_id, *(each.id for each in draft.questions if each.id)}
    for each in draft.questions:
        name = each.id or _free_id(each.label, "question", used)
        used.add(name)
        yield {
            "id": name,
            "label": each.label.strip(),
            "question": each.question.strip(),
            "scale": each.kind,
            "anchors": [] if each.kind == "ratio" else list(_points(each.points)),
        }


def _points(points: Sequence[DraftPoint]) -> Iterator[dict[str, Any]]:
    for point in points:
        label, meaning, value = (t.strip() for t in (point.label, point.meaning, point.value))
        if label or meaning:
            number: str | int = int(value) if re.fullmatch(r"[+-]?[0-9]{1,3}", value) else value
            yield {"value": number, "label": label, "meaning": meaning}


def _marks(marks: Sequence[DraftMark]) -> Iterator[dict[str, Any]]:
    used = {mark.id for mark in marks if mark.id}
    for mark in marks:
        label, meaning = mark.label.strip(), mark.meaning.strip()
        if not label and not meaning:
            continue
        name = mark.id or _free_id(label, "mark", used)
        used.add(name)
        places = {"output": mark.output, "source": mark.source}
        yield {
            "id": name,
            "label": label,
            "meaning": meaning,
            "targets": [place for place, chosen in places.items() if chosen],
        }


def _comment(criterion: Criterion) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "label": criterion.label,
        "question": criterion.question,
        "scale": "text",
        "anchors": [],
    }


def _free_id(words: str, otherwise: str, taken: Collection[str]) -> str:
    """Return an id made of words, such as ``harm_extent`` of ``Harm: extent``.

    Words without a Latin letter, as Chinese ones are, give the other name with a number.
    """
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    name = re.sub(r"^[^a-z]+", "", name)[:_LONGEST_ID].rstrip("_") or otherwise
    number, found = 1, name
    while found in taken or found in ("marks", "edit"):
        number += 1
        end = f"_{number}"
        found = f"{name[: _LONGEST_ID - len(end)]}{end}"
    return found
