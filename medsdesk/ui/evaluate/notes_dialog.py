"""What a reader of the scores has to know of an evaluation, to read and copy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from medsdesk.ui.widgets.labels import label
from medsdesk.ui.widgets.text_box import AnswerBox


class NotesDialog(QDialog):
    """The notes in a field that can be selected."""

    def __init__(self, notes: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Notes")
        self.box = AnswerBox("Notes", lines=10)
        self.box.setPlainText("\n\n".join(notes))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        about = "Stored with the evaluation. Mind them when you read its scores."
        layout.addWidget(label(about, "quiet", wrap=True))
        layout.addWidget(self.box, 1)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 90, self.fontMetrics().height() * 24)
