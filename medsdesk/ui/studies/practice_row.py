"""How many items a study begins with for practice, and the points agreed on for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from medsdesk.ui.command_words import in_window
from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.boxes import spin
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import ask_open
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.store.workspace import Workspace
    from medsdesk.studies.planning import Agreed
    from medsdesk.ui.bridge.desk import Desk

_MOST = 100
_POINTS = "Agreed points (*.json)"
_TIP = (
    "Every rater is shown them first. They count in no analysis. Where points were agreed on, "
    "these appear beside the rater's own after the last question."
)
NONE = "No practice."
WITHOUT = "No agreed points: raters get no feedback."


class PracticeRow(QWidget):
    """The number of items, and the file with the agreed points.

    Args:
        desk: Reads the file.

    Signals:
        changed: The number or the points are others.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.agreed: tuple[Agreed, ...] = ()
        self.number = spin(0, _MOST)
        self.number.setToolTip(_TIP)
        self.number.setAccessibleDescription(_TIP)
        self.choose_button = button(
            "&Agreed points …", self._ask, tip="Read the agreed points from a file."
        )
        self.drop_button = button("Without points", self._drop, tip="Use no agreed points.")
        self.words = label("", "quiet")
        self.words.setAccessibleName("State of the practice items")
        row = FlowLayout(self, SMALL)
        for part in (self.number, self.choose_button, self.drop_button, self.words):
            row.addWidget(part)
        self.number.valueChanged.connect(lambda _: self._show())
        self._show()

    def read(self, path: Path) -> None:
        """Take the agreed points of a file over."""

        def work(_: Workspace) -> tuple[Agreed, ...]:
            from medsdesk.services.agreed_points import read_agreed

            return read_agreed(path)

        self._desk.browse.submit(work, self._take, self._refuse)

    def _ask(self) -> None:
        path = ask_open(self, "Agreed points", f"{_POINTS};;All files (*)")
        if path is not None:
            self.read(path)

    def _take(self, agreed: tuple[Agreed, ...]) -> None:
        self.agreed = agreed
        self.number.setMinimum(len(agreed))
        self._show()

    def _drop(self) -> None:
        self._take(())

    def _show(self) -> None:
        number, agreed = self.number.value(), len(self.agreed)
        words = WITHOUT if number else NONE
        if agreed:
            words = f"{count(agreed, 'item')} with agreed points."
            if number > agreed:
                words += f" {number - agreed:,} more without."
        self.words.setText(words)
        set_tone(self.words, "plain")
        self.drop_button.setVisible(bool(agreed))
        self.changed.emit()

    def _refuse(self, error: UserFacingError) -> None:
        self.words.setText(f"{in_window(error.message)} {in_window(error.hint)}")
        set_tone(self.words, "danger")
