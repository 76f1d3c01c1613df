"""The page Evaluate: what to run, how, and how far it is, at one glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.evaluate.adding import Adding
from medsdesk.ui.evaluate.control import EvaluateControl
from medsdesk.ui.evaluate.exporting import RunExporting
from medsdesk.ui.evaluate.file_control import FileControl
from medsdesk.ui.evaluate.file_panel import FilePanel
from medsdesk.ui.evaluate.how_panel import HowPanel
from medsdesk.ui.evaluate.open_panel import OpenPanel
from medsdesk.ui.evaluate.progress_panel import ProgressPanel
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.services.watch_evaluation import EvaluationView
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences

# Widths in average characters: so that titles of tasks can be read, the second step gives up
# its second column first and its place beside the first step then.
_WIDE, _BESIDE, _TWO_COLUMNS = 190, 125, 80

_IDLE_MS = 400
_SETTLE_MS = 50  # until the layout knows the new heights


class EvaluatePage(QWidget):
    """Evaluations: what to run, how, and how far it is.

    Args:
        desk: Job threads and engine.
        preferences: The settings.
        parent: Where the page will stand. Each widget that moves has everything in it look for
            its font and colours anew; so the outer ones are in their places before the inner.

    Signals:
        looked_at: Id of a run whose items are to be looked at.
        refused: A UserFacingError to show.
        told: Message, hint and tone of what went well.
        changed: ``running`` or ``ready`` changed.
    """

    looked_at = Signal(str)
    refused = Signal(object)
    told = Signal(str, str, str)
    changed = Signal()

    def __init__(self, desk: Desk, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.files = FilePanel()
        self.how = HowPanel()
        self.open = OpenPanel()
        self._progress: ProgressPanel | None = None
        self.file_control = FileControl(desk, self.files, self)
        panels = (self.how, self.open)
        self.control = EvaluateControl(desk, preferences, self.file_control, panels, self)
        self.exporting = RunExporting(desk.long, self)
        self.adding = Adding(desk, self.files, self.file_control, self)
        self._build()
        self._connect()
        # Built a while after the page has come, so that neither it nor a start waits for it.
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(lambda: self.progress)
        self._idle.start(_IDLE_MS)

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("clear")
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scroll)
        scroll.setWidget(inner)
        # Not a stack, which is always as high as the highest of its parts.
        self._cards = [_card(inner, part) for part in (self.files, self.how, self.open)]
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(SMALL)
        self._top.addWidget(self._cards[0], 3)
        self._top.addWidget(self._cards[1], 2)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addLayout(self._top, 3)
        column.addWidget(self._cards[2])
        self._column = column

    def _connect(self) -> None:
        control = self.control
        control.refused.connect(self.refused)
        control.told.connect(self.told)
        control.viewed.connect(self._show)
        control.changed.connect(self.changed)
        control.changed.connect(self._share_height)
        self.open.look_wanted.connect(self.looked_at)
        self.exporting.refused.connect(self.refused)
        self.exporting.written.connect(
            lambda rows, path: self.told.emit(f"{count(rows, 'answer')} written.", path, "good")
        )

    @property
    def progress(self) -> ProgressPanel:
        """The third step while an evaluation is shown; built when it is first needed."""
        if self._progress is None:
            self._progress = ProgressPanel(self._cards[2])
            self._progress.hide()
            layout = self._cards[2].layout()
            if layout is not None:  # as it is; Qt's types allow for a card without one
                layout.addWidget(self._progress)
            self._join(self._progress)
        return self._progress

    def _join(self, progress: ProgressPanel) -> None:
        control = self.control
        progress.pause_wanted.connect(self._pause_or_go_on)
        progress.stop_wanted.connect(self.stop)
        progress.go_on_wanted.connect(lambda: control.resuming.resume(self._run_id))
        progress.retry_wanted.connect(lambda: control.resuming.retry(self._run_id))
        progress.look_wanted.connect(lambda: self.looked_at.emit(self._run_id))
        progress.export_wanted.connect(lambda: self.exporting.ask(self._run_id))
        progress.notes_wanted.connect(self._show_notes)
        progress.close_wanted.connect(control.close_view)

    @property
    def running(self) -> bool:
        """Whether an evaluation was started and has not ended, paused or not."""
        return self.control.evaluator.running

    @property
    def ready(self) -> bool:
        """Whether an evaluation can be started."""
        return self.control.ready

    def refresh(self) -> None:
        """Show what is stored now; called whenever the page is shown."""
        self.control.refresh()

    def start(self) -> None:
        """Begin the evaluation that is put together."""
        self.control.start()

    def stop(self) -> None:
        """Stop after the item in hand; told a second time, at once."""
        self.control.evaluator.stop()

    def hold(self, why: str) -> None:
        """Let nothing be started, for a reason in one sentence; empty to let it."""
        self.control.hold(why)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the second step below the first where both do not fit side by side."""
        super().resizeEvent(event)
        self._reflow()

    def changeEvent(self, event: QEvent) -> None:
        """Do so at another text size too."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reflow()

    def _reflow(self) -> None:
        room = self.width() / self.fontMetrics().averageCharWidth()
        directions = QBoxLayout.Direction
        beside = room >= _BESIDE
        self._top.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self.how.set_columns(2 if room >= (_WIDE if beside else _TWO_COLUMNS) else 1)

    @property
    def _run_id(self) -> str:
        return self.control.view.run_id if self.control.view is not None else ""

    def _show(self, view: EvaluationView | None) -> None:
        self.open.setVisible(view is None)
        if view is None:
            if self._progress is not None:
                self._progress.hide()
            self._share_height()
            return
        if self.progress.isHidden():
            # Where the steps stand below each other, bring the third one into sight.
            QTimer.singleShot(_SETTLE_MS, self._scroll_to_progress)
        self.progress.show()
        self._share_height()
        self.progress.show_view(view, self.control.evaluator)

    def _scroll_to_progress(self) -> None:
        self._scroll.verticalScrollBar().setValue(self._cards[2].y())

    def _share_height(self) -> None:
        """Leave the height to the files as long as the third step has nothing to show."""
        small = self.open.isVisibleTo(self) and self.open.empty
        self._column.setStretch(1, 0 if small else 2)

    def _pause_or_go_on(self) -> None:
        evaluator = self.control.evaluator
        (evaluator.go_on if evaluator.paused else evaluator.pause)()

    def _show_notes(self) -> None:
        from medsdesk.ui.evaluate.notes_dialog import NotesDialog

        if self.control.view is not None:
            dialog = NotesDialog(self.control.view.notes, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()


def _card(parent: QWidget, *inner: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setObjectName("card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    for part in inner:
        layout.addWidget(part)
    return card
