"""Shows the exact messages that would be sent to the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import AnswerBox
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.core.generation import Prompt

_ROLES = {"system": "System message", "user": "User message", "assistant": "Assistant message"}


class PreviewDialog(QDialog):
    """The messages of a prompt, each in a field of its own, to read and copy.

    Args:
        prompt: The messages.
        parent: The window it belongs to.
        note: What to know about them, a sentence.
    """

    def __init__(self, prompt: Prompt, parent: QWidget | None = None, note: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Prompt")
        self._prompt = prompt
        self.boxes: list[AnswerBox] = []
        layout = QVBoxLayout(self)
        layout.addWidget(
            label(
                f"Template {prompt.template_id}, version {prompt.template_version}, "
                f"{count(prompt.shots, 'worked case')}. The model's own chat form is put around "
                "these messages.",
                "quiet",
                wrap=True,
            )
        )
        if note:
            layout.addWidget(label(note, "strong", wrap=True))
        for message in prompt.messages:
            box = AnswerBox(_ROLES[message.role], lines=3)
            box.setPlainText(message.content)
            self.boxes.append(box)
            layout.addWidget(buddy(_ROLES[message.role], box, "strong"))
            layout.addWidget(box, 1 + min(8, message.content.count("\n")))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("&Copy all", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 100, self.fontMetrics().height() * 34)

    def _copy(self) -> None:
        text = "\n\n".join(message.content for message in self._prompt.messages)
        QApplication.clipboard().setText(text)
