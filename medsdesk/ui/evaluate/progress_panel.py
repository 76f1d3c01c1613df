"""Step three while an evaluation runs and when it has ended: tasks, speed, failures, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from medsdesk.ui.evaluate.progress_table import ProgressTable
from medsdesk.ui.evaluate.progress_words import figures, stage_badge
from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import LowTable, LowTableView, dress, fill, set_lines
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from medsdesk.services.watch_evaluation import EvaluationView
    from medsdesk.ui.bridge.evaluator import Evaluator

_PARTS = 1000
_COLUMNS = (0.36, 19, 11, 0.39, 0.25)
_FAILURES = ("Task file", "Item", "Why it has no answer")


class ProgressPanel(QWidget):
    """Shows an ``EvaluationView``.

    Signals:
        pause_wanted: Pause, or go on where it is paused.
        stop_wanted: Stop was pressed.
        go_on_wanted: The evaluation that was stopped is to go on.
        retry_wanted: The failed items are to be tried again.
        look_wanted: The items are to be looked at.
        export_wanted: The answers are to be written to a file.
        notes_wanted: The notes are to be shown.
        close_wanted: The evaluation is not to be shown any more.
    """

    pause_wanted = Signal()
    stop_wanted = Signal()
    go_on_wanted = Signal()
    retry_wanted = Signal()
    look_wanted = Signal()
    export_wanted = Signal()
    notes_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = label("", "badge")
        self.model = label("", "strong", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _PARTS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Items answered")
        self.figures = label("", wrap=True)
        self.lines = ProgressTable(self)
        self.table = LowTableView(3, _COLUMNS)
        self.table.setModel(self.lines)
        dress(self.table, stretched=0)
        self.failed_title = label("", "strong", wrap=True)
        self.failures = LowTable(0, len(_FAILURES))
        self.failures.setHorizontalHeaderLabels(_FAILURES)
        self.failures.setAccessibleName("Failed items")
        dress(self.failures, stretched=2)
        set_lines(self.failures, 2)
        self._shown_failures: object = None
        self.pause_button = button("&Pause", self.pause_wanted.emit)
        self.stop_button = button("S&top", self.stop_wanted.emit)
        self.go_on_button = button("&Go on", self.go_on_wanted.emit)
        self.retry_button = button("Retr&y failed", self.retry_wanted.emit)
        self.look_button = button("Look at the ite&ms", self.look_wanted.emit)
        self.export_button = button("&Export…", self.export_wanted.emit)
        self.notes_button = button("&Notes…", self.notes_wanted.emit, "quiet")
        self.close_button = button("Close", self.close_wanted.emit, "quiet", "Show what is open.")
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SMALL)
        head.addWidget(buddy("3  Progress", self.table, "heading"))
        head.addWidget(self.badge)
        head.addWidget(self.model, 1)
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        for part in self._buttons:
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.figures)
        layout.addWidget(buttons)
        layout.addWidget(self.table, 2)
        layout.addWidget(self.failed_title)
        layout.addWidget(self.failures, 1)
        self.table.setAccessibleName("Tasks of the evaluation")

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (
            self.pause_button, self.stop_button, self.go_on_button, self.retry_button,
            self.look_button, self.export_button, self.notes_button, self.close_button,
        )  # fmt: skip

    def show_view(self, view: EvaluationView, evaluator: Evaluator) -> None:
        """Show how the evaluation stands."""
        words, tone = stage_badge(view, pausing=evaluator.paused, stopping=evaluator.stopping)
        self.badge.setText(words)
        set_tone(self.badge, tone)
        queue = f" (model {evaluator.place} of {evaluator.of})" if evaluator.of > 1 else ""
        self._say(self.model, f"{view.model_name}{queue}")
        counts = view.counts
        ended = counts.done + counts.failed
        self.bar.setValue(_PARTS * ended // counts.items if counts.items else 0)
        self._say(self.figures, figures(view))
        self.bar.setAccessibleDescription(figures(view))
        self.lines.show_lines(view.tasks, ended=view.stage == "ended" and not counts.pending)
        self._show_failures(view)
        self._show_buttons(view, evaluator)

    def _say(self, words: QLabel, text: str) -> None:
        """Show a text, where it is another: each one makes the page find its heights anew."""
        if words.text() != text:
            words.setText(text)

    def _show_failures(self, view: EvaluationView) -> None:
        failed = view.counts.failed
        self.failed_title.setVisible(failed > 0)
        self.failures.setVisible(failed > 0)
        if view.failures == self._shown_failures:
            return
        self._shown_failures = view.failures
        told = f"{count(failed, 'item')} without an answer"
        if failed > len(view.failures):
            told += f"; the first {len(view.failures):,} are listed"
        self.failed_title.setText(told)
        rows = [(item.file, f"{item.item_index + 1:,}", item.error) for item in view.failures]
        fill(self.failures, rows)

    def _show_buttons(self, view: EvaluationView, evaluator: Evaluator) -> None:
        running, stored = evaluator.running, bool(view.run_id)
        counts = view.counts
        self.pause_button.setText("&Go on" if evaluator.paused else "&Pause")
        self.pause_button.setAccessibleName("Go on" if evaluator.paused else "Pause")
        self.stop_button.setText("S&top now" if evaluator.stopping else "S&top")
        self.stop_button.setToolTip(
            "Drop the item in hand; it waits and is asked again later." if evaluator.stopping
            else "Stop after the item in hand; everything answered is kept."
        )  # fmt: skip
        shown = {
            self.pause_button: running,
            self.stop_button: running,
            self.go_on_button: not running and bool(counts.pending),
            self.retry_button: not running and bool(counts.failed),
            self.look_button: stored and bool(counts.done),
            self.export_button: not running and bool(counts.done),
            self.notes_button: bool(view.notes),
            self.close_button: not running,
        }
        for part, on in shown.items():
            part.setVisible(on)
        self.pause_button.setEnabled(not evaluator.stopping)
        self.notes_button.setText(f"{count(len(view.notes), 'note')}…")
        self.notes_button.setAccessibleName("Notes on the files")
