"""What a rating form knows: what is chosen, what of it is on the disk, what to say; no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from medsdesk.ui.wording import clock_time

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating import Criterion, Instrument

Value = int | Literal["cannot_judge"]
Answer = Value | str | None
_CANNOT_JUDGE_KEYS = ("c", "C")


@dataclass(slots=True)
class FormState:
    """The answers on one form to one output.

    Attributes:
        form: The form.
        shown: Chosen answers by criterion; what the screen shows, saved or not.
        waiting: Criteria whose save has not come back, with how many saves are under way.
        failed: Criteria whose last save failed, with the reason.
        saved_at: UTC time of the last commit; empty before the first.
    """

    form: Instrument
    shown: dict[str, Answer] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    failed: dict[str, UserFacingError] = field(default_factory=dict)
    saved_at: str = ""

    @property
    def scales(self) -> tuple[Criterion, ...]:
        """The questions with a scale."""
        return tuple(c for c in self.form.criteria if c.scale != "text")

    @property
    def comment_id(self) -> str:
        """The question that takes the comment."""
        return next(c.id for c in self.form.criteria if c.scale == "text")

    @property
    def unsaved(self) -> bool:
        """Whether something chosen is not on the disk."""
        return bool(self.waiting or self.failed)

    @property
    def progress(self) -> str:
        """How much is answered, in words."""
        done = sum(1 for c in self.scales if self.shown.get(c.id) is not None)
        return f"{done} of {len(self.scales)} answered"

    @property
    def status(self) -> str:
        """What happened to the last change, in words; never ``saved`` before the commit."""
        if self.failed:
            return f"Not saved. {next(iter(self.failed.values())).message}"
        if self.waiting:
            return "Saving…"
        return f"saved {clock_time(self.saved_at)}" if self.saved_at else ""

    def load(self, values: Mapping[str, Value], comment: str) -> None:
        """Take over what is stored."""
        self.shown = {**values, self.comment_id: comment}
        self.waiting.clear()
        self.failed.clear()
        self.saved_at = ""

    def choose(self, criterion: str, answer: Answer) -> None:
        """Note a choice whose save is under way."""
        self.shown[criterion] = answer
        self.waiting[criterion] = self.waiting.get(criterion, 0) + 1
        self.failed.pop(criterion, None)

    def commit(self, criterion: str, at: str) -> None:
        """Note that a save came back."""
        self._settle(criterion)
        self.saved_at = at or self.saved_at

    def fail(self, criterion: str, error: UserFacingError) -> None:
        """Note that a save failed; the choice stays on the screen."""
        self._settle(criterion)
        self.failed[criterion] = error

    def _settle(self, criterion: str) -> None:
        left = self.waiting.get(criterion, 0) - 1
        if left > 0:
            self.waiting[criterion] = left
        else:
            self.waiting.pop(criterion, None)


def answer_for_key(criterion: Criterion, key: str) -> Value | None:
    """Return what a typed character answers to a question, or None if nothing.

    A digit is the point of that number. 0 says ``cannot judge`` only where the scale has no
    point 0, because on a scale of harm 0 means none; C says it everywhere.
    """
    if key in _CANNOT_JUDGE_KEYS:
        return "cannot_judge"
    if len(key) != 1 or key not in "0123456789":
        return None
    value = int(key)
    if any(anchor.value == value for anchor in criterion.anchors):
        return value
    return "cannot_judge" if value == 0 else None


def keys_hint(criterion: Criterion) -> str:
    """Return which keys answer a question, in words."""
    points = [anchor.value for anchor in criterion.anchors]
    cannot = "C" if 0 in points else "0 or C"
    return f"Keys {min(points)} to {max(points)}; {cannot}: cannot judge; Backspace: clear"
