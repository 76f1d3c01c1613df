"""The page Studies: all studies of the workspace, and the chosen one beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTableWidget, QVBoxLayout, QWidget

from medsdesk.ui.adjudication.opening import Adjudicating
from medsdesk.ui.studies.control import StudiesControl
from medsdesk.ui.studies.corrections import Corrections
from medsdesk.ui.studies.status_panel import StatusPanel
from medsdesk.ui.studies.words import COLUMNS, EMPTY, study_cells
from medsdesk.ui.theme import MEDIUM, SMALL, restyle
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.cards import card, scrolling
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import dress, fill, set_lines

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.services.study_status import StudyStatus
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences


class StudiesPage(QWidget):
    """Studies on the left, the chosen one on the right.

    Args:
        desk: Job threads.
        preferences: The settings.

    Signals:
        refused: A UserFacingError to show.
        told: A sentence about what was done, and what is to be known of it.
    """

    refused = Signal(object)
    told = Signal(str, str)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("page")
        self._preferences = preferences
        self._studies: tuple[StudyStatus, ...] = ()
        self.empty = label(EMPTY, wrap=True)
        self.table = QTableWidget(0, len(COLUMNS))
        self.status = StatusPanel()
        self.control = StudiesControl(desk, preferences, self)
        self.adjudicating = Adjudicating(desk, self)
        self.corrections = Corrections(desk, self)
        self.new_button = button(
            "&New study…", self.control.creating.ask, tip="Make a study from runs."
        )
        self.open_button = button(
            "&Open study file…",
            self.control.ask_open,
            tip="Take in a study that somebody sent you.",
        )
        self.merge_button = button(
            "&Take in ratings…",
            self.control.ask_merge,
            tip="Put files of ratings that came back into their studies.",
        )
        self._list = QWidget()
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._chosen = card(self.status)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.table.setHorizontalHeaderLabels(COLUMNS)
        dress(self.table, stretched=0)
        set_lines(self.table, 6)
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        for part in (self.new_button, self.open_button, self.merge_button):
            row.addWidget(part)
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        column.addWidget(buddy("Studies", self.table, "title"))
        column.addWidget(self.empty)
        column.addWidget(buttons)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self._parts.addWidget(card(self._list))
        self._parts.addWidget(self._chosen)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(SMALL)
        self._parts.setObjectName("clear")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scrolling(self._parts))
        self.show_studies(())

    def _connect(self) -> None:
        self.control.listed.connect(self.show_studies)
        self.control.refused.connect(self.refused)
        self.control.told.connect(self.told)
        self.table.currentCellChanged.connect(lambda *_: self._show_chosen())
        self.table.doubleClicked.connect(lambda _: self.status.rate_button.click())
        self.status.rate_wanted.connect(self.control.rate)
        self.status.bundle_wanted.connect(self.control.ask_bundle)
        self.status.return_wanted.connect(self.control.ask_return)
        self.status.lock_wanted.connect(self.control.ask_lock)
        self.status.differing_wanted.connect(self.adjudicate)
        self.adjudicating.closed.connect(self.refresh)
        self.status.corrected_wanted.connect(self.corrections.ask)
        self.corrections.told.connect(self.told)
        self.corrections.refused.connect(self.refused)

    @property
    def chosen(self) -> StudyStatus | None:
        """The study that is chosen."""
        row = self.table.currentRow()
        return self._studies[row] if 0 <= row < len(self._studies) else None

    def adjudicate(self) -> None:
        """Open the window in which disagreements of the chosen study are decided."""
        if self.chosen is not None:
            self.adjudicating.open(self.chosen.id, self.control.actor)

    def refresh(self) -> None:
        """Show what is stored now; called whenever the page is shown."""
        self.control.refresh()

    def show_studies(self, studies: tuple[StudyStatus, ...], chosen: str = "") -> None:
        """Show studies; one that was just made or opened is chosen."""
        before = self.chosen
        wanted = chosen or (before.id if before is not None else "")
        self._studies = studies
        fill(self.table, [study_cells(study) for study in studies])
        row = next((n for n, study in enumerate(studies) if study.id == wanted), 0)
        if studies:
            self.table.selectRow(row)
        self.table.setVisible(bool(studies))
        self.empty.setVisible(not studies)
        self._chosen.setVisible(bool(studies))
        self.merge_button.setEnabled(bool(studies))
        # One button at most says what to do next: with studies it is the one that rates.
        self.new_button.setProperty("kind", "plain" if studies else "primary")
        restyle(self.new_button)
        self._show_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the chosen study below the others where both do not fit side by side."""
        super().resizeEvent(event)
        least = self._list.minimumSizeHint().width() + self.status.minimumSizeHint().width()
        letters = 130 * self.fontMetrics().averageCharWidth()
        wide = self.width() >= max(least + 8 * SMALL, letters)
        self._parts.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def _show_chosen(self) -> None:
        if self.chosen is not None:
            self.status.show_study(self.chosen, self._preferences.value.rater)
