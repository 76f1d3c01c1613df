"""The stack of pages; each but the Workbench is built when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.widgets.icons import IconName


class Pages(QStackedWidget):
    """Pages by their names.

    Args:
        desk: Job threads and engine.
        preferences: The settings.

    Signals:
        made: A page was built; its name. What is to be connected to it may be connected now.
    """

    made = Signal(str)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self._desk = desk
        self._preferences = preferences
        self._made: dict[IconName, QWidget] = {}

    def put(self, name: IconName, page: QWidget) -> None:
        """Add a page that is built already."""
        self._made[name] = page
        self.addWidget(page)
        self.made.emit(name)

    def page(self, name: IconName) -> QWidget:
        """Return a page, built now if it was not before."""
        if name not in self._made:
            self.put(name, self._make(name))
        return self._made[name]

    def built(self, name: IconName) -> QWidget | None:
        """Return a page if it was built already."""
        return self._made.get(name)

    def show_page(self, name: IconName) -> None:
        """Bring a page to the front, with what is stored now."""
        page = self.page(name)
        self.setCurrentWidget(page)
        refresh = getattr(page, "refresh", None)
        if refresh is not None:
            refresh()

    def warm(self) -> None:
        """Have read, on a job thread, what the pages Evaluate and Compare stand on."""
        self._desk.short.submit(lambda _: _read_services(), failed=lambda _: None)

    def _make(self, name: IconName) -> QWidget:
        if name == "evaluate":
            from medsdesk.ui.evaluate.page import EvaluatePage

            return EvaluatePage(self._desk, self._preferences, self)
        if name == "results":
            from medsdesk.ui.results.page import ResultsPage

            return ResultsPage(self._desk, self._preferences)
        if name in ("studies", "compare", "leaderboard"):
            return self._make_of_many(name)
        if name == "models":
            from medsdesk.ui.models.page import ModelsPage

            return ModelsPage()
        if name == "settings":
            from medsdesk.ui.settings.page import SettingsPage

            return SettingsPage(self._preferences, self._desk)
        raise KeyError(name)

    def _make_of_many(self, name: IconName) -> QWidget:
        """Make a page that sets many answers side by side."""
        if name == "studies":
            from medsdesk.ui.studies.page import StudiesPage

            return StudiesPage(self._desk, self._preferences)
        if name == "compare":
            from medsdesk.ui.compare.page import ComparePage

            return ComparePage(self._desk, self._preferences)
        from medsdesk.ui.leaderboard.page import LeaderboardPage

        return LeaderboardPage(self._desk, self._preferences)


def _read_services() -> None:
    import medsdesk.services.comparison_pictures
    import medsdesk.services.evaluate_tasks
    import medsdesk.services.find_evaluations
    import medsdesk.services.remember_evaluation
    import medsdesk.services.watch_evaluation  # noqa: F401  # read for its own sake, as all here
