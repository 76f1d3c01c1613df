"""How far the reading or copying of a model file is, and the button that stops it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.wording import file_size

_PARTS = 1000


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far a file is.

    Attributes:
        doing: What is done with which file, in words.
        done: Bytes, or what ``unit`` says.
        of: All of them; 0 until that is known.
        unit: What is counted, where it is not bytes.
    """

    doing: str
    done: int = 0
    of: int = 0
    unit: str = ""

    @property
    def figures(self) -> str:
        """How far it is, in figures."""
        if self.unit:
            return f"{self.done:,} of {self.of:,} {self.unit}"
        return f"{file_size(self.done)} of {file_size(self.of)}"


class ProgressRow(QWidget):
    """Words, a bar with bytes, and Cancel.

    Signals:
        cancel_wanted: It is to be stopped.
    """

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label("", "quiet")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("How far the file is")
        self.cancel_button = button("Cancel", self.cancel_wanted.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel_button)
        self.hide()

    def show_progress(self, at: FileProgress) -> None:
        """Show how far it is; before the first byte the bar only says that it is at work."""
        self.words.setText(at.doing)
        self.words.setAccessibleName(at.doing)
        self.bar.setRange(0, _PARTS if at.of else 0)
        self.bar.setValue(_PARTS * at.done // at.of if at.of else 0)
        self.bar.setFormat(at.figures)
        self.cancel_button.setEnabled(True)
        self.show()

    def show_stopping(self) -> None:
        """Say that it was told to stop."""
        self.words.setText("Stopping…")
        self.words.setAccessibleName("Stopping…")
        self.cancel_button.setEnabled(False)
