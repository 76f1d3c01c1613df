"""What one rater has said and done in a study so far, kept in memory beside the store."""

from __future__ import annotations

import statistics
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from medsdesk.core.study_rating import EDIT, MARKS, StudyRating
from medsdesk.services.rating_steps import Steps
from medsdesk.store.audit import latest_time, machine_id
from medsdesk.store.drafts import Visit, list_drafts, list_visits
from medsdesk.store.forks import latest_among
from medsdesk.store.studies import is_locked
from medsdesk.store.study_ratings import ratings_with_reasons

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.services.open_plan import OpenPlan
    from medsdesk.store.workspace import Workspace

FEWEST_TIMES = 5
"""Before so many items are done, nothing is said of the time left."""
_LAST_TIMES = 30


def needed(form: Instrument) -> tuple[str, ...]:
    """Return the questions that need an answer before an item is done.

    All but those that take words. A form of marks alone needs its marks, if only to say that
    there is nothing to mark.
    """
    scaled = tuple(each.id for each in form.criteria if each.scale != "text")
    if scaled:
        return scaled
    if form.marks:
        return (MARKS,)
    return (EDIT,) if form.edit else tuple(each.id for each in form.criteria)


class RaterRecord:
    """One rater's answers, drafts, flags and times in a study.

    Args:
        ws: The workspace.
        plan: The study as it is for the rater.

    Attributes:
        steps: What can be taken back.
        drafts: Words typed but not committed, by presentation and criterion.
        visits: Flags and times by presentation.
        locked: Whether the rater's set is closed.
        last_at: Time of the last row of the trail.
    """

    def __init__(self, ws: Workspace, plan: OpenPlan) -> None:
        self._plan = plan
        self._needed = {each.id: needed(each) for each in plan.forms.values()}
        self._forms = {each.id: plan.items[each.item_id].form for each in plan.presentations}
        self.machine = machine_id(ws)
        self.load(ws)

    def load(self, ws: Workspace) -> None:
        """Read everything anew, as after another window wrote."""
        study, rater = self._plan.study_id, self._plan.rater
        self._latest: dict[str, dict[str, StudyRating]] = defaultdict(dict)
        self._times: dict[str, float] = {}
        self.steps = Steps()
        self.drafts: dict[str, dict[str, str]] = defaultdict(dict)
        with ws.reading():
            self.visits = {visit.presentation_id: visit for visit in list_visits(ws, study, rater)}
            rows = ratings_with_reasons(ws, study, rater)
            for rating in latest_among(rating for rating, _ in rows):
                if rating.role == "rater":
                    self._set(rating)
            self.steps.read(rows, self.machine)
            for draft in list_drafts(ws, study, rater):
                self.drafts[draft.presentation_id][draft.criterion] = draft.text
            self.locked = is_locked(ws, study, rater)
            self.last_at = latest_time(ws)
        self._complete = {each for each in self._forms if self._all_answered(each)}

    def latest(self, presentation_id: str, criterion: str) -> StudyRating | None:
        """Return the last word on a question, also where it was taken back."""
        return self._latest[presentation_id].get(criterion)

    def standing(self, presentation_id: str) -> dict[str, StudyRating]:
        """Return the answers of a presentation that hold, by criterion."""
        return {
            criterion: rating
            for criterion, rating in self._latest[presentation_id].items()
            if rating.status != "withdrawn"
        }

    def note(self, rating: StudyRating, why: str = "") -> None:
        """Take note of a rating that was stored."""
        pid = rating.presentation_id
        self.steps.note(rating, self.latest(pid, rating.criterion), why)
        self._set(rating)
        self.drafts[pid].pop(rating.criterion, None)
        self.last_at = rating.rated_at
        self._complete.discard(pid)
        if self._all_answered(pid):
            self._complete.add(pid)

    def is_complete(self, presentation_id: str) -> bool:
        """Whether every question of a presentation has an answer."""
        return presentation_id in self._complete

    @property
    def done(self) -> int:
        """How many presentations are complete."""
        return len(self._complete)

    def visit(self, presentation_id: str) -> Visit:
        """Return what was done with a presentation besides answering."""
        return self.visits.get(presentation_id) or Visit(presentation_id)

    def spent(self, presentation_id: str) -> float:
        """Return the active seconds on a presentation so far."""
        answered = self._latest[presentation_id].values()
        return max(self.visit(presentation_id).seconds, *(r.seconds or 0.0 for r in answered), 0.0)

    def drafts_of(self, presentation_id: str) -> dict[str, str]:
        """Return what was typed but not committed about a presentation, by criterion."""
        return dict(self.drafts.get(presentation_id, {}))

    @property
    def minutes_left(self) -> float | None:
        """Estimate from the rater's own times of late; None before there are enough."""
        times = [
            seconds
            for each, seconds in islice(reversed(self._times.items()), 2 * _LAST_TIMES)
            if each in self._complete
        ][:_LAST_TIMES]
        if len(times) < FEWEST_TIMES:
            return None
        return statistics.median(times) * (len(self._forms) - self.done) / 60

    def _set(self, rating: StudyRating) -> None:
        pid = rating.presentation_id
        if pid not in self._forms:
            return  # of another plan; kept, but nothing that is shown here
        self._latest[pid][rating.criterion] = rating
        if rating.seconds is not None:
            before = self._times.pop(pid, 0.0)
            self._times[pid] = max(before, rating.seconds)

    def _all_answered(self, presentation_id: str) -> bool:
        latest = self._latest[presentation_id]
        return all(
            (found := latest.get(criterion)) is not None and found.status != "withdrawn"
            for criterion in self._needed[self._forms[presentation_id]]
        )
