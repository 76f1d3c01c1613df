"""The text to run on: typed, pasted, dropped, opened or a sample; and its reference answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL, TINY, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import TextBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.core.task import Case, Task
    from medsdesk.ui.workbench.room import Choice, RoomView

_EMPTY = "Paste or type a clinical text here, drop a file on it, or take one of the samples above."


class TextPanel(QWidget):
    """Text and reference of the next run, with the counter under the text.

    Signals:
        changed: Text or reference changed.
        open_wanted: The user wants to choose a file.
        file_dropped: A file's path.
        choice_made: A ``Choice`` that would make the prompt fit.
    """

    changed = Signal()
    open_wanted = Signal()
    file_dropped = Signal(Path)
    choice_made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._given = ("", "pasted")
        self._samples: Sequence[Case] = ()
        self.title = label("Text", "heading", wrap=True)
        self.about = label("No task chosen yet.", "quiet", wrap=True)
        self.sample_buttons = [
            button(f"Sample &{n}", partial(self.take_sample, n - 1)) for n in (1, 2)
        ]
        self.open_button = button("&Open…", self.open_wanted.emit, tip="Open a file (Ctrl+O).")
        self.box = TextBox("Clinical text", lines=5)
        self.box.setPlaceholderText(_EMPTY)
        self.box.setAcceptDrops(False)  # the panel takes drops, also beside the box
        self.box.textChanged.connect(self.changed)
        self.counter = label("", "quiet", wrap=True)
        self.counter.setAccessibleName("Size of the text")
        self._choices = QWidget()
        self._choices_layout = FlowLayout(self._choices, SMALL)
        self._choices.hide()
        self.fold = QToolButton()
        self.reference = TextBox("Reference answer", lines=3)
        self.reference.setPlaceholderText(
            "The right answer, if you have one: the automatic scores compare with it."
        )
        self.reference.textChanged.connect(self.changed)
        self.setAcceptDrops(True)
        self._build()

    def _build(self) -> None:
        tools = QWidget()
        row = FlowLayout(tools, SMALL)
        for part in (*self.sample_buttons, self.open_button):
            row.addWidget(part)
        for part in self.sample_buttons:
            part.setEnabled(False)
            part.setToolTip("Fill in a synthetic text of ours with its reference answer")
        self.fold.setObjectName("fold")
        self.fold.setText("Reference answer (optional)")
        self.fold.setAccessibleName("Show the reference answer")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setCheckable(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fold.toggled.connect(lambda on: self._show_reference(shown=on))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.title)
        layout.addWidget(self.about)
        layout.addWidget(tools)
        name = buddy("Clinical text", self.box)
        name.hide()  # the title says it; the field's name is for a screen reader
        layout.addWidget(self.box, 4)
        layout.addWidget(self.counter)
        layout.addWidget(self._choices)
        layout.addSpacing(TINY)
        layout.addWidget(self.fold)
        layout.addWidget(self.reference, 1)
        self._show_reference(shown=False)

    @property
    def origin(self) -> str:
        """Where the text came from; an edited one counts as the user's own."""
        given, origin = self._given
        return origin if given and self.box.text == given else "pasted"

    def show_task(self, task: Task, about: str, samples: Sequence[Case]) -> None:
        """Show what the text is for; an untouched sample of the task before goes away."""
        self.title.setText(task.title)
        self.about.setText(about)
        if self.origin == "example":
            self.put("", "", "pasted")
        self._samples = samples
        for number, part in enumerate(self.sample_buttons):
            part.setEnabled(number < len(samples))

    def take_sample(self, number: int) -> None:
        """Fill in a sample of the task with its reference."""
        if number < len(self._samples):
            sample = self._samples[number]
            self.put(sample.input.strip("\n"), sample.output.strip("\n"), "example")

    def put(self, text: str, reference: str, origin: str) -> None:
        """Put in a text and its reference; the old ones come back with Undo."""
        self._given = (text, origin)
        self.box.replace(text)
        self.reference.replace(reference)
        if reference:
            self.fold.setChecked(True)

    def show_room(self, view: RoomView, choices: Sequence[Choice]) -> None:
        """Show the counter, and the ways out where the text is too long."""
        self.counter.setText(view.text)
        self.counter.setAccessibleDescription(view.text)
        self.counter.setProperty("role", "quiet" if view.tone == "plain" else "strong")
        set_tone(self.counter, view.tone)
        while (item := self._choices_layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for choice in choices:
            self._choices_layout.addWidget(
                button(choice.text, partial(self.choice_made.emit, choice))
            )
        self._choices.setVisible(bool(choices))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and texts."""
        if _file_of(event.mimeData()) is not None or event.mimeData().hasText():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Go on taking them."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped file, or put a dropped text in."""
        path = _file_of(event.mimeData())
        if path is not None:
            self.file_dropped.emit(path)
        else:
            self.box.textCursor().insertText(event.mimeData().text())
        event.acceptProposedAction()

    def _show_reference(self, *, shown: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow
        self.fold.setArrowType(arrow)
        self.reference.setVisible(shown)


def _file_of(data: QMimeData) -> Path | None:
    """Return the one local file in what is dragged, or None."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 else None
