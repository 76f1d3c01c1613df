"""The dialog "What does it cost?": what a form of a model is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.boxes import combo
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.core.model import ModelFile

_INTRO = (
    "Both forms read the same synthetic medical passages in six languages, one form after the "
    "other, and it is counted how often they expect the same to come next. No text of yours is "
    "used. For a large model this takes many minutes; it can be cancelled."
)


class CostDialog(QDialog):
    """Asks for the form to compare with.

    Args:
        parent: Over which it stands.
        model: What is measured.
        references: Other forms of it, the best first.

    Signals:
        chosen: The reference.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, model: ModelFile, references: Sequence[ModelFile]) -> None:
        super().__init__(parent)
        self.setWindowTitle("What does it cost?")
        self.setModal(True)
        self.reference = combo([(form, f"{form.quantisation}: {form.id}") for form in references])
        self.start_button = button("&Measure", self._start, "primary")
        self.start_button.setDefault(True)
        self.cancel_button = button("Cancel", self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label(f"What does {model.title} cost?", "title", wrap=True))
        layout.addWidget(label(_INTRO, wrap=True))
        layout.addWidget(buddy("Compared &with", self.reference, "strong"))
        layout.addWidget(self.reference)
        layout.addStretch(1)
        layout.addLayout(closing(self.cancel_button, self.start_button))
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.5)), 1)

    def _start(self) -> None:
        self.accept()
        self.chosen.emit(self.reference.currentData())
