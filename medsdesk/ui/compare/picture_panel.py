"""The pictures of a comparison, one at a time, with the figures of each as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.compare.ink import of_window
from medsdesk.ui.compare.table import FiguresModel
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.files import ask_save, ask_save_csv
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import label, show_line
from medsdesk.ui.widgets.tables import whole_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QEvent

    from medsdesk.core.picture import Picture
    from medsdesk.ui.compare.chart import Chart, Legend
    from medsdesk.ui.compare.control import CompareControl
    from medsdesk.ui.compare.plots import Scene

SVG, PNG = "SVG picture (*.svg)", "PNG picture (*.png)"
_VIEWS = (
    ("S&catter", "Each answer's score over the clinicians' rating."),
    ("All metrics", "Every metric on every question."),
    ("Intervals", "How sure each figure is on this question."),
    ("Raters", "How far raters agree with each other."),
    ("Bland-Altman", "How far the metric is from the rating."),
    ("ROC", "Does the metric find unacceptable answers?"),
    ("Models", "Models ranked by clinicians and by metrics."),
    ("Worst disagreements", "Where metric and clinicians differ most."),
)
"""Name and tip of each picture, in the order of ``all_scenes``."""
_LEAST_LINES = 14
_MEASURED = 40  # rows, for the width of columns
_TIPS = "Enter opens the answer of a row; the picture shows where it stands."


class PicturePanel(QWidget):
    """Chips that choose a picture, the picture beside its table, and what is to be known of it.

    Args:
        control: Opens answers and writes files.
        report_button: Stands beside those that save.
    """

    def __init__(self, control: CompareControl, report_button: QPushButton) -> None:
        super().__init__()
        self._control = control
        self._scenes: tuple[Scene, ...] = ()
        self.scene: Scene | None = None
        self.model = FiguresModel(self)
        self.table = self._make_table()
        self.title = label("", "heading", wrap=True)
        self.caption = label("", "quiet", wrap=True)
        self.gap = label("", wrap=True)
        self.chart: Chart | None = None
        self.legend: Legend | None = None
        self.picture_button = button(
            "Save pict&ure…", self._ask_picture, tip="Writes this picture as SVG or PNG."
        )
        self.figures_button = button(
            "Save fi&gures…", self._ask_figures, tip="Writes the table to a CSV file."
        )
        self.views = QButtonGroup(self)
        self.views.idClicked.connect(lambda _: self._draw())
        self._build(report_button)

    def show_scenes(self, scenes: Sequence[Scene]) -> None:
        """Show the chosen one of the pictures; none where there is nothing to see."""
        self._scenes = tuple(scenes)
        self._draw()

    def pictures(self) -> tuple[Picture, ...]:
        """Return every picture of the comparison shown, for a document."""
        if not self._scenes:
            return ()
        from medsdesk.ui.compare.saving import pictures_of

        return pictures_of(self._scenes)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in other colours or at another text size."""
        super().changeEvent(event)
        kinds = (event.Type.PaletteChange, event.Type.FontChange, event.Type.StyleChange)
        if event.type() in kinds and self.scene is not None:
            self._draw()

    def save_picture(self, path: Path) -> None:
        """Write the picture that is seen: as PNG where the name ends so, else as SVG."""
        from medsdesk.ui.compare.saving import picture_of

        picture = picture_of(self.scene) if self.scene is not None else None
        if picture is not None:
            png = path.suffix.lower() == ".png"
            self._control.write_picture(path, picture.png if png else picture.svg)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Figures of the picture")
        table.setAccessibleDescription(_TIPS)
        whole_rows(table)
        table.setWordWrap(False)
        table.verticalHeader().setSectionResizeMode(
            table.verticalHeader().ResizeMode.Fixed
        )  # ten thousand answers are measured far too long
        table.horizontalHeader().setResizeContentsPrecision(_MEASURED)
        table.activated.connect(lambda index: self._open(index.row()))
        table.selectionModel().currentRowChanged.connect(self._row_chosen)
        return table

    def _build(self, report_button: QPushButton) -> None:
        chips = QWidget()
        flow = FlowLayout(chips, SMALL)
        for number, (text, tip) in enumerate(_VIEWS):
            flow.addWidget(self._chip(number, text, tip))
        self.views.button(0).setChecked(True)
        self._picture = QWidget()
        self._picture.setMinimumHeight(_LEAST_LINES * self.fontMetrics().height())
        self._drawing = QVBoxLayout(self._picture)
        self._drawing.setContentsMargins(0, 0, 0, 0)
        self._drawing.addWidget(self.gap)
        parts = self._parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(self._picture)
        parts.addWidget(self.table)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SMALL)
        inside.addWidget(chips)
        inside.addWidget(self.title)
        inside.addWidget(parts, 1)
        inside.addWidget(self.caption)
        inside.addLayout(closing(report_button, self.picture_button, self.figures_button))

    def _chip(self, number: int, text: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setObjectName("chip")
        made.setCheckable(True)
        made.setText(text)
        made.setAccessibleName(text.replace("&", ""))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setToolTip(tip)
        made.setStatusTip(tip)
        made.setAccessibleDescription(tip)
        self.views.addButton(made, number)
        return made

    def _draw(self) -> None:
        """Draw the chosen picture and show its figures."""
        if not self._scenes:
            self.scene = None
            return
        scene = self.scene = self._scenes[self.views.checkedId()]
        show_line(self.title, scene.title)
        show_line(self.caption, scene.caption)
        show_line(self.gap, scene.gap or "")
        self._make_chart()
        if self.chart is not None and self.legend is not None:
            ink = of_window(self.font())
            self.chart.show_plot(scene.plot, ink, scene.table.tips)
            self.chart.setVisible(scene.plot is not None)
            self.chart.setAccessibleDescription(f"{scene.title}. {scene.caption}")
            self.legend.show_entries(scene.plot.legend if scene.plot else (), ink)
        self.picture_button.setEnabled(scene.plot is not None)
        self.figures_button.setEnabled(bool(scene.table.rows))
        self._fill()

    def _make_chart(self) -> None:
        """Make what draws, when it is first needed; what it stands on was read on a job thread."""
        if self.chart is not None:
            return
        from medsdesk.ui.compare.chart import Chart, Legend

        self.legend, self.chart = Legend(), Chart()
        self.chart.pointed.connect(self._point)
        self.chart.opened.connect(self._open)
        self._drawing.insertWidget(0, self.legend)
        self._drawing.insertWidget(1, self.chart, 1)
        self._parts.setSizes([3 * self.width(), 2 * self.width()])

    def _fill(self) -> None:
        if self.scene is None:
            return
        self.model.show_table(self.scene.table)
        rows = self.table.verticalHeader()
        rows.setDefaultSectionSize(round(1.5 * self.fontMetrics().height()))
        self.table.resizeColumnsToContents()
        if self.scene.table.rows:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _row_chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self.chart is not None:
            self.chart.choose(now.row() if now.isValid() else None)

    def _point(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, 0))
        self.table.scrollTo(self.model.index(row, 0))
        self.table.setFocus()

    def _open(self, row: int) -> None:
        """Open the answer of a row; a row that is of no answer opens nothing."""
        outputs = self.scene.table.outputs if self.scene is not None else ()
        if row >= len(outputs):
            return
        if outputs[row]:
            self._control.open(outputs[row])
        else:
            self._control.told.emit("The file that this rating came from named no stored answer.")

    def _ask_picture(self) -> None:
        name = self.scene.name if self.scene is not None else "compare"
        asked = ask_save(self, "Save picture", f"{name}.svg", (SVG, PNG))
        if asked is not None:
            self.save_picture(asked[0])

    def _ask_figures(self) -> None:
        name = self.scene.name if self.scene is not None else "compare"
        asked = ask_save_csv(self, "Save figures", f"{name}.csv")
        if asked is not None:
            self.save_figures(*asked)

    def save_figures(self, path: Path, bom: object) -> None:
        """Write the table that is seen."""
        if self.scene is not None:
            self._control.write_figures(path, self.scene.table, bom=bool(bom))
