"""Asks for the number of the item to go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.boxes import spin
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.core.rating_view import RatingView


class GoDialog(QDialog):
    """A number and the way to the first item that is not finished.

    Signals:
        chosen: The place of the item, from 0.
        first_open_wanted: The first item that is not finished is wanted.
    """

    chosen = Signal(int)
    first_open_wanted = Signal()

    def __init__(self, view: RatingView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to item")
        self.number = spin(1, max(1, view.total))
        self.number.setValue(view.place + 1)
        self.number.setKeyboardTracking(True)
        self.number.selectAll()
        self.open_button = button("&First unfinished item", self._first, tip="Go on from there.")
        self.go_button = button("&Go", self._go, "primary")
        self.go_button.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(buddy("&Item:", self.number))
        row.addWidget(self.number)
        row.addWidget(label(f"of {view.total:,}"))
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(MEDIUM)
        layout.addLayout(row)
        layout.addWidget(self.open_button)
        layout.addLayout(closing(button("Cancel", self.reject), self.go_button))
        self.number.setFocus()

    def _go(self) -> None:
        self.chosen.emit(self.number.value() - 1)
        self.accept()

    def _first(self) -> None:
        self.first_open_wanted.emit()
        self.accept()
