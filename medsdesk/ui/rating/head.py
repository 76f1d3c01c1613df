"""The first lines of the rating screen: which study and item, how far one is, what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from medsdesk.ui.rating.answering import progress_words
from medsdesk.ui.theme import SMALL, TINY, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from medsdesk.core.rating_view import RatingView
    from medsdesk.ui.rating.item_state import ItemState


class Head(QWidget):
    """Says where one is; never which model wrote what is seen.

    Args:
        save_again: Tries again to save what could not be saved.
    """

    def __init__(self, save_again: Callable[[], object]) -> None:
        super().__init__()
        self.study = label("", "title", wrap=True)
        self.item = label("", "quiet", wrap=True)
        self.calibration = _badge("Calibration", "After the last answer the agreed points appear.")
        self.flagged = _badge("Flagged", "You wanted to come back to this item.")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Items done")
        self.bar.setMaximumHeight(SMALL)
        self.progress = label("", "strong", wrap=True)
        self.progress.setAccessibleName("Progress")
        self.saved = label("", "quiet", wrap=True)
        self.saved.setAccessibleName("State of the ratings")
        for words in (self.progress, self.saved):
            words.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.retry = button("Retry", save_again, "plain", "Save what was not saved.")
        self._build()

    def _build(self) -> None:
        names = QHBoxLayout()
        names.setSpacing(SMALL)
        names.addWidget(self.study, 3)
        for badge in (self.calibration, self.flagged):
            names.addWidget(badge)
        names.addWidget(self.progress, 2)
        below = QHBoxLayout()
        below.setSpacing(SMALL)
        below.addWidget(self.item, 3)
        below.addWidget(self.saved, 2)
        below.addWidget(self.retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(TINY)
        layout.addLayout(names)
        layout.addLayout(below)
        layout.addWidget(self.bar)

    def show_item(self, view: RatingView) -> None:
        """Show where one is."""
        self.study.setText(view.study)
        self.item.setText(f"{view.title} · {view.form.title}")
        self.calibration.setVisible(view.calibration)
        self.flagged.setVisible(view.flagged)
        self.progress.setText(progress_words(view))
        self.bar.setRange(0, max(1, view.total))
        self.bar.setValue(view.done)
        self.bar.setAccessibleDescription(progress_words(view))

    def show_state(self, state: ItemState) -> None:
        """Show what became of the last change."""
        self.saved.setText(state.status)
        set_tone(self.saved, "danger" if state.failed else "good" if state.saved_at else "plain")
        self.retry.setVisible(bool(state.failed))


def _badge(text: str, tip: str) -> QWidget:
    made = label(text, "badge")
    made.setToolTip(tip)
    made.setAccessibleDescription(tip)
    made.hide()
    return made
