"""How far a study has come: who has rated how much, and what is to be known of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.rater_record import needed
from medsdesk.store.studies import has_key, list_studies, locks
from medsdesk.store.study_ratings import current_ratings, ratings_of_study
from medsdesk.studies.merging import current

if TYPE_CHECKING:
    from medsdesk.core.study import Assignment, StudyItem, StudyKind, StudyPlan
    from medsdesk.core.study_rating import StudyRating
    from medsdesk.store.workspace import Workspace

TOO_FAST_SECONDS, TOO_FAST_PER_WORD = 3.0, 0.01
"""Who answers in less than this, with all words of an item, can hardly have read it."""

# Signs that are words by themselves: two of them are read like one word.
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class RaterStatus:
    """How far one rater has come.

    Attributes:
        rater: The name.
        presentations: How many the rater is shown, practice and checks included.
        complete: Of these, how many have an answer to every question.
        answers: Answers that hold.
        cannot_judge: Of these, how many say that it cannot be judged.
        seconds: Median active time on a presentation; None before the first.
        too_fast: Presentations answered in less time than reading them takes.
        closed: When the set was closed; None while it is open.
        last_at: When the last answer was given; None before the first.
    """

    rater: str
    presentations: int
    complete: int
    answers: int
    cannot_judge: int
    seconds: float | None
    too_fast: int
    closed: str | None
    last_at: str | None


@dataclass(frozen=True, slots=True)
class StudyStatus:
    """How far a study has come.

    Attributes:
        id: Its id.
        name: Its name.
        kind: What is done with each item.
        owned: Whether it was made in this workspace, which then has its key.
        locked: When it was locked; None while it is open.
        created_at: When it was made.
        plan_sha256: What freezes its plan.
        key_sha256: What proves its key.
        primary: The statistic decided on beforehand.
        statement: What this many items can show.
        items: Items of the plan, practice and damaged copies among them.
        forms: Ids and versions of its forms.
        ratings: Rows, changes among them.
        decisions: Answers of adjudicators that hold.
        forked: Questions that one rater answered on two machines.
        clock_set_back: Changes with an earlier time than what they change.
        waiting: Changes of ratings that are not here yet.
        raters: Rater by rater.
    """

    id: str
    name: str
    kind: StudyKind
    owned: bool
    locked: str | None
    created_at: str
    plan_sha256: str
    key_sha256: str
    primary: str
    statement: str
    items: int
    forms: tuple[str, ...]
    ratings: int
    decisions: int
    forked: int
    clock_set_back: int
    waiting: int
    raters: tuple[RaterStatus, ...]


def study_status(ws: Workspace, named: str) -> StudyStatus:
    """Return how far a study has come; nothing of what was answered.

    Raises:
        UserFacingError: There is no such study, or its plan is damaged.
    """
    study, plan = study_with_plan(ws, named)
    rows = ratings_of_study(ws, study.id)
    now = current(rows)
    holding = [row for row in now.answers.values() if row.status != "withdrawn"]
    closed = locks(ws, study.id)
    return StudyStatus(
        id=study.id,
        name=study.name,
        kind=study.kind,
        owned=has_key(ws, study.id),
        locked=closed.get(""),
        created_at=study.created_at,
        plan_sha256=study.plan_sha256,
        key_sha256=plan.key_sha256,
        primary=plan.primary,
        statement=plan.statement,
        items=len(plan.items),
        forms=tuple(f"{form.id}@{form.version}" for form in plan.forms),
        ratings=len(rows),
        decisions=sum(row.role == "adjudicator" for row in holding),
        forked=len(now.forks),
        clock_set_back=len(now.earlier),
        waiting=len(now.orphans),
        raters=_raters(plan, holding, closed),
    )


def all_studies(ws: Workspace) -> tuple[StudyStatus, ...]:
    """Return how far each study has come, the last that came first."""
    return tuple(study_status(ws, study.id) for study in list_studies(ws))


def unanswered(ws: Workspace, study_id: str, plan: StudyPlan, rater: str = "") -> dict[str, int]:
    """Return by rater how many presentations lack an answer; raters who lack none are absent.

    Args:
        ws: The workspace.
        study_id: The study.
        plan: Its plan.
        rater: Only this one; empty for all.
    """
    found = {}
    for each in _raters(plan, current_ratings(ws, study_id), {}):
        lacking = each.presentations - each.complete
        if lacking and rater in ("", each.rater):
            found[each.rater] = lacking
    return found


def questions_of(plan: StudyPlan) -> dict[str, frozenset[str]]:
    """Return by form which questions must be answered before an item is done."""
    return {form.id: frozenset(needed(read_study_form(form))) for form in plan.forms}


def _raters(
    plan: StudyPlan, holding: Sequence[StudyRating], closed: Mapping[str, str]
) -> tuple[RaterStatus, ...]:
    asked = questions_of(plan)
    items = {item.id: item for item in plan.items}
    given: defaultdict[str, list[StudyRating]] = defaultdict(list)
    for row in holding:
        if row.role == "rater":
            given[row.presentation_id].append(row)
    return tuple(_rater(assignment, items, asked, given, closed) for assignment in plan.assignments)


def _rater(
    assignment: Assignment,
    items: Mapping[str, StudyItem],
    asked: Mapping[str, frozenset[str]],
    given: Mapping[str, Sequence[StudyRating]],
    closed: Mapping[str, str],
) -> RaterStatus:
    complete, times, too_fast = 0, [], 0
    answers: list[StudyRating] = []
    for each in assignment.presentations:
        rows = given.get(each.id, ())
        answers += rows
        item = items[each.item_id]
        complete += asked[item.form] <= {row.criterion for row in rows}
        spent = [row.seconds for row in rows if row.seconds is not None]
        if spent:
            times.append(max(spent))
            least = TOO_FAST_SECONDS + TOO_FAST_PER_WORD * _words(item)
            too_fast += max(spent) < least
    return RaterStatus(
        rater=assignment.rater,
        presentations=len(assignment.presentations),
        complete=complete,
        answers=len(answers),
        cannot_judge=sum(row.status == "cannot_judge" for row in answers),
        seconds=round(median(times), 1) if times else None,
        too_fast=too_fast,
        closed=closed.get(assignment.rater) or closed.get(""),
        last_at=max((row.rated_at for row in answers), default=None),
    )


def _words(item: StudyItem) -> int:
    text = " ".join((item.source, item.reference or "", *item.outputs))
    signs = len(_CJK.findall(text))
    return len(_CJK.sub(" ", text).split()) + signs // 2
