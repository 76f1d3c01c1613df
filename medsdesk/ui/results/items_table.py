"""The table of items: any number of rows, walked through by arrow keys or J and K."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from medsdesk.ui.results.items_model import ItemsModel
from medsdesk.ui.widgets.tables import whole_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

# Widths in average characters, by title; the rest goes to the answers.
_CHARS = {
    "No.": 9, "Task": 18, "What": 19, "Strict": 14, "Paper": 14, "A": 14, "B": 14, "A − B": 11,
    "Answer A": 26, "Answer B": 26,
}  # fmt: skip


class ItemsTable(QTableView):
    """Shows items; rows are all of one height, so that their number costs nothing.

    Signals:
        item_chosen: Row of the item to show; -1 for none.
    """

    item_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.items = ItemsModel(self)
        self.setModel(self.items)
        self.setAccessibleName("Items of the run")
        whole_rows(self)
        self.setWordWrap(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.items.modelReset.connect(self.fit)
        self.selectionModel().currentRowChanged.connect(
            lambda now, _: self.item_chosen.emit(now.row())
        )
        self.fit()

    def step(self, by: int) -> None:
        """Go on or back by some items."""
        rows = self.items.rowCount()
        if rows:
            self.selectRow(max(0, min(rows - 1, self.currentIndex().row() + by)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let J and K go to the next and the previous item."""
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers():
            self.step(step)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Leave letters alone: a search by typing would read every row of the run."""

    def changeEvent(self, event: QEvent) -> None:
        """Fit rows and columns to another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def fit(self) -> None:
        """Set heights and widths by the text size."""
        metrics = self.fontMetrics()
        # Fixed, so that no row has to be measured; room for scripts that stand higher.
        self.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.5))
        char = metrics.averageCharWidth()
        for column, title in enumerate(self.items.titles()):
            self.setColumnWidth(column, char * _CHARS.get(title, 40))
