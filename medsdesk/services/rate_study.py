"""Rate a study: each answer is committed at once with its row of the trail, and can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.core.errors import ChangedMeanwhileError, UserFacingError
from medsdesk.core.identity import new_id
from medsdesk.core.study_rating import EDIT, MARKS, Mark, MarkTarget, StudyRating, StudyScale
from medsdesk.services.check_marks import refuse_wrong_marks
from medsdesk.services.check_value import refuse_wrong_value
from medsdesk.services.rating_steps import NOTHING, Content, content_of
from medsdesk.services.rating_trail import rating_entry
from medsdesk.services.rating_walk import RatingWalk
from medsdesk.store.drafts import clear_draft, save_place
from medsdesk.store.study_ratings import add_rating

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion
    from medsdesk.core.rating_view import RatingView

LONGEST_TEXT = 1_000_000
_SIDES: tuple[MarkTarget, ...] = ("output_a", "output_b")


class StudySession(RatingWalk):
    """One rater in one study: goes from item to item, answers, and takes back.

    Every call that answers returns what is shown then. It raises a UserFacingError where nothing
    could be stored; after a ``ChangedMeanwhileError`` the view has what another window stored.
    """

    def set_value(self, criterion_id: str, value: int) -> RatingView:
        """Commit a point of a scale, or a count.

        In a pair negative points are for the left side, A, as it is shown.

        Raises:
            UserFacingError: The question has no such point, the set is closed, or the workspace
                could not be written.
        """
        criterion = self._criterion(criterion_id)
        refuse_wrong_value(criterion, value)
        return self._say(criterion.id, Content("rated", value, "", ()))

    def set_cannot_judge(self, criterion_id: str) -> RatingView:
        """Commit 'cannot judge', which is an answer.

        Raises:
            UserFacingError: The question takes words, or nothing could be stored.
        """
        criterion = self._criterion(criterion_id)
        if criterion.scale == "text":
            raise UserFacingError(
                f"'{criterion.label}' takes words.", "Leave it empty, or write a comment."
            )
        return self._say(criterion.id, Content("cannot_judge", None, "", ()))

    def clear(self, criterion_id: str) -> RatingView:
        """Take an answer back, as a new row; without one nothing happens."""
        if criterion_id not in (MARKS, EDIT):
            criterion_id = self._criterion(criterion_id).id
        return self._say(criterion_id, NOTHING)

    def set_comment(self, text: str) -> RatingView:
        """Commit the comment; an emptied one is taken back, an unchanged one is left alone."""
        criterion = next((c for c in self._form.criteria if c.scale == "text"), None)
        if criterion is None:
            raise UserFacingError(
                f"The form '{self._form.title}' takes no comment.", "Answer its questions instead."
            )
        return self._say(criterion.id, _words(text) if text.strip() else NOTHING)

    def set_marks(self, marks: Sequence[Mark]) -> RatingView:
        """Commit all marks of the item; none at all says that there is nothing to mark.

        Raises:
            UserFacingError: A mark does not fit its text or the form, or nothing could be stored.
        """
        texts: dict[MarkTarget, str] = {"source": self._plan.item_of(self._shown).source}
        texts |= dict(zip(_SIDES, self._plan.outputs_of(self._shown), strict=False))
        refuse_wrong_marks(marks, texts, self._form)
        return self._say(MARKS, Content("rated", None, "", tuple(marks)))

    def set_edit(self, text: str | None) -> RatingView:
        """Commit the corrected output, whole; None, or the output as it was, takes it back.

        Raises:
            UserFacingError: The form does not ask for it, or nothing could be stored.
        """
        outputs = self._plan.outputs_of(self._shown)
        if not self._form.edit or len(outputs) != 1:
            raise UserFacingError(
                f"In the form '{self._form.title}' outputs are not corrected.",
                "Answer its questions instead.",
            )
        if text is not None and not text.strip():
            raise UserFacingError(
                "A corrected output cannot be empty.",
                "Write what it should say, or reset it and say in a comment what is wrong.",
            )
        same = text is None or text == outputs[0]
        return self._say(EDIT, NOTHING if same else _words(text or ""))

    def undo(self) -> RatingView:
        """Take back the last answer, wherever it was given, and show its item.

        It is a new row, like every change. An answer that was changed elsewhere meanwhile is
        left alone.
        """
        self._refuse_locked()
        steps = self._record.steps
        while steps.done:
            step = steps.done[-1]
            if self._now_said(step.rating) == content_of(step.rating):
                return self._put(step.rating, step.before, step.undo_reason)
            steps.done.pop()
        return self.view

    def redo(self) -> RatingView:
        """Give again the last answer that was taken back, and show its item."""
        self._refuse_locked()
        steps = self._record.steps
        while steps.undone:
            step = steps.undone[-1]
            if self._now_said(step.rating) == step.before:
                return self._put(step.rating, content_of(step.rating), step.redo_reason)
            steps.undone.pop()
        return self.view

    def _now_said(self, rating: StudyRating) -> Content:
        return content_of(self._record.latest(rating.presentation_id, rating.criterion))

    def _criterion(self, criterion_id: str) -> Criterion:
        for criterion in self._form.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise UserFacingError(
            f"The form '{self._form.title}' has no question '{criterion_id}'.",
            f"Choose one of {', '.join(c.id for c in self._form.criteria)}.",
        )

    def _say(self, criterion_id: str, content: Content) -> RatingView:
        """Commit what is said of the shown item, unless it is said already."""
        self._refuse_locked()
        self.touch()
        latest = self._record.latest(self._shown.id, criterion_id)
        if content_of(latest) == content:
            self._forget_draft(criterion_id)
            return self.view
        self._commit(self._shown.id, criterion_id, content, "")
        return self.view

    def _put(self, rating: StudyRating, content: Content, why: str) -> RatingView:
        """Commit what is said at the place of an earlier rating, and go there."""
        place = self._places[rating.presentation_id]
        self._commit(rating.presentation_id, rating.criterion, content, why)
        self._turn_to(place)
        return self.view

    def _commit(self, presentation_id: str, criterion: str, content: Content, why: str) -> None:
        before = self._record.latest(presentation_id, criterion)
        rating = self._rating(presentation_id, criterion, content, before)
        ws, study, rater, left = self._ws, self._plan.study_id, self._plan.rater, self._visit()
        try:
            with ws.transaction():
                add_rating(ws, rating, rating_entry(rating, before, why))
                if criterion in self._record.drafts_of(presentation_id):
                    clear_draft(ws, study, rater, presentation_id, criterion)
                if presentation_id != left.presentation_id:
                    self._save_visit(left)
                    save_place(ws, study, rater, presentation_id)
        except ChangedMeanwhileError:
            self._record.load(ws)
            raise
        if presentation_id != left.presentation_id:
            self._record.visits[left.presentation_id] = left
        self._record.note(rating, why)

    def _rating(
        self, presentation_id: str, criterion: str, content: Content, before: StudyRating | None
    ) -> StudyRating:
        shown = self._plan.presentations[self._places[presentation_id]]
        form = self._plan.form_of(shown)
        here = presentation_id == self._shown.id
        spent = self._time.seconds if here else self._record.spent(presentation_id)
        scales: dict[str, StudyScale] = {each.id: each.scale for each in form.criteria}
        return StudyRating(
            id=new_id(),
            study_id=self._plan.study_id,
            plan_sha256=self._plan.sha256,
            presentation_id=presentation_id,
            rater=self._plan.rater,
            role="rater",
            form=form.id,
            form_version=form.version,
            form_sha256=form.sha256,
            criterion=criterion,
            scale=(scales | {MARKS: "marks", EDIT: "edit"})[criterion],
            value=content.value,
            text=content.text,
            marks=content.marks,
            status=content.status,
            seconds=round(spent, 1),
            rated_at=self._now(),
            supersedes=before.id if before else None,
            machine=self._record.machine,
        )

    def _forget_draft(self, criterion: str) -> None:
        """Forget a draft whose words are what is committed anyway."""
        if criterion in self._record.drafts_of(self._shown.id):
            clear_draft(self._ws, self._plan.study_id, self._plan.rater, self._shown.id, criterion)
            del self._record.drafts[self._shown.id][criterion]


def _words(text: str) -> Content:
    if len(text) > LONGEST_TEXT:
        raise UserFacingError(
            f"The text has {len(text):,} characters, more than {LONGEST_TEXT:,}.", "Shorten it."
        )
    return Content("rated", None, text, ())
