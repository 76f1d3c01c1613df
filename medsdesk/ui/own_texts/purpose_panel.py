"""What the texts are for: a task of MedS-Bench, or one of the clinician's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.text_box import TextBox
from medsdesk.ui.wording import scored_by
from medsdesk.ui.workbench.task_panel import TaskPanel

if TYPE_CHECKING:
    from medsdesk.core.task import Task
    from medsdesk.services.task_words import TaskWords
    from medsdesk.ui.own_texts.control import Offers
    from medsdesk.ui.workbench.task_control import Found

_TREE_LINES = 6
_NOT_CHOSEN = "Choose a task: type a few letters, or walk with the arrow keys and press Enter."
_SHORT_CHARS = 14


class PurposePanel(QWidget):
    """Chooses a task, or says what an own one is.

    Signals:
        changed: The task is another.
        filter_changed: The list of tasks is to be asked for anew.
    """

    changed = Signal()
    filter_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.task: Task | None = None
        self.known = QRadioButton("A task of MedS-&Bench")
        self.own = QRadioButton("A task of &your own")
        self.known.setChecked(True)
        self.tasks = TaskPanel()
        self.tasks.everything.hide()  # tasks that cannot run have no instruction to take
        self.tasks.tree.setMinimumHeight(round(_TREE_LINES * 1.6 * self.fontMetrics().height()))
        self.tasks.chosen.connect(self._choose)
        self.tasks.filter_changed.connect(self.filter_changed)
        self.chosen = label(_NOT_CHOSEN, "quiet", wrap=True)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.instruction = TextBox("Instruction", lines=4)
        self.instruction.setPlaceholderText("Such as: Name the main diagnosis of this letter.")
        self.category, self.language = QComboBox(), QComboBox()
        for box in (self.category, self.language):
            box.setMinimumContentsLength(_SHORT_CHARS)
            policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            box.setSizeAdjustPolicy(policy)
            box.activated.connect(lambda _: self.changed.emit())
        self.category.addItem("None: answers are not scored", "")
        self.language.addItem("English", "en")
        self.name.textChanged.connect(lambda _: self.changed.emit())
        self.instruction.textChanged.connect(self.changed)
        self.known.toggled.connect(lambda _: self._switch())
        self._build()
        self._switch()

    def _build(self) -> None:
        self._own = QWidget()
        grid = QGridLayout(self._own)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SMALL)
        rows = (
            ("&Instruction", self.instruction, "What the model is asked to do with each text."),
            ("&Name", self.name, "For the file's name. Left empty, it is called after the texts."),
            ("Scored &as", self.category, "The kind of task decides how answers are scored."),
            ("&Language", self.language, "Of the texts and of the answers."),
        )
        for row, (name, control, tip) in enumerate(rows):
            grid.addWidget(buddy(name, control), row, 0)
            grid.addWidget(control, row, 1)
            control.setToolTip(tip)
            control.setAccessibleDescription(tip)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(rows), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(label("2  What they are for", "heading"))
        layout.addWidget(self.known)
        layout.addWidget(self.own)
        layout.addWidget(self.tasks, 1)
        layout.addWidget(self.chosen)
        layout.addWidget(self._own, 1)

    @property
    def ready(self) -> bool:
        """Whether it is known what the model is asked to do."""
        if self.known.isChecked():
            return self.task is not None
        return bool(self.instruction.text.strip())

    def words(self) -> TaskWords:
        """Return what the task is."""
        from medsdesk.services.task_words import TaskWords

        if self.known.isChecked():
            return TaskWords(task=self.task.id if self.task is not None else "")
        category, language = self.category.currentData(), self.language.currentData()
        return TaskWords(
            name=self.name.text().strip(),
            definition=self.instruction.text,
            categories=(category,) if category else (),
            input_languages=(language,),
        )

    def show_tasks(self, found: Found) -> None:
        """Show the tasks that match."""
        current = self.task.id if self.task is not None else ""
        self.tasks.fill(found.groups, found.runnable, current)

    def show_offers(self, offers: Offers) -> None:
        """Offer categories and languages."""
        with QSignalBlocker(self.category), QSignalBlocker(self.language):
            for category in offers.categories:
                self.category.addItem(category, category)
            for code, name in offers.languages:
                if code != "en":
                    self.language.addItem(name, code)

    def _choose(self, task: Task) -> None:
        self.task = task
        told = f"For {task.title} ({task.id}), {scored_by(task.metric)}."
        self.chosen.setText(told)
        self.chosen.setAccessibleName(told)
        self.changed.emit()

    def _switch(self) -> None:
        known = self.known.isChecked()
        self.tasks.setVisible(known)
        self.chosen.setVisible(known)
        self._own.setVisible(not known)
        self.changed.emit()
