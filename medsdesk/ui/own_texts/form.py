"""The four steps of the dialog for own texts, side by side or below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from medsdesk.ui.own_texts.answers_panel import AnswersPanel
from medsdesk.ui.own_texts.purpose_panel import PurposePanel
from medsdesk.ui.own_texts.source_panel import SourcePanel
from medsdesk.ui.own_texts.target_panel import TargetPanel
from medsdesk.ui.theme import LARGE, MEDIUM

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.services.make_task import TaskRequest
    from medsdesk.ui.own_texts.control import OwnTextsControl

_NO_TEXTS = "Add texts first."
_NO_TASK = "Choose the task that the texts are for."
_NO_INSTRUCTION = "Write the instruction for the model."
_NO_TARGET = "Say where the task file is to be saved."
_WIDE_CHARS = 110  # below it the steps stand below each other


class OwnTextsForm(QScrollArea):
    """Which texts, what for, their right answers, and where to.

    Args:
        control: Finds tasks, and a place for the file.

    Signals:
        changed: What is missing may be something else.
    """

    changed = Signal()

    def __init__(self, control: OwnTextsControl) -> None:
        super().__init__()
        self._control = control
        self.sources = SourcePanel()
        self.purpose = PurposePanel()
        self.answers = AnswersPanel()
        self.target = TargetPanel()
        self._build()
        for signal in (self.sources.changed, self.purpose.changed, self.answers.changed):
            signal.connect(self.suggest)
        self.target.edited.connect(self.suggest)
        self.target.changed.connect(self.changed)
        self.purpose.filter_changed.connect(self.search)
        control.offered.connect(self.purpose.show_offers)
        control.found.connect(self.purpose.show_tasks)
        control.suggested.connect(self.target.show_suggestion)

    def _build(self) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setContentsMargins(0, 0, MEDIUM, 0)
        self._columns.setSpacing(LARGE)
        for parts in ((self.sources, self.answers), (self.purpose, self.target)):
            column = QVBoxLayout()
            column.setSpacing(LARGE)
            column.addWidget(parts[0], 1)
            column.addWidget(parts[1])
            self._columns.addLayout(column, 1)
        inner = QWidget()
        inner.setObjectName("clear")
        inner.setLayout(self._columns)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)

    @property
    def missing(self) -> str:
        """What is still to be done, in a sentence; empty where the file can be made."""
        if not self.sources.paths:
            return _NO_TEXTS
        if not self.purpose.ready:
            return _NO_TASK if self.purpose.known.isChecked() else _NO_INSTRUCTION
        return "" if self.target.target is not None else _NO_TARGET

    def request(self) -> TaskRequest | None:
        """Return what is to be made; None where something is missing."""
        from medsdesk.services.make_task import TaskRequest

        target = self.target.target
        if target is None or self.missing:
            return None
        return TaskRequest(
            sources=self.sources.paths,
            out=target,
            words=self.purpose.words(),
            columns=self.answers.columns(),
            references=self.answers.references,
            conclusions=self.answers.conclusions.isChecked(),
            numbered=self.answers.numbered.isChecked(),
            replace=self.target.replace.isChecked(),
        )

    def search(self) -> None:
        """Ask for the tasks that match."""
        tasks = self.purpose.tasks
        self._control.search(tasks.search.text(), tasks.language)

    def suggest(self) -> None:
        """Ask where the file may be, for what is chosen now."""
        paths = self.sources.paths if self.purpose.ready else ()
        numbered = self.answers.numbered.isChecked()
        self._control.suggest(self.purpose.words(), paths, self.target.given, numbered=numbered)
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the steps below each other where they do not fit side by side."""
        super().resizeEvent(event)
        self._reflow()

    def changeEvent(self, event: QEvent) -> None:
        """Do so at another text size too."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reflow()

    def _reflow(self) -> None:
        wide = self.width() >= _WIDE_CHARS * self.fontMetrics().averageCharWidth()
        directions = QBoxLayout.Direction
        self._columns.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
