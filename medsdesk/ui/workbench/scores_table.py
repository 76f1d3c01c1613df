"""The automatic scores as a small table that explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from medsdesk.ui.wording import metric_name, score_value

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from medsdesk.core.score import Score


class ScoresTable(QTableWidget):
    """Metric and value, or ``unscored`` with the reason; as tall as its rows.

    Signals:
        explained: What the current row means; empty when the keyboard has left.
    """

    explained = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.setHorizontalHeaderLabels(["Automatic score", "Value"])
        self.setAccessibleName("Automatic scores")
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentCellChanged.connect(lambda *_: self._explain())
        self.show_scores(())

    def show_scores(self, scores: Sequence[Score]) -> None:
        """Show scores; none hides the table."""
        groups = grouped(scores)
        self.setRowCount(len(groups))
        for row, group in enumerate(groups):
            words = "\n".join(explanation(score) for score in group)
            names = "\n".join(metric_name(score.metric, score.protocol) for score in group)
            for column, text in enumerate((names, score_value(group[0]))):
                item = QTableWidgetItem(text)
                item.setToolTip(words)
                item.setWhatsThis(words)
                item.setStatusTip(words.replace("\n", " "))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, words)
                self.setItem(row, column, item)
        self.setVisible(bool(scores))
        self.clearSelection()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the height to another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height when a narrower column wraps a reason."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Explain the current row to whoever came by keyboard."""
        super().focusInEvent(event)
        if self.currentRow() < 0 and self.rowCount():
            self.setCurrentCell(0, 0)
        self._explain()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop explaining."""
        super().focusOutEvent(event)
        self.explained.emit("")

    def _explain(self) -> None:
        if self.hasFocus():
            item = self.item(self.currentRow(), 0)
            self.explained.emit(item.statusTip() if item is not None else "")

    def _fit(self) -> None:
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(rows + header + 2 * self.frameWidth() + 2)


def grouped(scores: Sequence[Score]) -> list[list[Score]]:
    """Put scores that lack a value for the same reason together; others stand alone."""
    groups: list[list[Score]] = []
    for score in scores:
        last = groups[-1][0] if groups else None
        unscored = last is not None and score.value is None and last.value is None
        if last is not None and unscored and last.reason == score.reason:
            groups[-1].append(score)
        else:
            groups.append([score])
    return groups


def explanation(score: Score) -> str:
    """Return what a metric measures and how it was made."""
    from medsdesk.metrics.scoring import explain

    lines = [explain(score.metric), f"Signature: {score.signature}"]
    if score.answer is not None:
        lines.insert(1, "The answer read out of the text is what is compared.")
    return "\n".join(lines)
