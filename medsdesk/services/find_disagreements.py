"""Find where raters of one item differ, for whoever decides between them; nothing unblinds."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.adjudication import Decision, Disagreement, Disagreements, RaterAnswer
from medsdesk.core.errors import UserFacingError
from medsdesk.core.study_rating import MARKS
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.rater_record import needed
from medsdesk.services.raters_apart import (
    POINTS,
    marks_apart,
    turned_marks,
    turned_value,
    values_apart,
)
from medsdesk.store.audit import reasons
from medsdesk.store.studies import has_key, is_locked, keyed_presentations
from medsdesk.store.study_ratings import current_ratings
from medsdesk.studies.merging import moment
from medsdesk.studies.plan_format import read_presentations

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.core.study import Presentation, StudyItem, StudyPlan
    from medsdesk.core.study_rating import StudyRating
    from medsdesk.store.studies import StudyRecord
    from medsdesk.store.workspace import Workspace

_Said = Mapping[str, Mapping[str, "StudyRating"]]  # by presentation and criterion


def disagreements(
    ws: Workspace, named: str, adjudicator: str = "", points: int = POINTS
) -> Disagreements:
    """Return the questions on which raters differ, and those that were decided.

    Compared are the ordinary showings of an item to two or more raters; practice, repeats and
    damaged copies are left out. ``values_apart`` and ``marks_apart`` say what counts. A rater who
    answered all questions of an item and marked nothing found nothing to mark.

    Args:
        ws: The workspace in which the study was made.
        named: Name or id of the study.
        adjudicator: Whose own items are left out, so that no rater sees what others answered to
            the same item; empty for nobody.
        points: How many points apart is far apart, from 1.

    Raises:
        UserFacingError: No such study, it was not made here, or its plan is damaged.
    """
    if points < 1:
        raise UserFacingError(
            f"Answers cannot differ by {points} points.", "Give a number of points from 1."
        )
    with ws.reading():
        opened = OpenDisputes(ws, named)
    own = {item for item in opened.shown if opened.rates(adjudicator, item)}
    rows = (
        opened.row(item, criterion, points)
        for item in opened.shown
        if item not in own
        for criterion in opened.criteria_of(item)
    )
    return Disagreements(
        study_id=opened.study.id,
        study=opened.study.name,
        locked=opened.locked,
        points=points,
        rows=tuple(row for row in rows if row.differs or row.decision),
        compared=len(opened.shown),
        own=len(own),
    )


def folded(name: str) -> str:
    """Return a name as names are told apart: capitals and forms of accents do not matter."""
    return unicodedata.normalize("NFC", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class _Shown:
    """An ordinary showing of an item."""

    rater: str
    presentation: Presentation


class OpenDisputes:
    """A study opened for deciding between its raters.

    Args:
        ws: The workspace in which the study was made.
        named: Name or id of the study.

    Attributes:
        study: The study.
        plan: Its plan.
        locked: Whether it is locked as a whole.
        items: The items by id.
        forms: The forms by id, in the study's language.
        shown: By item, in the plan's order, its ordinary showings where there are two or more.

    Raises:
        UserFacingError: No such study, it was not made here, or its plan is damaged.
    """

    def __init__(self, ws: Workspace, named: str) -> None:
        self.study: StudyRecord
        self.plan: StudyPlan
        self.study, self.plan = study_with_plan(ws, named)
        if not has_key(ws, self.study.id):
            raise UserFacingError(
                "Only the workspace in which the study was made can decide between its raters.",
                "Send your ratings to the study's owner, who has those of all raters.",
            )
        self.locked = is_locked(ws, self.study.id)
        self.items: dict[str, StudyItem] = {item.id: item for item in self.plan.items}
        self.forms: dict[str, Instrument] = {f.id: read_study_form(f) for f in self.plan.forms}
        self.shown = self._shown(ws)
        given = current_ratings(ws, self.study.id)
        self._said = _by_presentation(row for row in given if row.role == "rater")
        self._decided = _by_presentation(row for row in given if row.role == "adjudicator")
        self._why = reasons(ws, self.study.id, "adjudicate")
        self._raters: defaultdict[str, set[str]] = defaultdict(set)
        for assignment in self.plan.assignments:
            for each in assignment.presentations:
                self._raters[each.item_id].add(folded(assignment.rater))

    def form_of(self, item_id: str) -> Instrument:
        """Return the form that an item is rated with."""
        return self.forms[self.items[item_id].form]

    def criteria_of(self, item_id: str) -> tuple[str, ...]:
        """Return what can be decided on an item: questions with a scale, and marks."""
        form = self.form_of(item_id)
        scaled = tuple(each.id for each in form.criteria if each.scale != "text")
        return (*scaled, MARKS) if form.marks else scaled

    def rates(self, name: str, item_id: str) -> bool:
        """Say whether somebody is shown an item as a rater, in whatever role."""
        return folded(name) in self._raters[item_id]

    def first(self, item_id: str) -> Presentation:
        """Return the showing that decisions name: the first of the item in the plan's order."""
        return self.shown[item_id][0].presentation

    def decision_on(self, item_id: str, criterion: str) -> StudyRating | None:
        """Return the decision that holds, None where there is none."""
        return self._decided.get(self.first(item_id).id, {}).get(criterion)

    def row(self, item_id: str, criterion: str, points: int = POINTS) -> Disagreement:
        """Return one question about one item as it stands, whether raters differ or not."""
        item, form, first = self.items[item_id], self.form_of(item_id), self.first(item_id)
        question = next((each for each in form.criteria if each.id == criterion), None)
        answers = self._answers(item_id, criterion)
        return Disagreement(
            item_id=item_id,
            presentation_id=first.id,
            title=item.title,
            language=item.language,
            form=form,
            criterion=criterion,
            question=question,
            source=item.source,
            reference=item.reference if self.plan.show_reference else None,
            outputs=tuple(item.outputs[place] for place in first.order),
            answers=answers,
            decision=self._decision(item_id, criterion),
            differs=self._differs(item_id, question, answers, points),
        )

    def _shown(self, ws: Workspace) -> dict[str, tuple[_Shown, ...]]:
        roles = read_presentations(keyed_presentations(ws, self.study.id))
        ordinary = {each.presentation_id for each in roles if each.role == "ordinary"}
        found: defaultdict[str, list[_Shown]] = defaultdict(list)
        for assignment in self.plan.assignments:
            for each in assignment.presentations:
                if each.id in ordinary:
                    found[each.item_id].append(_Shown(assignment.rater, each))
        return {
            item.id: tuple(found[item.id]) for item in self.plan.items if len(found[item.id]) > 1
        }

    def _answers(self, item_id: str, criterion: str) -> tuple[RaterAnswer, ...]:
        """Return what the raters said, in an order that is the item's own."""
        order = self.first(item_id).order
        mixed = sorted(self.shown[item_id], key=lambda each: self._lot(item_id, each.rater))
        return tuple(
            self._answer(each, number, criterion, swapped=each.presentation.order != order)
            for number, each in enumerate(mixed, start=1)
        )

    def _answer(self, shown: _Shown, number: int, criterion: str, *, swapped: bool) -> RaterAnswer:
        said = self._said.get(shown.presentation.id, {})
        marks = said[MARKS].marks if MARKS in said else ()
        return RaterAnswer(
            number=number,
            name=shown.rater if self.locked else "",
            value=turned_value(value_of(said.get(criterion)), swapped=swapped),
            comment=next((row.text for row in said.values() if row.scale == "text"), ""),
            marks=turned_marks(marks, swapped=swapped),
            swapped=swapped,
        )

    def _lot(self, item_id: str, rater: str) -> bytes:
        drawn = f"{self.plan.key_sha256}\x1f{item_id}\x1f{rater}"
        return hashlib.sha256(drawn.encode()).digest()

    def _differs(
        self,
        item_id: str,
        question: Criterion | None,
        answers: Sequence[RaterAnswer],
        points: int,
    ) -> bool:
        if question is not None:
            values = [each.value for each in answers if each.value is not None]
            return values_apart(question, values, points)
        mixed = sorted(self.shown[item_id], key=lambda each: self._lot(item_id, each.rater))
        looked = [
            each.marks
            for each, shown in zip(answers, mixed, strict=True)
            if self._looked(shown.presentation.id, item_id)
        ]
        return marks_apart(looked)

    def _looked(self, presentation_id: str, item_id: str) -> bool:
        """Say whether a rater looked for marks: set some, said there are none, or is done."""
        said = self._said.get(presentation_id, {})
        return MARKS in said or all(each in said for each in needed(self.form_of(item_id)))

    def _decision(self, item_id: str, criterion: str) -> Decision | None:
        row = self.decision_on(item_id, criterion)
        if row is None:
            return None
        why = self._why.get(row.id, "")
        return Decision(row.rater, value_of(row), row.marks, why, row.rated_at)


def value_of(rating: StudyRating | None) -> RatedValue | None:
    """Return what a rating says as a point, a count or ``cannot_judge``; None for neither."""
    if rating is None:
        return None
    return "cannot_judge" if rating.status == "cannot_judge" else rating.value


def _by_presentation(rows: Iterator[StudyRating]) -> _Said:
    """Return ratings by presentation and criterion, the latest of several."""
    found: defaultdict[str, dict[str, StudyRating]] = defaultdict(dict)
    for row in sorted(rows, key=lambda each: (moment(each.rated_at), each.id)):
        found[row.presentation_id][row.criterion] = row
    return found
