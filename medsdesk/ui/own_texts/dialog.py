"""The dialog "Add own texts": letters, reports and tables become a task file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from medsdesk.ui.command_words import in_window
from medsdesk.ui.own_texts.control import STOPPED, OwnTextsControl
from medsdesk.ui.own_texts.form import OwnTextsForm
from medsdesk.ui.own_texts.outcome_panel import OutcomePanel
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.make_task import MadeTask
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.theme import Tone

_ABOUT = (
    "Your texts stay on this computer. The task file that is made holds all of them: keep it, and "
    "pass it on, with the same care as the texts themselves."
)


class OwnTextsDialog(QDialog):
    """Makes a task file of own texts. It is not modal: the window can be used meanwhile.

    Signals:
        made: Path of a task file that was written.
    """

    made = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add own texts")
        self.control = OwnTextsControl(desk, self)
        self.form = OwnTextsForm(self.control)
        self.outcome = OutcomePanel()
        self.message = label("", wrap=True)
        self.make_button = button("&Make the task file", self.make, "primary")
        self.back_button = button("&Back", self._back, tip="To what was chosen.")
        self.close_button = button("Cancel", self.reject)
        self._build()
        self._connect()
        self.setAcceptDrops(True)
        self._show_form()
        self._show_state()
        self.control.offer()
        self.form.search()
        self.form.sources.add_files.setFocus()
        window = parent.window()
        self.resize(round(window.width() * 0.9), round(window.height() * 0.92))

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.message, 1)
        for part in (self.back_button, self.close_button, self.make_button):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Add own texts", "title"))
        layout.addWidget(label(_ABOUT, wrap=True))
        layout.addWidget(self.form, 1)
        layout.addWidget(self.outcome, 1)
        layout.addLayout(row)

    def _connect(self) -> None:
        control = self.control
        self.form.changed.connect(self._show_state)
        control.progressed.connect(self.outcome.show_progress)
        control.made.connect(self._show_made)
        control.stopped.connect(lambda _: self._refuse(STOPPED, "warn"))
        control.refused.connect(self._show_refusal)

    def make(self) -> None:
        """Read the texts and write the file."""
        request = self.form.request()
        if request is None or self.control.busy:
            return
        self._say("", "plain")
        self.form.hide()
        self.outcome.begin()
        self.outcome.show()
        self._show_buttons()
        self.close_button.setFocus()
        self.control.make(request)

    def reject(self) -> None:
        """Stop what runs, else close."""
        if self.control.busy:
            self.outcome.show_stopping()
            self.control.stop()
            return
        super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders while texts can be added."""
        if event.mimeData().hasUrls() and not self.form.isHidden():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what is dropped."""
        urls = event.mimeData().urls()
        if paths := [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]:
            self.form.sources.add(paths)
            event.acceptProposedAction()

    def _show_state(self) -> None:
        """Say what is missing."""
        missing = self.form.missing
        self.make_button.setEnabled(not missing)
        if not self.form.isHidden():
            self._say(missing, "plain")

    def _back(self) -> None:
        self._show_form()
        self.form.suggest()  # a file may have come or gone meanwhile

    def _show_form(self) -> None:
        self.outcome.hide()
        self.form.show()
        self._show_buttons()

    def _show_made(self, made: MadeTask) -> None:
        self.outcome.show_made(made)
        self._end("Close")
        self.close_button.setFocus()
        self.made.emit(made.path)

    def _show_refusal(self, error: UserFacingError) -> None:
        from medsdesk.services.make_task import NothingTakenError

        if isinstance(error, NothingTakenError) and error.left_out:
            self.outcome.show_nothing(error.left_out)
            self._end("Close")
            self.back_button.show()
            self.back_button.setFocus()
            return
        self._refuse(in_window(f"{error.message} {error.hint}"), "danger")

    def _refuse(self, words: str, tone: Tone) -> None:
        """Show the form again and say why."""
        self._show_form()
        self.make_button.setFocus()
        self._say(words, tone)

    def _show_buttons(self) -> None:
        self.make_button.setVisible(not self.form.isHidden())
        self.back_button.hide()
        self._end("Cancel")

    def _end(self, words: str) -> None:
        """Say what the button does that closes the dialog, or stops."""
        self.close_button.setText(words)
        self.close_button.setAccessibleName(words)

    def _say(self, words: str, tone: Tone) -> None:
        self.message.setText(words)
        self.message.setAccessibleName(words)
        set_tone(self.message, tone)
