"""Rate an output: every answer to a question is committed at once, and a change is a new row."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.rating import Criterion, Instrument, Rating, RatingStatus
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rating_trail import workbench_entry
from medsdesk.store import ratings
from medsdesk.store.audit import add_entry, machine_id

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

__all__ = ["RatingSession", "Value", "workbench_form"]

Value = int | Literal["cannot_judge"]


class RatingSession:
    """One rater at one output with one form.

    Args:
        ws: The workspace; the session is used on the workspace's own thread.
        output_id: The rated output.
        rater: The rater's name.
        form: The form.
        clock: Seconds that only go forward; for the active time.

    Raises:
        UserFacingError: The rater's name is empty.
    """

    def __init__(
        self,
        ws: Workspace,
        output_id: str,
        rater: str,
        form: Instrument,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not rater.strip():
            raise UserFacingError(
                "There is no rater's name yet.", "Enter your name above the form, then rate."
            )
        self._ws = ws
        self._output_id = output_id
        self._form = form
        self._clock = clock
        self._spent = 0.0
        self._since: float | None = clock()
        self._rater = ratings.add_rater(ws, rater)
        self._machine = machine_id(ws)
        # Withdrawn answers too: what comes after one must supersede it.
        self._latest = {
            r.criterion: r
            for r in ratings.latest_ratings(ws, output_id, self._rater)
            if r.instrument == form.id
        }

    @property
    def values(self) -> dict[str, Value]:
        """Current answers by criterion; criteria without an answer are absent."""
        chosen: dict[str, Value] = {}
        for criterion, rating in self._latest.items():
            if rating.status == "cannot_judge":
                chosen[criterion] = "cannot_judge"
            elif rating.value is not None:
                chosen[criterion] = rating.value
        return chosen

    @property
    def comment(self) -> str:
        """The current comment, empty where there is none."""
        return next((r.comment for r in self._latest.values() if r.scale == "text"), "")

    @property
    def rated(self) -> int:
        """Questions with a scale that have an answer."""
        return len(self.values)

    @property
    def total(self) -> int:
        """Questions with a scale."""
        return sum(1 for c in self._form.criteria if c.scale != "text")

    def set_value(self, criterion_id: str, value: int) -> str:
        """Commit a point of a scale and return the UTC time of the commit.

        Raises:
            UserFacingError: The scale has no such point, or the workspace could not be written.
        """
        criterion = self._criterion(criterion_id)
        if criterion.scale == "text":
            raise UserFacingError(
                f"'{criterion.label}' takes words, not a number.", "Write it as a comment."
            )
        points = [a.value for a in criterion.anchors]
        if value not in points:
            raise UserFacingError(
                f"'{criterion.label}' has no point {value}.",
                f"Choose one of {', '.join(map(str, points))}.",
            )
        return self._commit(criterion, value, "", "rated")

    def set_cannot_judge(self, criterion_id: str) -> str:
        """Commit 'cannot judge', which is an answer, and return the UTC time of the commit."""
        return self._commit(self._criterion(criterion_id), None, "", "cannot_judge")

    def clear(self, criterion_id: str) -> str | None:
        """Take an answer back, as a new row; return the time, or None if there was nothing."""
        latest = self._latest.get(criterion_id)
        if latest is None or latest.status == "withdrawn":
            return None
        return self._commit(self._criterion(criterion_id), None, "", "withdrawn")

    def set_comment(self, text: str) -> str | None:
        """Commit the comment; an emptied one is withdrawn, an unchanged one is left alone."""
        criterion = next(c for c in self._form.criteria if c.scale == "text")
        if text == self.comment:
            return None
        if not text.strip():
            return self.clear(criterion.id)
        return self._commit(criterion, None, text, "rated")

    def pause(self) -> None:
        """Stop the clock of active time, as when the window loses focus."""
        if self._since is not None:
            self._spent += self._clock() - self._since
            self._since = None

    def resume(self) -> None:
        """Let the clock of active time go on."""
        if self._since is None:
            self._since = self._clock()

    @property
    def active_seconds(self) -> float:
        """Active time so far, in seconds."""
        running = 0.0 if self._since is None else self._clock() - self._since
        return self._spent + running

    def _criterion(self, criterion_id: str) -> Criterion:
        for criterion in self._form.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise UserFacingError(
            f"The form '{self._form.title}' has no question '{criterion_id}'.",
            f"Choose one of {', '.join(c.id for c in self._form.criteria)}.",
        )

    def _commit(
        self, criterion: Criterion, value: int | None, comment: str, status: RatingStatus
    ) -> str:
        latest = self._latest.get(criterion.id)
        rating = Rating(
            id=new_id(),
            output_id=self._output_id,
            rater=self._rater,
            instrument=self._form.id,
            instrument_version=self._form.version,
            instrument_sha256=self._form.sha256,
            criterion=criterion.id,
            scale=criterion.scale,
            value=value,
            comment=comment,
            status=status,
            seconds=round(self.active_seconds, 1),
            rated_at=utc_now(),
            supersedes=latest.id if latest else None,
        )
        with self._ws.transaction():
            ratings.add_rating(self._ws, rating)
            add_entry(self._ws, workbench_entry(rating, latest, self._machine))
        self._latest[criterion.id] = rating
        return rating.rated_at
