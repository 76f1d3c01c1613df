"""Both protocols' scores of one answer, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidgetItem

from medsdesk.ui.results.item_view import score_lines
from medsdesk.ui.widgets.tables import TallTable

if TYPE_CHECKING:
    from medsdesk.core.score import Score

_FIGURE = 24  # characters
_TITLES = ("Score", "Strict rules", "As in the paper")


class ItemScores(TallTable):
    """A line per metric, then what was read from the answer, why not, and how it was made."""

    def __init__(self) -> None:
        super().__init__(_TITLES)
        self.setAccessibleName("Scores by both protocols")
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
            cells = (line.title, line.strict, line.paper)
            # A figure stands in the middle of its row, what takes many lines begins at the top.
            long = max(map(len, cells)) > _FIGURE
            across = Qt.AlignmentFlag.AlignTop if long else Qt.AlignmentFlag.AlignVCenter
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | across)
                item.setToolTip(words.get(line.title, ""))
                self.setItem(row, column, item)
        self.setVisible(bool(lines))
        self.clearSelection()
        self.fit()

    def fit(self) -> None:
        """Fit the height to the rows, which have room for scripts that stand higher."""
        self.verticalHeader().setMinimumSectionSize(round(self.fontMetrics().height() * 1.3))
        super().fit()


def _title(score: Score) -> str:
    from medsdesk.ui.wording import metric_name

    return metric_name(score.metric)
