"""One question of the rating form: its points as radio buttons, each with its anchor's label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from medsdesk.ui.rating.question_row import QuestionRow
from medsdesk.ui.theme import SMALL, TINY
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from medsdesk.core.rating import Criterion
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.ui.rating.question_row import Answer, RowKeys


class Point(QRadioButton):
    """A radio button that arrow keys walk past without choosing it.

    A choice is committed at once, so walking along the scale must not make one; the number keys
    choose, and the keys that it is given.

    Args:
        text: On the button.
        choose: Keys that choose it while it has the keyboard.

    Signals:
        entered: It got the keyboard.
        stepped: The question before (-1) or after (1) is wanted.
    """

    entered = Signal()
    stepped = Signal(int)

    def __init__(self, text: str, choose: frozenset[Qt.Key]) -> None:
        super().__init__(text)
        self._choose = choose

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with Left and Right, step with Up and Down; leave the rest to the form."""
        walks = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        # Told by signal, because the scroll area between here and the form would take these.
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in walks:
            self._walk(walks[key])
        elif key in steps:
            self.stepped.emit(steps[key])
        elif key in self._choose:
            self.click()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it got the keyboard."""
        super().focusInEvent(event)
        self.entered.emit()

    def _walk(self, step: int) -> None:
        group = self.group()
        points = group.buttons()
        place = points.index(self) + step
        if 0 <= place < len(points):
            points[place].setFocus(Qt.FocusReason.OtherFocusReason)


class CriterionRow(QuestionRow):
    """A question and its answers.

    Args:
        criterion: The question.
        keys: Which keys answer it.
    """

    def __init__(self, criterion: Criterion, keys: RowKeys) -> None:
        super().__init__(criterion, keys, keys.hint)
        self._keys = keys
        self._group = QButtonGroup(self)
        self.points: dict[RatedValue, Point] = {}
        points = QWidget()
        flow = FlowLayout(points, TINY)
        for anchor in criterion.anchors:
            number = keys.numbers.get(anchor.value, str(anchor.value))
            flow.addWidget(self._point(anchor.value, f"{number} {anchor.label}"))
            self.points[anchor.value].setAccessibleDescription(anchor.meaning)
            self.points[anchor.value].setToolTip(anchor.meaning)
        head = QHBoxLayout()
        head.setSpacing(SMALL)
        head.addWidget(label(criterion.label, "strong"))
        head.addStretch(1)
        head.addWidget(self.state)
        head.addWidget(self._point("cannot_judge", keys.cannot))
        head.addWidget(self.clear_button)
        self.column.addLayout(head)
        self.column.addWidget(points)

    def _point(self, value: RatedValue, text: str) -> Point:
        made = Point(text, self._keys.choose)
        made.setAccessibleName(f"{self.criterion.label}: {text}")
        made.clicked.connect(lambda *_: self.picked.emit(value))
        made.entered.connect(self.entered)
        made.stepped.connect(self.stepped)
        self._group.addButton(made)
        self.points[value] = made
        return made

    def show_answer(self, answer: Answer, state: str) -> None:
        """Show an answer without telling that the user chose it, and what became of it."""
        wanted = next((point for value, point in self.points.items() if value == answer), None)
        if self._group.checkedButton() is not wanted:
            self._group.setExclusive(False)
            for point in self.points.values():
                point.setChecked(point is wanted)
            self._group.setExclusive(True)
        super().show_answer(answer, state)

    def take_keyboard(self) -> None:
        """Put the keyboard on the chosen point, else on the first."""
        checked = self._group.checkedButton() or next(iter(self.points.values()))
        checked.setFocus(Qt.FocusReason.OtherFocusReason)
