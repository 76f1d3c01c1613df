"""What raters corrected and marked in a locked study, as measures of the rated answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from statistics import fmean
from typing import TYPE_CHECKING

from medsdesk.core.study_rating import EDIT, MARKS, MarkTarget
from medsdesk.metrics import edit_distance, mark_counts
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.rater_record import needed

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.core.study import Presentation, StudyPlan
    from medsdesk.core.study_rating import StudyRating

Said = Mapping[str, "StudyRating"]
OutputKey = tuple[str, int]
"""An item and the place of one of its outputs."""

POSTEDIT = "postedit."
_TARGETS: tuple[MarkTarget, ...] = ("output_a", "output_b")
_MEAN = "agg:mean-over-raters"
_SIGNATURES = {
    f"{POSTEDIT}distance": f"words|{edit_distance.SIGNATURE}|{_MEAN}",
    f"{POSTEDIT}rate": f"per-100-corrected-words|{edit_distance.SIGNATURE}|{_MEAN}",
    f"{POSTEDIT}seconds": f"active-time-on-the-item|until:last-answer-that-holds|{_MEAN}",
    f"{mark_counts.ERRORS}per_100_words": f"marks|per-100-words-of-the-output|{_MEAN}",
}


def study_measures(
    plan: StudyPlan, presentations: Collection[str], ratings: Iterable[StudyRating]
) -> dict[OutputKey, dict[str, float]]:
    """Return the measures of each output: the mean over the raters who looked at it.

    Only what the form asks for has a measure. Who answered every question and corrected or
    marked nothing found nothing: 0. Who did not get so far, or could judge nothing, says
    nothing, and an output that nobody looked at has no measure.

    Args:
        plan: The study's plan.
        presentations: Ids of those that count; the rest are left out.
        ratings: Ratings that hold. An adjudicator's are left out: they are no independent ones.
    """
    shown = {each.id: each for a in plan.assignments for each in a.presentations}
    forms = {form.id: read_study_form(form) for form in plan.forms}
    items = {item.id: item for item in plan.items}
    values: defaultdict[OutputKey, defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for presentation_id, said in said_by_rater(presentations, ratings):
        presentation = shown[presentation_id]
        item = items[presentation.item_id]
        for place, found in _measured(presentation, item.outputs, forms[item.form], said):
            for name, value in found.items():
                values[item.id, place][name].append(value)
    return {
        key: {name: fmean(many) for name, many in found.items()} for key, found in values.items()
    }


def said_by_rater(
    presentations: Collection[str], ratings: Iterable[StudyRating]
) -> Iterator[tuple[str, Said]]:
    """Yield each presentation with what one of its raters says of it, by question."""
    said: defaultdict[tuple[str, str], dict[str, StudyRating]] = defaultdict(dict)
    for rating in ratings:
        if rating.role == "rater" and rating.presentation_id in presentations:
            said[rating.presentation_id, rating.rater][rating.criterion] = rating
    for (presentation_id, _), found in said.items():
        yield presentation_id, found


def is_looked_at(said: Said, form: Instrument) -> bool:
    """Say whether a rater answered every question, and could judge at least one."""
    asked = [said.get(criterion) for criterion in needed(form)]
    return all(asked) and any(each is not None and each.status == "rated" for each in asked)


def signature_of(name: str) -> str | None:
    """Return how a measure is made; None for a metric that is no measure of a study."""
    if name.startswith((mark_counts.MARKS, mark_counts.ERRORS)):
        return _SIGNATURES.get(name, f"marks|{_MEAN}")
    return _SIGNATURES.get(name)


def is_low_good(name: str) -> bool:
    """Say whether low figures of a metric are good: edits and errors, not marks of any kind.

    Marks without a severity may be of what is good, such as a sound step.
    """
    if name.startswith(mark_counts.MARKS):
        return name.endswith(("_major", "_minor"))
    return name.startswith((POSTEDIT, mark_counts.ERRORS))


def _measured(
    presentation: Presentation, outputs: tuple[str, ...], form: Instrument, said: Said
) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield the measures of each output of a presentation by its place in the item."""
    looked_at = is_looked_at(said, form)
    edit, marks = said.get(EDIT), said.get(MARKS)
    pair = len(outputs) > 1
    for target, place in zip(_TARGETS, presentation.order, strict=False):
        found: dict[str, float] = {}
        if form.edit and not pair and (edit is not None or looked_at):
            found |= _edited(outputs[place], outputs[place] if edit is None else edit.text)
            if times := [each.seconds for each in said.values() if each.seconds is not None]:
                found[f"{POSTEDIT}seconds"] = max(times)
        if form.marks and (marks is not None or looked_at):
            made = () if marks is None else marks.marks
            counts = mark_counts.mark_counts(made, form, target, pair=pair)
            found |= {**counts, **mark_counts.error_counts(counts, form, outputs[place])}
        yield place, found


def _edited(output: str, corrected: str) -> dict[str, float]:
    made = edit_distance.edits(output, corrected)
    found = {f"{POSTEDIT}distance": float(made.distance)}
    if made.rate is not None:
        found[f"{POSTEDIT}rate"] = made.rate
    return found
