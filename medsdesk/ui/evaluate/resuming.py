"""Goes on with evaluations that are not complete, and asks where their files are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.services.evaluate_tasks import Resumption
from medsdesk.services.find_evaluations import moved_files
from medsdesk.services.remember_evaluation import drop_order
from medsdesk.store.evaluation_progress import OpenEvaluation
from medsdesk.ui.widgets.files import ask_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.services.evaluation_orders import Order
    from medsdesk.ui.bridge.desk import Desk


class Resuming(QObject):
    """Makes steps for the evaluator out of what is open.

    Signals:
        ready: A list of ``Order`` and ``Resumption`` to do one after another.
        dropped: An order was forgotten.
    """

    ready = Signal(object)
    dropped = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window

    def go_on(self, rows: Sequence[OpenEvaluation | Order]) -> None:
        """Go on with evaluations; where the files of a single one have moved, ask for them."""
        if len(rows) == 1 and isinstance(rows[0], OpenEvaluation):
            self.resume(rows[0].run_id)
            return
        self.ready.emit(
            [Resumption(r.run_id) if isinstance(r, OpenEvaluation) else r for r in rows]
        )

    def retry(self, run_id: str) -> None:
        """Try the failed items of an evaluation again."""
        self._resume(Resumption(run_id, retry_failed=True))

    def resume(self, run_id: str) -> None:
        """Go on with an evaluation that was stopped."""
        self._resume(Resumption(run_id))

    def drop(self, order: Order) -> None:
        """Forget an evaluation that was never begun."""
        self._desk.short.submit(lambda ws: drop_order(ws, order), lambda _: self.dropped.emit())

    def _resume(self, wanted: Resumption) -> None:
        def then(moved: tuple[str, ...]) -> None:
            if not moved:
                self.ready.emit([wanted])
                return
            more = f" and {len(moved) - 1:,} more" if len(moved) > 1 else ""
            verb = "are" if more else "is"
            title = f"Choose the folder that {moved[0]}{more} {verb} in now"
            folder = ask_folder(self._window, title)
            if folder is not None:
                self.ready.emit([replace(wanted, files=(folder,))])

        self._desk.short.submit(lambda ws: moved_files(ws, wanted.run_id), then)
