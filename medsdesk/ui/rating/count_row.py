"""One question of the rating form that takes a count: a number that is typed or stepped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox

from medsdesk.ui.rating.answering import LARGEST_COUNT, keys_of
from medsdesk.ui.rating.criterion_row import Point
from medsdesk.ui.rating.question_row import QuestionRow
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

    from medsdesk.core.rating import Criterion
    from medsdesk.ui.rating.question_row import Answer, RowKeys

_NONE = -1


class CountBox(QSpinBox):
    """A number whose keys the screen reads, so that letters are never caught in it.

    Signals:
        entered: It got the keyboard.
        wanted: The count that an arrow of the box asks for.
    """

    entered = Signal()
    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setRange(_NONE, LARGEST_COUNT)
        self.setSpecialValueText("–")  # what stands there before there is a count
        self.setValue(_NONE)
        self.lineEdit().setReadOnly(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all keys to the form."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list, so that scrolling never rates."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it got the keyboard."""
        super().focusInEvent(event)
        self.entered.emit()

    def stepBy(self, steps: int) -> None:
        """Ask for another count."""
        self.wanted.emit(min(max(max(self.value(), 0) + steps, 0), LARGEST_COUNT))


class CountRow(QuestionRow):
    """A question and its count.

    Args:
        criterion: The question.
        keys: What stands on its buttons.
    """

    def __init__(self, criterion: Criterion, keys: RowKeys) -> None:
        super().__init__(criterion, keys, keys_of(criterion))
        self.box = CountBox()
        self.box.setAccessibleName(criterion.label)
        self.box.setAccessibleDescription(f"{criterion.question} {keys_of(criterion)}")
        self.box.entered.connect(self.entered)
        self.box.wanted.connect(self.picked.emit)
        self.cannot = Point(keys.cannot, keys.choose)
        self.cannot.setAccessibleName(f"{criterion.label}: {keys.cannot}")
        self.cannot.setAutoExclusive(False)
        self.cannot.clicked.connect(lambda *_: self.picked.emit("cannot_judge"))
        self.cannot.entered.connect(self.entered)
        self.cannot.stepped.connect(self.stepped)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.box)
        row.addWidget(self.cannot)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        row.addWidget(self.state)
        self.column.addWidget(label(criterion.label, "strong", wrap=True))
        self.column.addLayout(row)

    def show_answer(self, answer: Answer, state: str) -> None:
        """Show an answer without telling that the user chose it, and what became of it."""
        self.box.setValue(answer if isinstance(answer, int) else _NONE)
        self.cannot.setChecked(answer == "cannot_judge")
        super().show_answer(answer, state)

    def take_keyboard(self) -> None:
        """Put the keyboard on the count."""
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
