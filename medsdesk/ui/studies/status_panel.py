"""One study: what it can show, who has done how much, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.studies.words import RATER_COLUMNS, rater_cells, study_lines
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import TallTable

if TYPE_CHECKING:
    from medsdesk.services.study_status import StudyStatus


class StatusPanel(QWidget):
    """Shows the chosen study.

    Signals:
        rate_wanted: The rater who wants to rate.
        bundle_wanted: The study file is to be written.
        return_wanted: The ratings are to be written to a file.
        lock_wanted: The study, or a set, is to be locked.
        differing_wanted: The disagreements of raters are to be looked at.
        corrected_wanted: The corrected answers are to be written to task files.
    """

    rate_wanted = Signal(str)
    bundle_wanted = Signal()
    return_wanted = Signal()
    lock_wanted = Signal()
    differing_wanted = Signal()
    corrected_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "heading", wrap=True)
        self.lines = label("", "quiet", wrap=True)
        self.raters = TallTable(RATER_COLUMNS)
        self.raters.setAccessibleName("Raters of the study")
        header = self.raters.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.who = QComboBox()
        self.rate_button = button(
            "&Rate", self._rate, "primary", "Open the items where this rater stopped."
        )
        self.bundle_button = button(
            "Save study &file…",
            self.bundle_wanted.emit,
            tip="One file for raters on other computers; it does not say which model wrote what.",
        )
        self.return_button = button(
            "Save rati&ngs…",
            self.return_wanted.emit,
            tip="One file with all ratings given here, for the owner of the study.",
        )
        self.lock_button = button(
            "&Lock…",
            self.lock_wanted.emit,
            tip="Close a rater's set, or the whole study, for good.",
        )
        self.differing_button = button(
            "Look at &disagreements…",
            self.differing_wanted.emit,
            tip="See where raters of one item differ, and decide between them.",
        )
        self.corrected_button = button(
            "E&xport corrected answers…",
            self.corrected_wanted.emit,
            tip="Task files with the answers that raters corrected; after the study is locked.",
        )
        self._build()

    def _build(self) -> None:
        rating = QHBoxLayout()
        rating.setSpacing(SMALL)
        rating.addWidget(buddy("Rate &as:", self.who))
        rating.addWidget(self.who, 1)
        rating.addWidget(self.rate_button)
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        for part in (
            self.bundle_button, self.return_button, self.differing_button, self.lock_button,
            self.corrected_button,
        ):  # fmt: skip
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(MEDIUM)
        layout.addWidget(self.title)
        layout.addLayout(rating)
        layout.addWidget(buttons)
        layout.addWidget(self.raters)
        layout.addWidget(self.lines)
        layout.addStretch(1)

    def show_study(self, study: StudyStatus, rater: str) -> None:
        """Show a study; the name that is in the settings is offered first where it rates."""
        self.title.setText(study.name)
        self.lines.setText(study_lines(study))
        names = [each.rater for each in study.raters]
        before = self.who.currentText() or rater
        self.who.clear()
        self.who.addItems(names)
        known = [n for n, name in enumerate(names) if name.casefold() == before.casefold()]
        self.who.setCurrentIndex(known[0] if known else 0)
        self.rate_button.setText("&Look at the ratings" if study.locked else "&Rate")
        self.return_button.setEnabled(study.ratings > 0)
        self.lock_button.setEnabled(not study.locked)
        self.differing_button.setVisible(study.owned)
        self.corrected_button.setVisible(study.owned)
        self.corrected_button.setEnabled(study.locked is not None)
        self.raters.setRowCount(len(study.raters))
        for row, each in enumerate(study.raters):
            for column, text in enumerate(rater_cells(each)):
                self.raters.setItem(row, column, QTableWidgetItem(text))
        self.raters.fit()
        self.raters.setMinimumWidth(self.raters.horizontalHeader().length() + SMALL)

    def _rate(self) -> None:
        if self.who.currentText():
            self.rate_wanted.emit(self.who.currentText())
