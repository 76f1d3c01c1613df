"""What the paired tests say of two runs: one sentence above the items, every figure on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.results.item_view import STRICT
from medsdesk.ui.theme import MEDIUM, SMALL, TINY, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.widgets.tables import whole_rows
from medsdesk.ui.wording import count, metric_name

if TYPE_CHECKING:
    from medsdesk.services.compare_runs import FigureComparison, RunComparison

_COLUMNS = ("Task", "Figure", "Verdict", "Run A", "Run B", "A − B", "95 % interval", "p", "Items")
_METHOD = (
    "Items are paired by task file and place in it, or by text and task. Right or wrong is tested "
    "by the exact McNemar test with Newcombe's interval, every other figure by exchanging the two "
    "runs item by item, with a paired bootstrap interval. p is two-sided and corrected for the "
    "number of figures of its protocol (Holm), the intervals are not; a difference is called real "
    "up to p = 0.05."
)


class ComparisonBar(QFrame):
    """The sentence about the task that is looked at, and what else differs between the runs."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bar")
        set_tone(self, "plain")
        self.setAccessibleName("Comparison of the two runs")
        self.sentence = label("", "strong", wrap=True)
        self.notes = label("", "quiet", wrap=True)
        self.all_button = button("&All figures…", self._show_all, tip="Every test in a table.")
        self.dialog: ComparisonDialog | None = None
        self._found: RunComparison | None = None
        self._titles: Mapping[str, str] = {}
        words = QVBoxLayout()
        words.setSpacing(TINY)
        words.addWidget(self.sentence)
        words.addWidget(self.notes)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        layout.addLayout(words, 1)
        layout.addWidget(self.all_button)
        self.hide()

    def wait(self, pairs: int) -> None:
        """Say that the runs are being compared."""
        self._found = None
        self.sentence.setText(f"{count(pairs, 'item')} in both runs. Testing the differences …")
        self.notes.hide()
        self.all_button.hide()
        self.show()

    def show_comparison(self, found: RunComparison, titles: Mapping[str, str]) -> None:
        """Show what came of it."""
        self._found, self._titles = found, titles
        common = found.common
        notes = [f"{common.pairs:,} items in both runs"]
        if common.only_first or common.only_second:
            notes.append(f"{common.only_first:,} in A alone, {common.only_second:,} in B alone")
        told = ", ".join(notes)
        self.notes.setText(" ".join((f"{told}.", common.sentence, *found.differences)))
        self.notes.show()
        self.all_button.setVisible(bool(found.figures))
        self.show_task(None)
        self.show()

    def show_task(self, task_id: str | None) -> None:
        """Tell of a task; None for all of the run."""
        from medsdesk.services.compare_runs import leading_figures, summary

        if self._found is None:
            return
        figures = leading_figures(self._found, STRICT)
        shown = [f for f in figures if task_id in (None, f.task_id)]
        if not shown:
            self.sentence.setText("There is no score that both runs have.")
        elif len(shown) > 1:
            self.sentence.setText(f"By the strict rules: {summary(self._found, STRICT)}")
        else:
            (figure,) = shown
            title = self._titles.get(figure.task_id, figure.task_id)
            self.sentence.setText(f"{title}, {metric_name(figure.metric)}: {figure.sentence}")

    def clear(self) -> None:
        """Show that no run stands beside the first."""
        self._found = None
        self.hide()

    def _show_all(self) -> None:
        if self._found is not None:
            self.dialog = ComparisonDialog(self._found, self._titles, self.window())
            self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.dialog.show()


class ComparisonDialog(QDialog):
    """Every figure of two runs with its test."""

    def __init__(self, found: RunComparison, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Two runs compared")
        self.table = _table(found.figures, titles)
        self.sentence = label("", "strong", wrap=True)
        self.sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        runs = "\n".join(
            f"Run {letter}: {run.model_name}, {run.id[:8]}"
            for letter, run in (("A", found.first), ("B", found.second))
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label(runs, wrap=True))
        for difference in found.differences:
            mind = label(difference, wrap=True)
            set_tone(mind, "warn")
            layout.addWidget(mind)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.sentence)
        layout.addWidget(label(_METHOD, "quiet", wrap=True))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._figures = found.figures
        self.table.currentCellChanged.connect(lambda row, *_: self._tell(row))
        self.table.selectRow(0)
        self.resize(round(parent.width() * 0.9), round(parent.height() * 0.8))

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._figures):
            figure = self._figures[row]
            left = "".join(f" {n:,} left out: {why}." for why, n in figure.left_out.items())
            self.sentence.setText(f"{figure.sentence}{left}")


def _table(figures: Sequence[FigureComparison], titles: Mapping[str, str]) -> QTableWidget:
    table = QTableWidget(len(figures), len(_COLUMNS))
    table.setHorizontalHeaderLabels(_COLUMNS)
    table.setAccessibleName("Figures of both runs")
    whole_rows(table)
    table.setWordWrap(False)
    table.horizontalHeader().setStretchLastSection(True)
    for row, figure in enumerate(figures):
        for column, text in enumerate(_cells(figure, titles)):
            item = QTableWidgetItem(text)
            item.setToolTip(figure.sentence)
            table.setItem(row, column, item)
    table.resizeColumnsToContents()
    return table


def _cells(figure: FigureComparison, titles: Mapping[str, str]) -> Sequence[str]:
    from medsdesk.services.compare_runs import p_words

    name = metric_name(figure.metric, figure.protocol)
    title, test = titles.get(figure.task_id, figure.task_id), figure.test
    if test is None or figure.p is None:
        return (title, name, "nothing to compare", "–", "–", "–", "–", "–", "0")
    interval = "–" if test.ci95 is None else f"{test.ci95[0]:+.1f} to {test.ci95[1]:+.1f}"
    verdict = "not distinguishable"
    if figure.distinguishable:
        verdict = f"run {'A' if test.difference > 0 else 'B'} scores higher"
    return (
        title, name, verdict, f"{test.first:.1f}", f"{test.second:.1f}", f"{test.difference:+.1f}",
        interval, p_words(figure.p).removeprefix("p ").removeprefix("= "), f"{test.n:,}",
    )  # fmt: skip
