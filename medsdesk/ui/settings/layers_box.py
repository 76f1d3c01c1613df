"""How many layers of a model go to the graphics card, in words or as a number of one's own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from medsdesk.core.model import ALL_LAYERS, AUTO_LAYERS
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.boxes import choose, combo, spin

_NUMBER: Final = "number"
_CHOICES: Final = (
    (AUTO_LAYERS, "As many as fit"),
    (ALL_LAYERS, "All"),
    (0, "None: the processor alone"),
    (_NUMBER, "A number"),
)
_IN_WORDS: Final = frozenset((AUTO_LAYERS, ALL_LAYERS, 0))


class LayersBox(QWidget):
    """A choice, and beside *A number* a box to type it.

    Attributes:
        changed: Told with the value of the setting ``gpu_layers`` when the user has changed it.
    """

    changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.choice = combo(_CHOICES)
        self.number = spin(1, ALL_LAYERS - 1)
        self.number.setAccessibleName("Number of GPU layers")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.choice, 1)
        layout.addWidget(self.number)
        self.setFocusProxy(self.choice)
        self.choice.activated.connect(self._choose)
        self.number.valueChanged.connect(self.changed)
        self.show_value(AUTO_LAYERS)

    def describe(self) -> None:
        """Let the choice, which has the focus, be read out as the whole is."""
        self.choice.setAccessibleName(self.accessibleName())
        self.choice.setAccessibleDescription(self.accessibleDescription())

    @property
    def value(self) -> int:
        """The value of the setting ``gpu_layers``."""
        chosen = self.choice.currentData()
        return self.number.value() if chosen == _NUMBER else int(chosen)

    def show_value(self, value: int) -> None:
        """Show a setting, without telling of a change."""
        counted = value not in _IN_WORDS
        choose(self.choice, _NUMBER if counted else value)
        if counted:
            with QSignalBlocker(self.number):
                self.number.setValue(value)
        self.number.setVisible(counted)

    def _choose(self, _index: int) -> None:
        self.number.setVisible(self.choice.currentData() == _NUMBER)
        self.changed.emit(self.value)
