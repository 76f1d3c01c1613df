"""The Workbench: tasks, text and answer side by side, or answer below text where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.cards import card
from medsdesk.ui.workbench.answer_panel import AnswerPanel
from medsdesk.ui.workbench.answer_view import AnswerView, from_row
from medsdesk.ui.workbench.draft_control import DraftControl
from medsdesk.ui.workbench.opening import Opening
from medsdesk.ui.workbench.rate_control import RateControl
from medsdesk.ui.workbench.run_control import RunControl
from medsdesk.ui.workbench.run_panel import RunPanel
from medsdesk.ui.workbench.task_control import TaskControl
from medsdesk.ui.workbench.task_panel import TaskPanel
from medsdesk.ui.workbench.text_panel import TextPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.core.generation import Prompt
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.workbench.preview_dialog import PreviewDialog

# Widths in average characters below which text and answer do not fit side by side.
_TASK_CHARS, _TEXT_CHARS, _ANSWER_CHARS = 28, 40, 46


class WorkbenchPage(QWidget):
    """The three columns and what drives them.

    Signals:
        refused: A UserFacingError to show.
        demo_changed: Whether the demonstration model is in use.
        explained: One line about what has the keyboard.
    """

    refused = Signal(object)
    demo_changed = Signal(bool)
    explained = Signal(str)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("page")
        self.tasks = TaskPanel()
        self.text = TextPanel()
        self.run = RunPanel()
        self.answer = AnswerPanel()
        self._shown_demo = False
        self._moved = False
        self.task_control = TaskControl(desk, self.tasks, self.text, self)
        self.drafts = DraftControl(
            desk, preferences, (self.text, self.run), self.task_control, self
        )
        self.runs = RunControl(desk, preferences, self.drafts, (self.run, self.answer), self)
        self.rates = RateControl(desk, preferences, self.answer, self)
        self.opening = Opening(desk, self.text, self)
        self._preview: PreviewDialog | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        column.addWidget(self.text, 1)
        column.addWidget(self.run)
        self._work = QSplitter(Qt.Orientation.Horizontal)
        self._cards = [card(self.tasks), card(middle), card(self.answer)]
        self._work.addWidget(self._cards[1])
        self._work.addWidget(self._cards[2])
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._work.setObjectName("clear")
        scroll.setWidget(self._work)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.addWidget(self._cards[0])
        self.columns.addWidget(scroll)
        for splitter in (self.columns, self._work):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(SMALL)
            splitter.splitterMoved.connect(self._keep_sizes)
        self.columns.setStretchFactor(1, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(self.columns)

    def _connect(self) -> None:
        for source in (self.runs, self.rates, self.opening, self.task_control):
            source.refused.connect(self.refused)
        self.runs.started.connect(self._forget_answer)
        self.runs.answered.connect(self._answered)
        self.runs.previewed.connect(self._show_prompt)
        self.drafts.changed.connect(self._tell_demo)
        self.answer.scores.explained.connect(self.explained)
        self.runs.show_state()

    def start(self, *, demo: bool) -> None:
        """Ask for tasks and form; in the demonstration, open a task with its sample."""
        self.task_control.refresh()
        self.rates.read_form()
        if demo:
            from medsdesk.services.demonstrate import DEMO_TASKS

            self.task_control.open(DEMO_TASKS[0], lambda: self.text.take_sample(0))

    def open_answer(self, row: AnswerRow) -> None:
        """Show a stored answer with its text and task; its ratings can be changed."""
        sample, view = row.sample, from_row(row)

        def then() -> None:
            self.text.put(sample.input, "\n".join(sample.targets), sample.origin)
            self.answer.clear()
            self.answer.show_answer(view, stored=True)
            self._answered(view)

        self.task_control.open(sample.task_id, then)

    def next_column(self) -> None:
        """Move the keyboard to the next of tasks, text and answer."""
        stops = [self.tasks.tree, self.text.box, self.answer.box]
        held = [card.isAncestorOf(self.focusWidget()) for card in self._cards]
        at = held.index(True) if self.focusWidget() is not None and True in held else -1
        stops[(at + 1) % len(stops)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def find_task(self) -> None:
        """Put the keyboard into the search field, and show the tasks if they are hidden."""
        if self._cards[0].isHidden():
            self.toggle_tasks()
        self.tasks.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tasks.search.selectAll()

    def go_rate(self) -> None:
        """Put the keyboard on the rating form, or on the question who rates."""
        form = self.answer.form
        if form is not None and form.isVisible():
            form.take_keyboard()
        elif self.answer.rater.isVisible():
            self.answer.rater.field.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the answer below the text where both do not fit side by side."""
        super().resizeEvent(event)
        self.reflow()

    def reflow(self) -> None:
        """Choose between side by side and one below the other for the width there is."""
        char = self.fontMetrics().averageCharWidth()
        for box, chars in (
            (self.tasks.tree, _TASK_CHARS),
            (self.text.box, _TEXT_CHARS),
            (self.answer.box, _ANSWER_CHARS),
        ):
            box.setMinimumWidth(chars * char)
        least = [card.minimumSizeHint().width() for card in self._cards]
        tasks = 0 if self._cards[0].isHidden() else least[0] + SMALL
        wide = self.width() - tasks >= least[1] + least[2] + 4 * SMALL
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._work.orientation() != wanted:
            self._work.setOrientation(wanted)
        self.text.box.set_lines(5 if wide else 10)
        self.answer.set_lines(3 if wide else 8, 5 if wide else 20)
        if not self._moved:
            share = max(least[0], min(self.width() // 5, round(least[0] * 1.3)))
            self.columns.setSizes([share, self.width() - share])
            half = (self.width() - share) // 2
            self._work.setSizes([half, half] if wide else [1, 1])

    def toggle_tasks(self) -> None:
        """Show or hide the column with the tasks."""
        self._cards[0].setVisible(self._cards[0].isHidden())
        self.reflow()

    def _keep_sizes(self) -> None:
        """Leave the columns as the user has set them."""
        self._moved = True

    def _answered(self, view: AnswerView) -> None:
        self._shown_demo = view.is_demo
        self.rates.open(view.output_id)
        self._tell_demo()

    def _forget_answer(self) -> None:
        self._shown_demo = False
        self.rates.close()

    def _tell_demo(self) -> None:
        model = self.run.model
        self.demo_changed.emit(self._shown_demo or (model is not None and model.is_demo))

    def _show_prompt(self, prompt: Prompt) -> None:
        from medsdesk.ui.workbench.preview_dialog import PreviewDialog

        self._preview = PreviewDialog(prompt, self)
        self._preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preview.show()
