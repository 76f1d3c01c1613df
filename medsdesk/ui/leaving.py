"""What has to be stopped, saved and asked before the window may close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from medsdesk.ui.closing import (
    ask_close_unsaved,
    ask_stop_and_close,
    ask_stop_evaluation,
    ask_stop_making,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from medsdesk.ui.making.control import MakingControl
    from medsdesk.ui.sharing import Sharing
    from medsdesk.ui.workbench.page import WorkbenchPage


class Leaving(QObject):
    """Asks once, lets what runs come to its end, then closes the window."""

    def __init__(self, window: QMainWindow, workbench: WorkbenchPage, sharing: Sharing) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._sharing = sharing
        self._makings: MakingControl | None = None
        self._closing = False
        workbench.runs.runner.changed.connect(self._go_on)
        workbench.rates.settled.connect(self._go_on)
        sharing.changed.connect(self._go_on)

    def watch_makings(self, makings: MakingControl) -> None:
        """Ask also where a model is being made or measured."""
        self._makings = makings
        makings.changed.connect(self._go_on)

    def may_close(self) -> bool:
        """Return whether the window may close now; it is closed again once it may."""
        if self._running:
            self._stop()
            return False
        rates = self._workbench.rates
        rates.flush()
        if rates.waiting:  # closed again as soon as the save has come back
            self._closing = True
            return False
        if rates.failed and not ask_close_unsaved(self._window):
            self._closing = False
            return False
        return True

    @property
    def _running(self) -> bool:
        return self._sharing.answering or self._sharing.evaluating or self._making

    @property
    def _making(self) -> bool:
        return self._makings is not None and self._makings.busy

    def _stop(self) -> None:
        """Ask once, then stop what runs; asked again meanwhile, an evaluation stops at once."""
        evaluate = self._sharing.evaluate if self._sharing.evaluating else None
        ask = ask_stop_evaluation
        if evaluate is None:
            ask = ask_stop_and_close if self._sharing.answering else ask_stop_making
        if self._closing or ask(self._window):
            self._closing = True
            if evaluate is not None:
                evaluate.stop()
            self._workbench.runs.stop()
            if self._makings is not None:
                self._makings.cancel()
            self._go_on()

    def _go_on(self) -> None:
        if self._closing and not self._running and not self._workbench.rates.waiting:
            QTimer.singleShot(0, self._window.close)
