"""The dialog "Quantise": which smaller form of a model, how large it is, and whether it fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.making import words
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import LowTable, dress, fill, set_lines

if TYPE_CHECKING:
    from medsdesk.services.offer_forms import FormsOffered

_AGAIN = (
    "This file is quantised already ({}). A smaller form of it keeps its losses and adds its own; "
    "a form made of the model in F16 loses less."
)


class QuantiseDialog(QDialog):
    """Asks for a form.

    Args:
        parent: Over which it stands.
        offered: What can be made.

    Signals:
        chosen: Name of the form, the file to make, and whether a quantised source is accepted.
    """

    chosen = Signal(str, object, bool)

    def __init__(self, parent: QWidget, offered: FormsOffered) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quantise")
        self.setModal(True)
        self._offered = offered
        self.table = LowTable(0, len(words.FORM_COLUMNS))
        self.table.setHorizontalHeaderLabels(words.FORM_COLUMNS)
        self.advice = label(words.advice(offered), wrap=True)
        self.out = QLineEdit()
        self.out.textChanged.connect(lambda _: self._show_state())
        self.tick = QCheckBox("Make it &all the same")
        self.tick.toggled.connect(lambda _: self._show_state())
        self.start_button = button("&Make this form", self._start, "primary")
        self.start_button.setDefault(True)
        self.cancel_button = button("Cancel", self.reject)
        self._build()
        fill(self.table, [words.form_cells(offer) for offer in offered.forms])
        self.table.itemSelectionChanged.connect(self._show_selected)
        names = [offer.fit.name for offer in offered.forms]
        if names:
            self.table.selectRow(names.index(offered.recommended))
        self._show_selected()
        self.table.setFocus()
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.7)), 1)

    def _build(self) -> None:
        model = self._offered.source
        dress(self.table, stretched=1)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        set_lines(self.table, len(self._offered.forms) + 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label(f"A smaller form of {model.name}", "title", wrap=True))
        layout.addWidget(buddy("&Forms", self.table, "strong"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.advice)
        if self._offered.again:
            warning = label(_AGAIN.format(model.quantisation), wrap=True)
            set_tone(warning, "warn")
            layout.addWidget(warning)
            layout.addWidget(self.tick)
        layout.addWidget(buddy("&GGUF file to make", self.out, "strong"))
        layout.addWidget(self.out)
        layout.addLayout(closing(self.cancel_button, self.start_button))

    def _show_selected(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._offered.forms) and not self.out.isModified():
            self.out.setText(str(self._offered.forms[row].out))
        self._show_state()

    def _start(self) -> None:
        row = self.table.currentRow()
        if self.start_button.isEnabled() and row >= 0:
            self.accept()
            name = self._offered.forms[row].fit.name
            self.chosen.emit(name, Path(self.out.text().strip()), self._offered.again)

    def _show_state(self) -> None:
        agreed = self.tick.isChecked() or not self._offered.again
        given = bool(self.out.text().strip())
        self.start_button.setEnabled(bool(self._offered.forms) and agreed and given)
