"""What repeats and damaged copies say of raters, once a study is locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from medsdesk.agreement.resampling import RESAMPLES, SEED
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.rated_answers import is_bad
from medsdesk.store.studies import study_key
from medsdesk.store.study_ratings import current_ratings
from medsdesk.studies.plan_format import read_key

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Figure
    from medsdesk.core.study import StudyKey, StudyPlan
    from medsdesk.store.workspace import Workspace

SAME_DIRECTION = "intra_rater_same_direction"


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """How far raters agree with themselves on one question, all raters together.

    Attributes:
        form: The form.
        criterion: The question.
        statistic: Name of the figure.
        value: The figure; None where it is not defined.
        ci95: Its 95 % interval, if there is one.
        n_items: Repeats with both answers.
        note: What to know of it.
        interval: How the interval is made.
    """

    form: str
    criterion: str
    statistic: str
    value: float | None
    ci95: tuple[float, float] | None
    n_items: int
    note: str | None
    interval: str = ""


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """Whether a rater saw that a copy was damaged.

    Attributes:
        rater: The rater.
        presentation: Id of the presentation.
        fault: What was done to the copy.
        result: ``passed`` where the copy was not rated above the original over all questions
            together, else ``missed``; ``unanswered`` where one of the two has no answer.
    """

    rater: str
    presentation: str
    fault: str
    result: Literal["passed", "missed", "unanswered"]


@dataclass(frozen=True, slots=True)
class StudyChecks:
    """What the hidden items of a study say; no rater is left out because of them."""

    repeats: tuple[RepeatRow, ...]
    attention: tuple[AttentionRow, ...]


Answers = Mapping[str, Mapping[str, float]]  # by presentation and criterion


def study_checks(
    ws: Workspace, named: str, resamples: int = RESAMPLES, seed: int = SEED
) -> StudyChecks:
    """Return what repeats and damaged copies say.

    Args:
        ws: The workspace.
        named: Name or id of the study.
        resamples: Of the bootstrap over repeats.
        seed: Of the bootstrap.

    Raises:
        UserFacingError: The study is not locked, or its key is not here.
    """
    study, plan = study_with_plan(ws, named)
    key = read_key(study_key(ws, study.id), plan.key_sha256)
    answers: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in current_ratings(ws, study.id):
        if row.role == "rater" and row.value is not None:
            answers[row.presentation_id][row.criterion] = float(row.value)
    turned = _turned(plan, answers)
    drawn = resamples, seed
    repeats = _repeats(plan, key, turned, drawn)
    return StudyChecks(tuple(repeats), tuple(_attention(plan, key, turned)))


def _turned(plan: StudyPlan, answers: Answers) -> Answers:
    """Return answers to pairs as if every pair had been shown in its own order."""
    swapped = {p.id for a in plan.assignments for p in a.presentations if p.order == (1, 0)}
    return {
        name: {c: -value if name in swapped else value for c, value in given.items()}
        for name, given in answers.items()
    }


def _repeats(
    plan: StudyPlan, key: StudyKey, answers: Answers, drawn: tuple[int, int]
) -> Iterator[RepeatRow]:
    import numpy as np

    from medsdesk.agreement.raters import intra_rater

    pairs = [(each.of, each.presentation_id) for each in key.presentations if each.role == "repeat"]
    items = {p.id: p.item_id for a in plan.assignments for p in a.presentations}
    forms = {item.id: item.form for item in plan.items}
    for carried in plan.forms:
        mine = [pair for pair in pairs if forms[items[pair[1]]] == carried.id]
        for criterion in read_study_form(carried).criteria if mine else ():
            if criterion.scale == "text":
                continue
            values = [
                [answers.get(name, {}).get(criterion.id, np.nan) for name in pair] for pair in mine
            ]
            first, second = np.array(values, dtype=np.float64).T
            for figure in intra_rater(first, second, criterion.scale, *drawn):
                yield _row(carried.id, criterion.id, figure)
            both = np.isfinite(first) & np.isfinite(second)
            if plan.kind == "pair" and both.any():
                same = float(np.mean(np.sign(first[both]) == np.sign(second[both])))
                yield RepeatRow(
                    carried.id, criterion.id, SAME_DIRECTION, same, None, int(both.sum()), None
                )


def _row(form: str, criterion: str, figure: Figure) -> RepeatRow:
    return RepeatRow(
        form, criterion, figure.statistic, figure.value, figure.ci95, figure.n_items,
        figure.note, figure.interval,
    )  # fmt: skip


def _attention(plan: StudyPlan, key: StudyKey, answers: Answers) -> Iterator[AttentionRow]:
    roles = {each.presentation_id: each for each in key.presentations}
    damaged = _damaged_places(plan, key)
    for assignment in plan.assignments:
        originals = {
            each.item_id: each.id
            for each in assignment.presentations
            if roles[each.id].role == "ordinary"
        }
        for each in assignment.presentations:
            told, copy = roles[each.id], answers.get(each.id, {})
            if told.role != "attention":
                continue
            if plan.kind == "single":
                gain = _gain(copy, answers.get(originals[told.of], {}))
            else:
                sign = 1 if damaged[each.item_id] else -1
                gain = sign * sum(copy.values()) if copy else None
            yield AttentionRow(assignment.rater, each.id, told.fault, _result(gain))


def _result(gain: float | None) -> Literal["passed", "missed", "unanswered"]:
    if gain is None:
        return "unanswered"
    return "missed" if gain > 0 else "passed"


def _damaged_places(plan: StudyPlan, key: StudyKey) -> dict[str, int]:
    """Return for each pair of an answer and its damaged copy where the copy stands."""
    names = {(each.item_id, each.output_id): each.place for each in key.outputs}
    items = {item.id: item for item in plan.items}
    shown = {p.id: p.item_id for a in plan.assignments for p in a.presentations}
    writers = {(each.item_id, each.place): each.output_id for each in key.outputs}
    places = {}
    for each in key.presentations:
        if each.role == "attention" and plan.kind == "pair":
            copy, original = items[shown[each.presentation_id]], items[each.of]
            whole = original.outputs[names[original.id, writers[copy.id, 0]]]
            places[copy.id] = int(copy.outputs[0] == whole)
    return places


def _gain(copy: Mapping[str, float], original: Mapping[str, float]) -> float | None:
    """Return by how much a copy was rated above its original, bad being bad; None for nothing."""
    both = copy.keys() & original.keys()
    if not both:
        return None
    return sum((copy[name] - original[name]) * (-1 if is_bad(name) else 1) for name in both)
