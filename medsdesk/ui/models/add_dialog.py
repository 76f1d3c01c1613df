"""The dialog "Add a model file": which file, and whether it is used in place or copied."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import beside, button, closing
from medsdesk.ui.widgets.files import MODEL_FILES, ask_open
from medsdesk.ui.widgets.labels import buddy, label

_INTRO = (
    "The whole file is read once to take its fingerprint, which can take a minute. It is never "
    "changed."
)


class AddDialog(QDialog):
    """Asks for a GGUF file.

    Args:
        parent: Over which it stands.
        folder: Where copies are put.

    Signals:
        chosen: Path of the file, and whether to copy it.
    """

    chosen = Signal(object, bool)

    def __init__(self, parent: QWidget, folder: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a model file")
        self.setModal(True)
        self.path = QLineEdit()
        self.path.setPlaceholderText("A file that ends in .gguf")
        self.path.textChanged.connect(lambda _: self._show_state())
        self.choose = button("C&hoose…", self._ask)
        self.in_place = QRadioButton("&Use the file where it is")
        self.copy = QRadioButton("&Copy it into the workspace")
        self.in_place.setChecked(True)
        self.add_button = button("&Add", self._add, "primary")
        self.add_button.setDefault(True)
        self.cancel_button = button("Cancel", self.reject)
        self._build(folder)
        self._show_state()
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.5)), 1)

    def _build(self, folder: Path) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Add a model file", "title"))
        layout.addWidget(label(_INTRO, "quiet", wrap=True))
        layout.addWidget(buddy("GGUF &file", self.path, "strong"))
        layout.addLayout(beside(self.path, self.choose))
        layout.addWidget(self.in_place)
        layout.addWidget(label("Needs no room; the disk or stick has to stay.", "quiet", wrap=True))
        layout.addWidget(self.copy)
        where = f"Is there when the stick is gone; needs room for the whole file in {folder}."
        layout.addWidget(label(where, "quiet", wrap=True))
        layout.addStretch(1)
        layout.addLayout(closing(self.cancel_button, self.add_button))

    def _ask(self) -> None:
        path = ask_open(self, "Choose a model file", MODEL_FILES)
        if path is not None:
            self.path.setText(str(path))
            self.add_button.setFocus()

    def _add(self) -> None:
        given = self.path.text().strip()
        if given:
            self.accept()
            self.chosen.emit(Path(given), self.copy.isChecked())

    def _show_state(self) -> None:
        self.add_button.setEnabled(bool(self.path.text().strip()))
