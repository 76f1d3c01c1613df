"""The page Compare: do automatic metrics follow clinicians here, and where do they not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.command_words import in_window
from medsdesk.ui.compare.control import CompareControl
from medsdesk.ui.compare.filters import Filters
from medsdesk.ui.compare.picture_panel import PicturePanel
from medsdesk.ui.compare.words import READING, headline
from medsdesk.ui.report.control import ReportControl
from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label, show_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.picture import Picture
    from medsdesk.services.comparison_pictures import Compared, Looked
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.compare.plots import Scene


class ComparePage(QWidget):
    """Clinicians beside metrics, in words, pictures and tables.

    Args:
        desk: Job threads.
        preferences: The settings.

    Signals:
        opened: An ``AnswerRow`` to show.
        studies: The page Studies is asked for.
        refused: A UserFacingError.
        told: A sentence about what was done.
        shown: A comparison is on the page.
    """

    opened = Signal(object)
    studies = Signal()
    refused = Signal(object)
    told = Signal(str)
    shown = Signal()

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("page")
        self._preferences = preferences
        self._compared: Compared | None = None
        self._looked: Looked | None = None
        self.control = CompareControl(desk, self)
        self.filters = Filters()
        self.report = ReportControl(desk, self, _drawn)
        self.panel = PicturePanel(self.control, self.report.button)
        self.said = label(READING, "strong", wrap=True)
        self.hint = label("", "quiet", wrap=True)
        self.busy = label("", "quiet")
        self.stop_button = button("S&top", self._stop, tip="Stops the comparison.")
        self.studies_button = button(
            "&Go to Studies", self.studies.emit, "primary", "Have answers rated blind there."
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        """Put words, filters and body below one another."""
        told = QHBoxLayout()
        told.setSpacing(SMALL)
        told.addWidget(self.busy)
        told.addWidget(self.stop_button)
        told.addStretch(1)
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        inner.setSpacing(SMALL)
        inner.addWidget(buddy("Compare", self.panel.table, "title"))
        inner.addWidget(self.said)
        inner.addWidget(self.hint)
        inner.addWidget(self.studies_button, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self.filters)
        inner.addLayout(told)
        inner.addWidget(self.panel, 1)
        inner.addStretch(0)
        scroll = QScrollArea()  # for a small window with large text
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scroll)
        self._show_parts()

    def _connect(self) -> None:
        control = self.control
        self.filters.chosen.connect(lambda: self._compare(read=False))
        self.filters.looked.connect(lambda: control.look(self.filters.looked_at))
        control.shown.connect(self._show)
        control.refused.connect(self._refuse)
        control.failed.connect(self.refused)
        control.told.connect(self.told)
        control.opened.connect(self.opened)
        control.busy.connect(self._show_busy)
        self.report.busy.connect(self._show_busy)
        self.report.told.connect(self.told)
        self.report.refused.connect(self.refused)

    @property
    def settled(self) -> bool:
        """Whether nothing is being compared."""
        return not self.control.running

    def refresh(self) -> None:
        """Compare what is stored now; called whenever the page is shown."""
        self._compare(read=True)

    def pictures(self) -> tuple[Picture, ...]:
        """Return every picture of the comparison shown, for a document."""
        return self.panel.pictures()

    def _compare(self, *, read: bool) -> None:
        self.control.compare(self.filters.choice, self.filters.looked_at, read=read)

    def _stop(self) -> None:
        if self.report.writing.running:
            self.report.stop()
            return
        self.control.stop()
        show_line(
            self.busy, "Stopped. Change a filter, or come back to this page, to compare again."
        )

    def _show_busy(self, words: str) -> None:
        show_line(self.busy, words)
        self.stop_button.setVisible(bool(words))

    def _show(self, compared: Compared, looked: Looked | None, scenes: tuple[Scene, ...]) -> None:
        self._compared, self._looked = compared, looked
        self.report.show_compared(compared, looked)
        self.filters.offer(compared)
        self.filters.show_looked(compared, looked)
        said, hint = headline(compared, looked)
        self._say(said, hint)
        self._show_parts()
        self.panel.show_scenes(scenes)
        self.shown.emit()

    def _refuse(self, error: UserFacingError) -> None:
        """Say why nothing is compared: mostly that there are no ratings yet."""
        self._compared = self._looked = None
        self.report.show_compared(None, None)
        self.panel.show_scenes(())
        self._say(in_window(error.message), in_window(error.hint))
        self._show_parts()
        self.shown.emit()

    def _say(self, said: str, hint: str) -> None:
        show_line(self.said, said)
        show_line(self.hint, hint)

    def _show_parts(self) -> None:
        """Show filters where there are ratings, and pictures where there is something to see."""
        compared, looked = self._compared, self._looked
        self.filters.setVisible(compared is not None)
        self.panel.setVisible(looked is not None)
        led = looked is not None and looked.leader is not None
        self.studies_button.setVisible(self.settled and not led and self.said.text() != READING)
        self.stop_button.setVisible(not self.settled)


def _drawn(looked: Looked, compared: Compared) -> Iterator[Picture]:
    from medsdesk.ui.compare.all_scenes import drawn  # with the library that draws

    return drawn(looked, compared)
