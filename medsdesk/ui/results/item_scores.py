"""Both protocols' scores of one answer, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from medsdesk.ui.results.item_view import score_lines

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.core.score import Score

_TITLES = ("Score", "Strict rules", "As in the paper")


class ItemScores(QTableWidget):
    """A line per metric, then what was read from the answer, why not, and how it was made."""

    def __init__(self) -> None:
        super().__init__(0, len(_TITLES))
        self.setHorizontalHeaderLabels(_TITLES)
        self.setAccessibleName("Scores by both protocols")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_scores(())

    def show_scores(self, scores: Sequence[Score]) -> None:
        """Show scores; none hides the table."""
        from medsdesk.ui.workbench.scores_table import explanation

        lines = score_lines(scores) if scores else ()
        words = {line.title: line.title for line in lines}
        for score in scores:
            words[_title(score)] = explanation(score)
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate((line.title, line.strict, line.paper)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                item.setToolTip(words.get(line.title, ""))
                self.setItem(row, column, item)
        self.setVisible(bool(lines))
        self.clearSelection()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the height to another text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height when a narrower column wraps a line."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        self.verticalHeader().setMinimumSectionSize(round(self.fontMetrics().height() * 1.3))
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(rows + header + 2 * self.frameWidth() + 2)


def _title(score: Score) -> str:
    from medsdesk.ui.wording import metric_name

    return metric_name(score.metric)
