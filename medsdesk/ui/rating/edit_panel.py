"""The output as the rater corrects it, with what was changed word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.ui.rating.comment_box import CommentBox
from medsdesk.ui.rating.diff_box import DiffBox
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.services.word_diff import TextDiff

_PAUSE_MS = 400
_DRAFT_MS = 1_000


class EditPanel(QWidget):
    """A field with the output to correct, and its changes below.

    Signals:
        edited: The corrected output, or None where it is as it was; to be committed.
        drafted: The output as far as it is corrected.
        compare_wanted: The output and the corrected one are to be compared.
        done: The user wants to go back to the questions.
    """

    edited = Signal(object)
    drafted = Signal(str)
    compare_wanted = Signal(str, str)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._output = ""
        self._stored: str | None = None
        self.box = CommentBox("Corrected output", lines=6)
        self.box.typed.connect(self._typed)
        self.box.left.connect(self.flush)
        self.box.done.connect(self._finish)
        self.diff = DiffBox("Changes")
        self.state = label("", "quiet", wrap=True)
        self.reset_button = button(
            "&Reset to the output", self.reset, tip="Take all corrections back."
        )
        self.close_button = button(
            "Back to the questions (Esc)", self._finish, tip="The corrections are kept."
        )
        self._compare = _timer(self, _PAUSE_MS)
        self._compare.timeout.connect(self._ask_compare)
        self._draft = _timer(self, _DRAFT_MS)
        self._draft.timeout.connect(lambda: self.drafted.emit(self.box.text))
        self._build()

    def _build(self) -> None:
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        row.addWidget(self.close_button)
        row.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("Corrected output", self.box, "heading"))
        layout.addWidget(self.box, 3)
        layout.addWidget(buttons)
        layout.addWidget(self.diff, 2)
        layout.addWidget(self.state)

    def show_output(self, output: str, edited: str | None, draft: str | None) -> None:
        """Take an output over with what was corrected of it so far."""
        self._output, self._stored = output, edited
        wanted = draft if draft is not None else edited if edited is not None else output
        self.box.put(wanted)
        self._ask_compare()

    def update_stored(self, edited: str | None) -> None:
        """Take over what is stored, as after an undo; what is being typed stays."""
        if edited != self._stored and not self.box.hasFocus():
            self._stored = edited
            self.box.put(self._output if edited is None else edited)
            self._ask_compare()

    def flush(self) -> None:
        """Have corrections that were just made committed now."""
        self._draft.stop()
        wanted = None if self.box.text == self._output else self.box.text
        if wanted != self._stored:
            self._stored = wanted
            self.edited.emit(wanted)

    def not_saved(self) -> None:
        """Note that the corrections are not stored, so that the next flush tries again."""
        self._stored = None if self.box.text != self._output else ""

    def reset(self) -> None:
        """Take all corrections back."""
        self.box.put(self._output)
        self._ask_compare()
        self.flush()

    def show_diff(self, first: str, second: str, diff: TextDiff) -> None:
        """Show what was changed, unless more was typed since."""
        if (first, second) == (self._output, self.box.text):
            self.diff.show_diff(diff)
            changed = sum(1 for part in diff.parts if part.kind != "same")
            self.state.setText(
                "Struck through: taken out. Underlined: put in." if changed else "Nothing changed."
            )

    def _typed(self) -> None:
        self._compare.start()
        self._draft.start()

    def _ask_compare(self) -> None:
        self._compare.stop()
        self.compare_wanted.emit(self._output, self.box.text)

    def _finish(self) -> None:
        self.flush()
        self.done.emit()


def _timer(parent: QWidget, milliseconds: int) -> QTimer:
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(milliseconds)
    return made
