"""Decide between raters who differ: a decision is a rating of its own, theirs stay as they are."""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.core.adjudication import Decision
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import local_now, new_id
from medsdesk.core.study_rating import StudyRating, StudyScale
from medsdesk.services.check_value import refuse_wrong_value
from medsdesk.services.find_disagreements import OpenDisputes, folded, value_of
from medsdesk.services.rating_steps import NOTHING, Content, content_of
from medsdesk.services.rating_trail import rating_entry
from medsdesk.store.audit import machine_id
from medsdesk.store.study_ratings import add_rating, latest_ratings

if TYPE_CHECKING:
    from medsdesk.core.adjudication import Disagreement
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

LONGEST_WHY = 2000
SHORTEST_PREFIX = 4
_LEFT = Content("cannot_judge", None, "", ())


def decide(
    ws: Workspace,
    named: str,
    item: str,
    criterion: str,
    value: RatedValue | None,
    adjudicator: str,
    why: str = "",
) -> Disagreement:
    """Decide a question between the raters of an item, change that, or take it back.

    The decision is a rating with the role ``adjudicator``. It names the first showing of the item
    in the plan's order, and in a pair negative points are for the left side of that showing. Its
    row of the trail is of the action ``adjudicate`` and holds the reason. Saying the same once
    more writes nothing.

    Args:
        ws: The workspace in which the study was made.
        named: Name or id of the study.
        item: Id of the item, or the first 4 digits of it.
        criterion: Id of the question; ``marks`` for marked stretches.
        value: The point or count that holds; for marks, the number of the rater whose marks
            hold, 0 for none at all; ``cannot_judge`` leaves the disagreement as it stands; None
            takes a decision back.
        adjudicator: Name of who decides: none of the item's raters.
        why: A reason, for the trail.

    Returns:
        The question as it stands then.

    Raises:
        UserFacingError: No such study, item, question or answer; the study was not made here or
            is locked; who decides has rated the item; the raters agree; or somebody else has
            decided already.
    """
    if len(why) > LONGEST_WHY:
        raise UserFacingError(
            f"The reason has {len(why):,} characters, more than {LONGEST_WHY:,}.", "Shorten it."
        )
    with ws.transaction():
        opened = OpenDisputes(ws, named)
        item_id = _item(opened, item)
        row = _row(opened, item_id, criterion)
        name = _adjudicator(opened, row, adjudicator)
        content = _content(row, value)
        _refuse_unneeded(row, name, content)
        return replace(row, decision=_stored(ws, opened, row, content, name, why.strip()))


def _item(opened: OpenDisputes, wanted: str) -> str:
    if opened.locked:
        raise UserFacingError(
            "The study is locked: nothing can be decided in it any more.",
            "What was decided before is kept.",
        )
    wanted = wanted.strip().lower()
    found = [each for each in opened.shown if each == wanted]
    if not found and len(wanted) >= SHORTEST_PREFIX:
        found = [each for each in opened.shown if each.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserFacingError(
            f"More than one item is meant by '{wanted}'.", "Give more digits of its id."
        )
    raise UserFacingError(
        f"The study has no item '{wanted}' that several raters were shown.",
        f"List the disagreements, and give an item's id or at least its first {SHORTEST_PREFIX} "
        "digits.",
    )


def _adjudicator(opened: OpenDisputes, row: Disagreement, named: str) -> str:
    """Return the name of who decides, as the study or the decision to be changed has it."""
    name = unicodedata.normalize("NFC", named).strip()
    if not name:
        raise UserFacingError("It is not said who decides.", "Give the name of who decides.")
    if opened.rates(name, row.item_id):
        raise UserFacingError(
            f"{name} is one of the raters of this item, and cannot decide between them.",
            "Let somebody decide who does not rate this item.",
        )
    known = [assignment.rater for assignment in opened.plan.assignments]
    if row.decision is not None:
        known.append(row.decision.adjudicator)
    return next((each for each in known if folded(each) == folded(name)), name)


def _row(opened: OpenDisputes, item_id: str, criterion: str) -> Disagreement:
    known = opened.criteria_of(item_id)
    if criterion not in known:
        raise UserFacingError(
            f"There is no question '{criterion}' to decide on this item.",
            f"Choose one of {', '.join(known)}.",
        )
    return opened.row(item_id, criterion, points=1)


def _content(row: Disagreement, value: RatedValue | None) -> Content:
    """Return what the decision says, and refuse what the question does not have."""
    if value is None:
        return NOTHING
    if value == "cannot_judge":
        return _LEFT
    if row.question is not None:
        refuse_wrong_value(row.question, value)
        return Content("rated", value, "", ())
    marks = {0: (), **{each.number: each.marks for each in row.answers}}
    if value not in marks:
        raise UserFacingError(
            f"There is no Rater {value} on this item.",
            f"Give the number of the rater whose marks hold, 1 to {len(row.answers)}, or 0 where "
            "nothing is to be marked.",
        )
    return Content("rated", None, "", marks[value])


def _refuse_unneeded(row: Disagreement, name: str, content: Content) -> None:
    decided = row.decision
    if decided is not None and folded(decided.adjudicator) != folded(name):
        raise UserFacingError(
            f"{decided.adjudicator} has decided this already.",
            "Two decisions would be one too many: ask for the first to be taken back.",
        )
    if decided is None and content == NOTHING:
        raise UserFacingError(
            f"There is no decision on '{row.label}' of this item to take back.",
            "List the disagreements to see which are decided.",
        )
    if decided is None and not row.differs:
        raise UserFacingError(
            f"The raters of this item do not differ on '{row.label}', so there is nothing to "
            "decide.",
            "List the disagreements to see where they do.",
        )


def _stored(
    ws: Workspace,
    opened: OpenDisputes,
    row: Disagreement,
    content: Content,
    name: str,
    why: str,
) -> Decision | None:
    """Store a decision with its row of the trail, unless it is there already; return it."""
    question = (row.presentation_id, name, "adjudicator", row.criterion)
    mine = latest_ratings(ws, opened.study.id, name)
    before = next((each for each in mine if each.question == question), None)
    if content_of(before) == content and row.decision is not None and row.decision.why == why:
        return row.decision
    rating = _rating(opened, row, content, name)
    rating = replace(rating, machine=machine_id(ws), supersedes=before.id if before else None)
    add_rating(ws, rating, rating_entry(rating, before, why))
    log.info("decided %s in study %s: %s", rating.id, opened.study.id, rating.status)
    if content == NOTHING:
        return None
    return Decision(name, value_of(rating), rating.marks, why, rating.rated_at)


def _rating(opened: OpenDisputes, row: Disagreement, content: Content, name: str) -> StudyRating:
    scale: StudyScale = row.question.scale if row.question else "marks"
    return StudyRating(
        id=new_id(),
        study_id=opened.study.id,
        plan_sha256=opened.study.plan_sha256,
        presentation_id=row.presentation_id,
        rater=name,
        role="adjudicator",
        form=row.form.id,
        form_version=row.form.version,
        form_sha256=row.form.sha256,
        criterion=row.criterion,
        scale=scale,
        value=content.value,
        text=content.text,
        marks=content.marks,
        status=content.status,
        seconds=None,
        rated_at=local_now(),
        supersedes=None,
        machine="",
    )
