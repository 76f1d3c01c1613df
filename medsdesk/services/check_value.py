"""Check a point or a count against the question that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion

MOST_COUNTED = 9999


def refuse_wrong_value(criterion: Criterion, value: int) -> None:
    """Refuse an answer that the question does not have.

    Raises:
        UserFacingError: The question takes words, has no such point, or the count is none.
    """
    if criterion.scale == "text":
        raise UserFacingError(
            f"'{criterion.label}' takes words, not a number.", "Write it as a comment."
        )
    points = [anchor.value for anchor in criterion.anchors]
    if criterion.is_count:
        if not 0 <= value <= MOST_COUNTED:
            raise UserFacingError(
                f"'{criterion.label}' cannot be {value}.",
                f"Give a number from 0 to {MOST_COUNTED}.",
            )
    elif value not in points:
        raise UserFacingError(
            f"'{criterion.label}' has no point {value}.",
            f"Choose one of {', '.join(map(str, points))}.",
        )
