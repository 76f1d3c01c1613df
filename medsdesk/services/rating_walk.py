"""Walk through the items of a study as one of its raters, and show each without unblinding."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import local_now, utc_now
from medsdesk.core.study_rating import EDIT
from medsdesk.services.active_time import ActiveTime
from medsdesk.services.open_plan import open_plan
from medsdesk.services.rater_record import RaterRecord
from medsdesk.services.rating_trail import flag_entry
from medsdesk.services.show_rating import show_rating
from medsdesk.store import drafts
from medsdesk.store.audit import add_entry
from medsdesk.store.drafts import Draft, Visit

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.core.rating_view import RatingView
    from medsdesk.core.study import Presentation
    from medsdesk.store.workspace import Workspace


class RatingWalk:
    """Where a rater is in a study, and what is seen there.

    What was asked for is on the disk when a call returns; where a call fails, nothing has
    changed, neither in the store nor in what is shown.

    Args:
        ws: The workspace; the session is used on the workspace's own thread.
        study_id: The study: its id, a beginning of it, or its name.
        rater: The rater's name; capitals do not matter.
        clock: Seconds that only go forward; for the active time.
        now: The local time with its offset; for what is stored.

    Attributes:
        instructions: What raters are told first.

    Raises:
        UserFacingError: There is no such study, it does not know the rater, or its plan cannot
            be read.
    """

    def __init__(
        self,
        ws: Workspace,
        study_id: str,
        rater: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], str] = local_now,
    ) -> None:
        self._ws = ws
        self._now = now
        self._plan = open_plan(ws, study_id, rater)
        self.instructions = self._plan.instructions
        self._record = RaterRecord(ws, self._plan)
        self._time = ActiveTime(clock)
        ids = [each.id for each in self._plan.presentations]
        last = drafts.last_place(ws, self._plan.study_id, self._plan.rater)
        self._places = {each: place for place, each in enumerate(ids)}
        self._place = self._places.get(last or "", 0)
        self._time.begin(self._record.spent(self._shown.id))

    @property
    def view(self) -> RatingView:
        """What is shown now."""
        return show_rating(self._plan, self._record, self._place)

    @property
    def notice(self) -> str | None:
        """A sentence if this computer's clock is behind what was stored before, else None.

        The order of ratings is right all the same; only their times are not.
        """
        last = self._record.last_at
        if last is None or datetime.fromisoformat(self._now()) >= datetime.fromisoformat(last):
            return None
        return (
            f"The clock of this computer was set back: something was saved at {last} already. "
            "Set it right; what is saved meanwhile is kept in the right order."
        )

    def next(self) -> RatingView:
        """Go to the next item; at the last one stay there."""
        return self._go(min(self._place + 1, len(self._places) - 1))

    def previous(self) -> RatingView:
        """Go to the item before; at the first one stay there."""
        return self._go(max(self._place - 1, 0))

    def go_to(self, place: int) -> RatingView:
        """Go to a place, counted from 0.

        Raises:
            UserFacingError: There is no such place.
        """
        if not 0 <= place < len(self._places):
            raise UserFacingError(
                f"There is no item {place + 1}.", f"Give a number from 1 to {len(self._places)}."
            )
        return self._go(place)

    def skip(self) -> RatingView:
        """Go past an item that is not complete; ``first_open`` comes back to it last."""
        return self._go(min(self._place + 1, len(self._places) - 1), skipped=True)

    def first_open(self) -> RatingView:
        """Go to the first item that is not complete, to those that were skipped last of all.

        Where all are complete, stay.
        """
        record = self._record
        still = [each for each in self._places if not record.is_complete(each)]
        fresh = (each for each in still if not record.visit(each).skipped)
        wanted = next(fresh, still[0] if still else self._shown.id)
        return self._go(self._places[wanted])

    def flag(self, flagged: bool | None = None) -> RatingView:  # noqa: FBT001 - it has no other
        """Note, or with False no more, that the rater wants to come back; None turns it over.

        Raises:
            UserFacingError: It could not be stored, or the set is closed.
        """
        self._refuse_locked()
        visit = self._visit()
        wanted = not visit.flagged if flagged is None else flagged
        if wanted == visit.flagged:
            return self.view
        entry = flag_entry(self._plan, visit, self._now(), self._record.machine)
        visit = replace(visit, flagged=wanted)
        with self._ws.transaction():
            add_entry(self._ws, entry)
            self._save_visit(visit)
        self._record.visits[visit.presentation_id] = visit
        self._record.last_at = entry.at
        return self.view

    def save_draft(self, criterion: str, text: str) -> None:
        """Keep words that are being typed; to be called at most two seconds behind the typing.

        Words that are the same as what is committed are no draft.

        Args:
            criterion: A question that takes words, or ``edit`` for the corrected output.
            text: The words so far.

        Raises:
            UserFacingError: It could not be stored, or nothing is typed there.
        """
        self._refuse_locked()
        self.touch()
        standing = self._record.standing(self._shown.id).get(criterion)
        form = self._form
        if criterion == EDIT and form.edit:
            committed = standing.text if standing else self._plan.outputs_of(self._shown)[0]
        elif any(each.id == criterion and each.scale == "text" for each in form.criteria):
            committed = standing.text if standing else ""
        else:
            raise UserFacingError("Nothing is typed there.", "Write it as a comment.")
        known = self._record.drafts[self._shown.id]
        if text != committed:
            draft = Draft(self._shown.id, criterion, text, utc_now())
            drafts.save_draft(self._ws, self._plan.study_id, self._plan.rater, draft)
            known[criterion] = text
        elif criterion in known:
            drafts.clear_draft(
                self._ws, self._plan.study_id, self._plan.rater, self._shown.id, criterion
            )
            del known[criterion]

    def touch(self) -> None:
        """Tell that the rater is there; absence of over a minute is left out of the time."""
        self._time.touch()

    def pause(self) -> None:
        """Stop the clock of active time, as when the window loses focus, and keep it."""
        self._time.pause()
        if round(self._time.seconds, 1) > self._record.spent(self._shown.id):
            visit = self._visit()
            self._save_visit(visit)
            self._record.visits[visit.presentation_id] = visit

    def resume(self) -> None:
        """Let the clock of active time go on."""
        self._time.resume()

    @property
    def _shown(self) -> Presentation:
        return self._plan.presentations[self._place]

    @property
    def _form(self) -> Instrument:
        return self._plan.form_of(self._shown)

    def _visit(self) -> Visit:
        """Return the visit of the shown item with the time spent so far."""
        return replace(self._record.visit(self._shown.id), seconds=round(self._time.seconds, 1))

    def _save_visit(self, visit: Visit) -> None:
        drafts.save_visit(self._ws, self._plan.study_id, self._plan.rater, visit)

    def _go(self, place: int, *, skipped: bool = False) -> RatingView:
        if place != self._place or skipped:
            visit = self._visit()
            if skipped and not self._record.is_complete(visit.presentation_id):
                visit = replace(visit, skipped=True)
            target = self._plan.presentations[place].id
            with self._ws.transaction():
                self._save_visit(visit)
                drafts.save_place(self._ws, self._plan.study_id, self._plan.rater, target)
            self._record.visits[visit.presentation_id] = visit
        self._turn_to(place)
        return self.view

    def _turn_to(self, place: int) -> None:
        """Show a place; what had to be stored for it is stored."""
        if place != self._place:
            self._place = place
            self._time.begin(self._record.spent(self._shown.id))

    def _refuse_locked(self) -> None:
        if self._record.locked:
            raise UserFacingError(
                "Your ratings of this study are closed: nothing can be changed in them any more.",
                "What you rated before is kept.",
            )
