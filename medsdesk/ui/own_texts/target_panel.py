"""Where the task file is to be saved; never over another one without being told to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import TASK_FILE, ask_save
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.services.suggest_task_file import Suggestion


class TargetPanel(QWidget):
    """The path of the task file.

    Signals:
        edited: The user gave another path, or none to have one suggested.
        changed: Whether a file may be replaced is another.
    """

    edited = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: Suggestion | None = None
        self.path = QLineEdit()
        self.path.setPlaceholderText("Suggested when texts and task are chosen")
        self.path.textEdited.connect(lambda _: self._edited())
        self.choose = button("&Save as…", self._ask)
        self.problem = label("", wrap=True)
        set_tone(self.problem, "warn")
        self.problem.hide()
        self.replace = QCheckBox("Replace the file that is there")
        self.replace.toggled.connect(lambda _: self.changed.emit())
        self.replace.hide()
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        line.addWidget(self.path, 1)
        line.addWidget(self.choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("4  Task file", self.path, "heading"))
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addWidget(self.replace)

    own = False
    """Whether the path is the user's."""

    @property
    def target(self) -> Path | None:
        """The file to write; None where it is not known or may not be written."""
        shown = self._shown
        if shown is None or shown.path is None:
            return None
        return shown.path if not shown.there or self.replace.isChecked() else None

    @property
    def given(self) -> str:
        """What the user wrote; empty where a path is to be suggested."""
        return self.path.text().strip() if self.own else ""

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """Show where the file will be, or what is wrong with what was given."""
        self._shown = suggestion
        if suggestion.path is not None and not self.own:
            self.path.setText(str(suggestion.path))
            self.path.setCursorPosition(len(self.path.text()))
            self.path.setToolTip(str(suggestion.path))
        self.problem.setText(suggestion.problem)
        self.problem.setAccessibleName(suggestion.problem)
        self.problem.setVisible(bool(suggestion.problem))
        self.replace.setVisible(suggestion.there)
        self.changed.emit()

    def _edited(self) -> None:
        self.own = bool(self.path.text().strip())
        self._shown = None  # until it was looked at
        with QSignalBlocker(self.replace):
            self.replace.setChecked(False)
        self.edited.emit()

    def _ask(self) -> None:
        asked = ask_save(self, "Save the task file", self.path.text(), (TASK_FILE,))
        if asked is not None:
            self.path.setText(str(asked[0]))
            self._edited()
