"""What the rating screen knows of one item: what is chosen, what of it is on the disk; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medsdesk.core.errors import ChangedMeanwhileError

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating_view import RatedValue, RatingView

COMMENT = "comment"
MARKS = "marks"
EDIT = "edit"


@dataclass(slots=True)
class ItemState:
    """The answers to one item as the screen shows them.

    Attributes:
        view: The item as it was last read; None before the first.
        values: Answers by question; saved or not.
        waiting: Saves that have not come back.
        failed: What could not be saved, by question or ``comment``, ``marks``, ``edit``.
        saved_at: Time of day of the last save; empty before the first.
    """

    view: RatingView | None = None
    values: dict[str, RatedValue] = field(default_factory=dict)
    waiting: int = 0
    failed: dict[str, UserFacingError] = field(default_factory=dict)
    saved_at: str = ""

    def load(self, view: RatingView) -> None:
        """Take over what is stored; what could not be saved stays as it was chosen."""
        other = self.view is None or self.view.place != view.place
        kept = {} if other else {q: self.values.get(q) for q in self.failed}
        if other:
            self.failed.clear()
        self.view = view
        self.values = dict(view.values)
        for question, value in kept.items():
            if value is not None:
                self.values[question] = value

    def choose(self, question: str, value: RatedValue | None) -> None:
        """Note an answer whose save is under way, or with None that it was taken back."""
        if value is None:
            self.values.pop(question, None)
        else:
            self.values[question] = value
        self.begin(question)

    def begin(self, what: str) -> None:
        """Note that a save is under way."""
        self.waiting += 1
        self.failed.pop(what, None)

    def commit(self, at: str) -> None:
        """Note that a save came back."""
        self.waiting = max(0, self.waiting - 1)
        self.saved_at = at or self.saved_at

    def fail(self, what: str, error: UserFacingError) -> None:
        """Note that a save failed; the answer stays on the screen.

        Where it was changed elsewhere meanwhile, the newer answer is shown instead.
        """
        self.waiting = max(0, self.waiting - 1)
        if not isinstance(error, ChangedMeanwhileError):
            self.failed[what] = error

    @property
    def status(self) -> str:
        """What became of the last change, in words; never ``saved`` before the commit."""
        if self.failed:
            return f"Not saved. {next(iter(self.failed.values())).message}"
        if self.waiting:
            return "Saving…"
        return f"saved {self.saved_at}" if self.saved_at else ""
