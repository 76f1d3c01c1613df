"""The automatic scores as a small table that explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTableWidgetItem

from medsdesk.ui.widgets.tables import TallTable
from medsdesk.ui.wording import metric_name, score_value

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent

    from medsdesk.core.score import Score


class ScoresTable(TallTable):
    """Metric and value, or ``unscored`` with the reason; as tall as its rows.

    Signals:
        explained: What the current row means; empty when the keyboard has left.
    """

    explained = Signal(str)

    def __init__(self) -> None:
        super().__init__(("Automatic score", "Value"))
        self.setAccessibleName("Automatic scores")
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
        self.fit()

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
