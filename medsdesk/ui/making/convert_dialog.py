"""The dialog "Convert a checkpoint": which folder, which file to make, and in which form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.boxes import combo
from medsdesk.ui.widgets.buttons import beside, button, closing
from medsdesk.ui.widgets.files import GGUF_FILE, ask_folder, ask_save
from medsdesk.ui.widgets.labels import buddy, label

_INTRO = (
    "A checkpoint is a folder with safetensors files and a tokenizer, as a model of the Llama "
    "family comes from the hub. It is read and never changed. The file is kept only if it cuts "
    "test texts into the same tokens as the original."
)
_KINDS = (
    ("f16", "F16, usual"),
    ("bf16", "BF16, as many are trained"),
    ("f32", "F32, twice as large"),
)


class ConvertDialog(QDialog):
    """Asks for a checkpoint.

    Args:
        parent: Over which it stands.
        models: Where the file goes when nobody says.

    Signals:
        chosen: Its folder, the file to make, and the form of the weights.
    """

    chosen = Signal(object, object, str)

    def __init__(self, parent: QWidget, models: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Convert a checkpoint")
        self.setModal(True)
        self._models = models
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("A folder with config.json and safetensors files")
        self.folder.textChanged.connect(lambda _: self._offer())
        self.choose = button("C&hoose…", self._ask)
        self.out = QLineEdit()
        self.out.textChanged.connect(lambda _: self._show_state())
        self.place = button("C&hange…", self._ask_place)
        self.place.setAccessibleName("Change the GGUF file to make")
        self.kind = combo(_KINDS)
        self.kind.currentIndexChanged.connect(lambda _: self._offer())
        self.start_button = button("C&onvert", self._start, "primary")
        self.start_button.setDefault(True)
        self.cancel_button = button("Cancel", self.reject)
        self._build()
        self._show_state()
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.6)), 1)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Convert a checkpoint", "title"))
        layout.addWidget(label(_INTRO, "quiet", wrap=True))
        layout.addWidget(buddy("&Folder of the checkpoint", self.folder, "strong"))
        layout.addLayout(beside(self.folder, self.choose))
        layout.addWidget(buddy("Form of the &weights", self.kind, "strong"))
        layout.addWidget(self.kind)
        layout.addWidget(buddy("&GGUF file to make", self.out, "strong"))
        layout.addLayout(beside(self.out, self.place))
        layout.addStretch(1)
        layout.addLayout(closing(self.cancel_button, self.start_button))

    def _ask(self) -> None:
        path = ask_folder(self, "Choose the folder of a checkpoint")
        if path is not None:
            self.folder.setText(str(path))
            self.start_button.setFocus()

    def _ask_place(self) -> None:
        asked = ask_save(self, "Make this GGUF file", self.out.text(), (GGUF_FILE,))
        if asked is not None:
            self.out.setText(str(asked[0]))
            self.out.setModified(True)
            self.start_button.setFocus()

    def _offer(self) -> None:
        """Name the file after the folder and the form, unless the user named one."""
        name = Path(self.folder.text().strip()).name
        if not self.out.isModified():
            form = str(self.kind.currentData()).upper()
            self.out.setText(str(self._models / f"{name}-{form}.gguf") if name else "")
        self._show_state()

    def _start(self) -> None:
        folder, out = self.folder.text().strip(), self.out.text().strip()
        if folder and out:
            self.accept()
            self.chosen.emit(Path(folder), Path(out), str(self.kind.currentData()))

    def _show_state(self) -> None:
        ready = bool(self.folder.text().strip() and self.out.text().strip())
        self.start_button.setEnabled(ready)
