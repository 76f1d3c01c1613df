"""What every question of the rating form has: its name, a way to take it back, and its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from medsdesk.ui.theme import TINY, restyle
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medsdesk.core.rating import Criterion
    from medsdesk.core.rating_view import RatedValue

    Answer = RatedValue | str | None


@dataclass(frozen=True, slots=True)
class RowKeys:
    """Which keys answer a question.

    Attributes:
        hint: All of them in words, for a screen reader.
        numbers: What stands before each point; the point itself where left out.
        cannot: On the button for ``cannot judge``.
        choose: Chooses the point that has the keyboard.
        clear: On the button that takes the answer back.
    """

    hint: str
    numbers: Mapping[int, str] = field(default_factory=dict)
    cannot: str = "Cannot judge"
    choose: frozenset[Qt.Key] = frozenset({Qt.Key.Key_Space})
    clear: str = "Clear"


class QuestionRow(QFrame):
    """A question; what answers it is put into ``column`` by the kinds of questions.

    Args:
        criterion: The question.
        keys: What stands on its buttons.
        hint: The keys that answer it in words, for a screen reader.

    Signals:
        picked: A point, a count or ``cannot_judge`` was chosen by the user.
        cleared: The answer is to be taken back.
        entered: The question got the keyboard.
        stepped: The question before (-1) or after (1) is wanted.
    """

    picked = Signal(object)
    cleared = Signal()
    entered = Signal()
    stepped = Signal(int)

    def __init__(self, criterion: Criterion, keys: RowKeys, hint: str) -> None:
        super().__init__()
        self.criterion = criterion
        self.setObjectName("criterion")
        self.setProperty("current", "false")
        self.setAccessibleName(criterion.label)
        self.setAccessibleDescription(f"{criterion.question} {hint}")
        self.clear_button = button(keys.clear, self.cleared.emit, "quiet", "Take this answer back.")
        self.clear_button.setAccessibleName(f"Clear {criterion.label}")
        # Backspace does it by keyboard.
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        keep = self.clear_button.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # so that nothing moves under the pointer
        self.clear_button.setSizePolicy(keep)
        self.state = label("", "quiet")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(TINY, TINY // 2, 0, TINY)
        self.column.setSpacing(0)

    def show_answer(self, answer: Answer, state: str) -> None:
        """Show an answer without telling that the user chose it, and what became of it."""
        self.clear_button.setVisible(answer is not None)
        if self.state.text() != state:
            self.state.setText(state)

    def show_current(self, *, current: bool) -> None:
        """Mark the question that has the keyboard."""
        if self.property("current") != str(current).lower():
            self.setProperty("current", str(current).lower())
            restyle(self)
