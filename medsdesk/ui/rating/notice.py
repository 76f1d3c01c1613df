"""The bar above an item that says what is special about it, and the cover of a break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from medsdesk.core.rating_view import RatingView
    from medsdesk.ui.theme import Tone

LOCKED = "This set is locked. The answers can be read and not be changed any more."
CALIBRATED = (
    "This was a calibration item. Beside each question stand the points that were agreed on: "
    "compare them with yours, then go on. Your answers here count in no analysis."
)
ALL_DONE = (
    "Everything is rated. You can still look through the items and change answers. "
    "On the page Studies you save your ratings to a file for the owner of the study."
)


def notice_of(view: RatingView) -> tuple[str, Tone]:
    """Return what is special about an item, in words, and the tone; empty for nothing."""
    if view.locked:
        return LOCKED, "warn"
    if view.calibration and view.complete and view.agreed:
        return CALIBRATED, "plain"
    if view.total and view.done == view.total:
        return ALL_DONE, "good"
    return "", "plain"


class Notice(QFrame):
    """Shows one sentence or two, or is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setAccessibleName("Notice")
        self.words = label("", wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        layout.addWidget(self.words, 1)
        self.hide()

    def show_item(self, view: RatingView) -> None:
        """Show what is special about an item."""
        words, tone = notice_of(view)
        self.words.setText(words)
        self.setAccessibleDescription(words)
        set_tone(self, tone)
        self.setVisible(bool(words))


class Cover(QWidget):
    """Stands over the texts while the rater has a break.

    Args:
        go_on: Ends the break.
    """

    def __init__(self, go_on: Callable[[], object]) -> None:
        super().__init__()
        self.button = button("Go on (Space)", go_on, "primary", "The clock goes on too.")
        self.words = label(
            "Everything is saved, the texts are covered and no time is counted.", wrap=True
        )
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title = label("Break", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(MEDIUM)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(self.words)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)
