"""Step three while nothing runs: the evaluations that are not complete, and what to do with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.store.evaluation_progress import OpenEvaluation
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import LowTable, dress, fill, set_lines
from medsdesk.ui.wording import count, day_and_time

if TYPE_CHECKING:
    from medsdesk.services.evaluation_orders import Order

_COLUMNS = ("Begun", "Model", "Task files", "Answered", "Waiting", "Failed")
_NOTHING = "Nothing runs, and no evaluation waits to be finished."
_SOME = "Nothing runs. These evaluations are not complete; each goes on where it was."


class OpenPanel(QWidget):
    """A table of evaluations to go on with.

    Signals:
        go_on_wanted: A list of ``OpenEvaluation`` and ``Order`` to go on with.
        retry_wanted: An ``OpenEvaluation`` whose failed items are to be tried again.
        look_wanted: Id of a run to look at.
        drop_wanted: An ``Order`` that is not wanted any more.
    """

    go_on_wanted = Signal(object)
    retry_wanted = Signal(object)
    look_wanted = Signal(str)
    drop_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[OpenEvaluation | Order] = []
        self.table = LowTable(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        dress(self.table, stretched=1)
        set_lines(self.table, 3)
        self.table.itemSelectionChanged.connect(self._show_buttons)
        self.table.itemActivated.connect(lambda _: self._go_on())
        self.about = label(_NOTHING, "quiet", wrap=True)
        self.go_on_button = button("&Go on", self._go_on)
        self.all_button = button("", self._go_on_all, tip="One after another, the oldest first.")
        self.all_button.setAccessibleName("Go on with all")
        self.retry_button = button("Retr&y failed", self._retry)
        self.look_button = button("Look at the ite&ms", self._look)
        self.drop_button = button("Forget", self._drop, "quiet", "Nothing of it was begun.")
        self._build()
        self.show_open((), (), {})

    def _build(self) -> None:
        self._buttons = QWidget()
        row = FlowLayout(self._buttons, SMALL)
        for part in (
            self.go_on_button, self.all_button, self.retry_button, self.look_button,
            self.drop_button,
        ):  # fmt: skip
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        title = buddy("3  Progress", self.table, "heading")
        self.table.setAccessibleName("Evaluations that are not complete")
        layout.addWidget(title)
        layout.addWidget(self.about)
        layout.addWidget(self._buttons)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)

    def show_open(
        self,
        evaluations: Sequence[OpenEvaluation],
        orders: Sequence[Order],
        names: dict[str, str],
    ) -> None:
        """List evaluations, and orders that were never begun; ``names`` of models by their ids."""
        self._rows = [*orders, *evaluations]
        cells = [
            *(_order_cells(order, names) for order in orders),
            *(_cells(evaluation) for evaluation in evaluations),
        ]
        fill(self.table, cells)
        some = bool(self._rows)
        self.about.setText(_SOME if some else _NOTHING)
        self.table.setVisible(some)
        self._buttons.setVisible(some)
        self._show_buttons()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to go on with."""
        return not self._rows

    @property
    def _selected(self) -> OpenEvaluation | Order | None:
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _go_on(self) -> None:
        if self.go_on_button.isEnabled():
            self.go_on_wanted.emit([self._selected])
        elif self.retry_button.isEnabled():
            self._retry()

    def _go_on_all(self) -> None:
        """Go on with everything that waits, the oldest first."""
        waiting = [row for row in self._rows if isinstance(row, OpenEvaluation) and row.waiting]
        orders = [row for row in self._rows if not isinstance(row, OpenEvaluation)]
        self.go_on_wanted.emit([*reversed(waiting), *orders])

    def _retry(self) -> None:
        self.retry_wanted.emit(self._selected)

    def _look(self) -> None:
        if isinstance(chosen := self._selected, OpenEvaluation):
            self.look_wanted.emit(chosen.run_id)

    def _drop(self) -> None:
        self.drop_wanted.emit(self._selected)

    def _show_buttons(self) -> None:
        chosen = self._selected
        stored = chosen if isinstance(chosen, OpenEvaluation) else None
        order = chosen is not None and stored is None
        self.go_on_button.setEnabled(order or (stored is not None and stored.waiting > 0))
        self.retry_button.setEnabled(stored is not None and stored.failed > 0)
        self.look_button.setEnabled(stored is not None and stored.done > 0)
        self.drop_button.setVisible(order)
        ready = [r for r in self._rows if not isinstance(r, OpenEvaluation) or r.waiting]
        self.all_button.setVisible(len(ready) > 1)
        self.all_button.setText(f"Go on with &all {len(ready):,}")


def _cells(evaluation: OpenEvaluation) -> tuple[str, ...]:
    items = evaluation.done + evaluation.waiting + evaluation.failed
    return (
        day_and_time(evaluation.created_at),
        evaluation.model_name,
        f"{evaluation.files:,}",
        f"{evaluation.done:,} of {count(items, 'item')}",
        f"{evaluation.waiting:,}",
        f"{evaluation.failed:,}",
    )


def _order_cells(order: Order, names: dict[str, str]) -> tuple[str, ...]:
    model = order.choices.models[0]
    return ("Not begun yet", names.get(model, model), f"{len(order.files):,}", "–", "all", "–")
