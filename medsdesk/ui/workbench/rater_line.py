"""Asks once who rates, and says it from then on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label

_LONGEST = 200


class RaterLine(QWidget):
    """A field for the rater's name while there is none, a line with it afterwards.

    Signals:
        named: The name given.
    """

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST)
        self.field.setPlaceholderText("Your name or code")
        self.field.returnPressed.connect(self._give)
        self._ask = QWidget()
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.field, 1)
        row.addWidget(button("Start rating", self._give))
        column = QVBoxLayout(self._ask)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(buddy("Who &rates?", self.field, "heading"))
        column.addWidget(
            label(
                "Ratings are stored under this name. It stays on this computer.", "quiet", wrap=True
            )
        )
        column.addLayout(row)
        self._told = QWidget()
        told = QHBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(label("Your rating", "heading"))
        told.addStretch(1)
        self._words = label("", "quiet")
        told.addWidget(self._words)
        told.addWidget(button("Change", self._change, "quiet", "Rate under another name."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._ask)
        layout.addWidget(self._told)
        self.show_name("")

    def show_name(self, name: str) -> None:
        """Show who rates; an empty name asks for one."""
        self._name = name
        self.field.setText(name)
        self._words.setText(f"by {name}")
        self._ask.setVisible(not name)
        self._told.setVisible(bool(name))

    def _change(self) -> None:
        self._ask.show()
        self._told.hide()
        self.field.setFocus()
        self.field.selectAll()

    def _give(self) -> None:
        name = " ".join(self.field.text().split())
        if not name:
            self.field.setFocus()
        elif name == self._name:
            self.show_name(name)
        else:
            self.named.emit(name)
