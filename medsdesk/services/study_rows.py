"""Ratings of locked studies as rows of the table of ratings, with the models they speak of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from medsdesk.core.imported_rating import DECIDED, LEFT_STANDING
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.rating_rows import RatingRow
from medsdesk.services.study_measures import OutputKey, study_measures
from medsdesk.store.studies import has_key, is_locked, list_studies, study_key
from medsdesk.store.study_ratings import current_ratings
from medsdesk.studies.plan_format import read_key

if TYPE_CHECKING:
    from medsdesk.core.study import KeyedOutput, Presentation, StudyKey, StudyPlan
    from medsdesk.core.study_rating import StudyRating
    from medsdesk.services.spreadsheet import Cell
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

SIDES = ("A", "B")
_IN_WORDS = ("text", "marks", "edit")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A locked study with what is looked up in it."""

    plan: StudyPlan
    ordinary: frozenset[str]
    outputs: Mapping[tuple[str, int], KeyedOutput]
    presentations: Mapping[str, Presentation]
    measures: Mapping[OutputKey, Mapping[str, float]]


def study_rows(
    ws: Workspace, answers: Mapping[str, AnswerRow], items: Mapping[str, str]
) -> Iterator[RatingRow]:
    """Yield the ratings of every study that was made here and is locked.

    Practice items, repeats and damaged copies are left out. An adjudicator's decision is a row of
    its own with the status ``decided`` or ``left_standing``, by which it is told from independent
    ratings. A rating of a pair is two rows, one for each answer, whose
    values are turned so that positive ones are in favour of that row's answer; ``side`` is where
    it stood, and ``strength`` how far from the middle the value is. What raters corrected and
    marked stands among the scores of the answer, as ``study_measures`` makes it.

    Args:
        ws: The workspace.
        answers: All answers by their ids.
        items: The item of each answer, as in the table of ratings.
    """
    for study in list_studies(ws):
        if not has_key(ws, study.id) or not is_locked(ws, study.id):
            continue
        _, plan = study_with_plan(ws, study.id)
        ratings = current_ratings(ws, study.id)
        opened = _open(plan, read_key(study_key(ws, study.id), plan.key_sha256), ratings)
        for rating in ratings:
            if rating.presentation_id in opened.ordinary:
                yield from _rows(opened, rating, answers, items)


def _open(plan: StudyPlan, key: StudyKey, ratings: Sequence[StudyRating]) -> _Opened:
    ordinary = frozenset(p.presentation_id for p in key.presentations if p.role == "ordinary")
    return _Opened(
        plan=plan,
        ordinary=ordinary,
        outputs={(each.item_id, each.place): each for each in key.outputs},
        presentations={each.id: each for a in plan.assignments for each in a.presentations},
        measures=study_measures(plan, ordinary, ratings),
    )


def _rows(
    opened: _Opened,
    rating: StudyRating,
    answers: Mapping[str, AnswerRow],
    items: Mapping[str, str],
) -> Iterator[RatingRow]:
    shown = opened.presentations[rating.presentation_id]
    pair = opened.plan.kind == "pair"
    for at, place in enumerate(shown.order):
        answer = answers[opened.outputs[shown.item_id, place].output_id]
        # A pair is an item of its own: its text may stand in several pairs.
        item = shown.item_id if pair else items[answer.output.id]
        yield RatingRow(
            _cells(opened.plan.name, item, rating, answer, SIDES[at] if pair else ""),
            {score.name: score.value for score in answer.scores}
            | dict(opened.measures.get((shown.item_id, place), {})),
            len(answer.output.completion.text),
            answer.sample.input_sha256,
        )


def _cells(
    study: str, item: str, rating: StudyRating, answer: AnswerRow, side: str
) -> tuple[Cell, ...]:
    sample, value = answer.sample, rating.value
    strength = None if value is None or not side else abs(value)
    if value is not None and side == SIDES[0]:
        value = -value  # as it was given, negative is for the left
    in_words = rating.scale in _IN_WORDS
    return (
        study, item, sample.task_id, sample.category, sample.language, answer.model_id,
        answer.output.run_id, answer.output.id, rating.rater, rating.form, rating.form_version,
        rating.criterion, "text" if in_words else rating.scale, value, side or None, strength,
        _words(rating), rating.seconds, rating.rated_at, _status(rating),
    )  # fmt: skip


def _status(rating: StudyRating) -> str:
    if rating.role == "rater":
        return rating.status
    return LEFT_STANDING if rating.status == "cannot_judge" else DECIDED


def _words(rating: StudyRating) -> str:
    """Return the comment or the corrected answer; for marks, their JSON."""
    if rating.scale != "marks" or rating.status != "rated":
        return rating.text
    return json.dumps(msgspec.to_builtins(rating.marks), ensure_ascii=False, sort_keys=True)
