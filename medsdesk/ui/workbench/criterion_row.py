"""One question of the rating form: its points as radio buttons, each with its anchor's label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL, TINY, restyle
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.workbench.form_state import keys_hint

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from medsdesk.core.rating import Criterion
    from medsdesk.ui.workbench.form_state import Answer, Value


class Point(QRadioButton):
    """A radio button that arrow keys walk past without choosing it.

    A choice is committed at once, so walking along the scale must not make one; Space and the
    number keys choose.

    Signals:
        entered: It got the keyboard.
        stepped: The question before (-1) or after (1) is wanted.
    """

    entered = Signal()
    stepped = Signal(int)

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
        elif key == Qt.Key.Key_Space:
            super().keyPressEvent(event)
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


class CriterionRow(QFrame):
    """A question and its answers.

    Signals:
        picked: A point or ``cannot_judge`` was chosen by the user.
        cleared: The answer is to be taken back.
        entered: The question got the keyboard.
        stepped: The question before (-1) or after (1) is wanted.
    """

    picked = Signal(object)
    cleared = Signal()
    entered = Signal()
    stepped = Signal(int)

    def __init__(self, criterion: Criterion) -> None:
        super().__init__()
        self.criterion = criterion
        self.setObjectName("criterion")
        self.setProperty("current", "false")
        self.setAccessibleName(criterion.label)
        self.setAccessibleDescription(f"{criterion.question} {keys_hint(criterion)}")
        self._group = QButtonGroup(self)
        self.points: dict[Value, Point] = {}
        points = QWidget()
        flow = FlowLayout(points, TINY)
        for anchor in criterion.anchors:
            flow.addWidget(self._point(anchor.value, f"{anchor.value} {anchor.label}"))
            self.points[anchor.value].setAccessibleDescription(anchor.meaning)
            self.points[anchor.value].setToolTip(anchor.meaning)
        self._clear = button("Clear", self.cleared.emit, "quiet", "Take this answer back.")
        self._clear.setAccessibleName(f"Clear {criterion.label}")
        self._clear.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Backspace does it by keyboard
        self._state = label("", "quiet")
        head = QHBoxLayout()
        head.setSpacing(SMALL)
        head.addWidget(label(criterion.label, "strong"))
        head.addStretch(1)
        head.addWidget(self._state)
        head.addWidget(self._point("cannot_judge", "Cannot judge"))
        head.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TINY, TINY // 2, 0, TINY)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(points)

    def _point(self, value: Value, text: str) -> Point:
        made = Point(text)
        made.setAccessibleName(f"{self.criterion.label}: {text}")
        made.clicked.connect(lambda *_: self.picked.emit(value))
        made.entered.connect(self.entered)
        made.stepped.connect(self.stepped)
        self._group.addButton(made)
        self.points[value] = made
        return made

    def show_answer(self, answer: Answer, state: str) -> None:
        """Show an answer without telling that the user chose it, and what became of it."""
        self._group.setExclusive(False)
        for value, point in self.points.items():
            point.setChecked(value == answer)
        self._group.setExclusive(True)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # so that nothing moves under the pointer
        self._clear.setSizePolicy(keep)
        self._clear.setVisible(answer is not None)
        self._state.setText(state)

    def show_current(self, *, current: bool) -> None:
        """Mark the question that has the keyboard."""
        if self.property("current") != str(current).lower():
            self.setProperty("current", str(current).lower())
            restyle(self)

    def take_keyboard(self) -> None:
        """Put the keyboard on the chosen point, else on the first."""
        checked = self._group.checkedButton() or next(iter(self.points.values()))
        checked.setFocus(Qt.FocusReason.OtherFocusReason)
