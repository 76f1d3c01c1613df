"""How far raters of locked studies mark the same places of the texts they were shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from medsdesk.agreement.spans import MarkedText, Span, span_agreement
from medsdesk.core.study_rating import MARKS
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.comparison_report import AgreementRow
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.study_measures import is_looked_at, said_by_rater
from medsdesk.store.studies import has_key, is_locked, list_studies, study_key
from medsdesk.store.study_ratings import current_ratings
from medsdesk.studies.plan_format import read_key

if TYPE_CHECKING:
    from medsdesk.core.study import Presentation, StudyItem, StudyPlan
    from medsdesk.core.study_rating import StudyRating
    from medsdesk.services.comparison_report import CompareOptions
    from medsdesk.store.workspace import Workspace

WHY = "Marks are stretches of text: how far the marked characters overlap, and by which type."
_SOURCE, _OUTPUT = "marks.source", "marks.output"

_Place = tuple[str, str, int]
"""A form's and an item's id, and the place of the output; -1 for the source."""


def mark_agreement(ws: Workspace, options: CompareOptions) -> Iterator[AgreementRow]:
    """Yield how far raters agree on marks, for each form with marks of each locked study.

    Marks on the outputs and on the source are told apart. Only items that count are taken.
    """
    for study in list_studies(ws):
        if options.study not in (None, study.name):
            continue
        if not has_key(ws, study.id) or not is_locked(ws, study.id):
            continue
        _, plan = study_with_plan(ws, study.id)
        key = read_key(study_key(ws, study.id), plan.key_sha256)
        ordinary = {p.presentation_id for p in key.presentations if p.role == "ordinary"}
        texts = marked_texts(plan, ordinary, current_ratings(ws, study.id))
        for (form, criterion), found in texts.items():
            yield from _rows(plan.name, form, criterion, found, options)


def marked_texts(
    plan: StudyPlan, presentations: set[str], ratings: Sequence[StudyRating]
) -> dict[tuple[str, str], tuple[MarkedText, ...]]:
    """Return the texts that raters looked at with their marks, by form and kind of text.

    A rater who answered every question and marked nothing found nothing to mark.

    Args:
        plan: The study's plan.
        presentations: Ids of those that count.
        ratings: Ratings that hold.
    """
    forms = {form.id: read_study_form(form) for form in plan.forms}
    items = {item.id: item for item in plan.items}
    shown = {each.id: each for a in plan.assignments for each in a.presentations}
    spans: defaultdict[_Place, dict[str, tuple[Span, ...]]] = defaultdict(dict)
    for presentation_id, said in said_by_rater(presentations, ratings):
        presentation = shown[presentation_id]
        form = forms[items[presentation.item_id].form]
        marks = said.get(MARKS)
        if not form.marks or (marks is None and not is_looked_at(said, form)):
            continue
        targets = {target for kind in form.marks for target in kind.targets}
        rater = next(iter(said.values())).rater
        for target, place in _shown_texts(presentation, targets):
            spans[form.id, presentation.item_id, place][rater] = tuple(
                Span(each.start, each.end, each.type)
                for each in (() if marks is None else marks.marks)
                if each.target == target
            )
    made: defaultdict[tuple[str, str], list[MarkedText]] = defaultdict(list)
    for (form_id, item_id, place), found in spans.items():
        criterion = _SOURCE if place < 0 else _OUTPUT
        made[form_id, criterion].append(MarkedText(_length(items[item_id], place), found))
    return {key: tuple(many) for key, many in made.items()}


def _shown_texts(presentation: Presentation, targets: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the targets of marks that a form has, with the place of the text in the item."""
    if "output" in targets:
        yield from zip(("output_a", "output_b"), presentation.order, strict=False)
    if "source" in targets:
        yield "source", -1


def _length(item: StudyItem, place: int) -> int:
    return len(item.source if place < 0 else item.outputs[place])


def _rows(
    study: str,
    form: str,
    criterion: str,
    texts: Sequence[MarkedText],
    options: CompareOptions,
) -> Iterator[AgreementRow]:
    for place, figure in enumerate(span_agreement(texts, options.resamples, options.seed)):
        yield AgreementRow(
            study=study,
            instrument=form,
            criterion=criterion,
            scale="nominal",
            statistic=figure.statistic,
            value=figure.value,
            ci95=figure.ci95,
            n_items=figure.n_items,
            n_raters=figure.n_raters,
            note=figure.note,
            why=WHY if place == 0 and figure.value is not None else None,
            interval=figure.interval,
            excluded={},
        )
