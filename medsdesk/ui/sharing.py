"""One engine for two: while an evaluation runs the Workbench loads nothing, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from medsdesk.ui.evaluate.page import EvaluatePage
    from medsdesk.ui.pages import Pages
    from medsdesk.ui.workbench.page import WorkbenchPage

EVALUATING = "An evaluation is running. Stop it on the page Evaluate first; it goes on later."
ANSWERING = "An answer is being written in the Workbench: wait for its end, or stop it first."


class Sharing(QObject):
    """Knows which of the pages has the engine.

    Signals:
        changed: What runs, or what can be run, is another.
    """

    changed = Signal()

    def __init__(self, pages: Pages, workbench: WorkbenchPage) -> None:
        super().__init__(pages)
        self._pages = pages
        self._workbench = workbench
        pages.made.connect(self._join)
        pages.currentChanged.connect(lambda _: self.changed.emit())
        workbench.runs.state_changed.connect(self.changed)

    @property
    def evaluate(self) -> EvaluatePage | None:
        """The page of evaluations, if it was built already."""
        return cast("EvaluatePage | None", self._pages.built("evaluate"))

    @property
    def evaluating(self) -> bool:
        """Whether an evaluation runs."""
        return self.evaluate is not None and self.evaluate.running

    @property
    def answering(self) -> bool:
        """Whether the Workbench writes an answer."""
        return self._workbench.runs.runner.running

    @property
    def can_run(self) -> bool:
        """Whether what the page shown is about can be started."""
        shown = self._shown
        return self._workbench.runs.can_run if shown is None else shown.ready

    def run(self) -> None:
        """Start what the page shown is about."""
        shown = self._shown
        (self._workbench.runs.run if shown is None else shown.start)()

    @property
    def _shown(self) -> EvaluatePage | None:
        return self.evaluate if self._pages.currentWidget() is self.evaluate else None

    def _join(self, name: str) -> None:
        if name == "evaluate" and self.evaluate is not None:
            self.evaluate.changed.connect(self._share)
            self._workbench.runs.runner.changed.connect(self._share)
            self._share()

    def _share(self) -> None:
        if self.evaluate is not None:
            self._workbench.drafts.hold(EVALUATING if self.evaluating else "")
            self.evaluate.hold(ANSWERING if self.answering else "")
        self.changed.emit()
