"""The window: menus, rail, pages and what connects them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from medsdesk.ui.closing import keep_geometry, restore_geometry
from medsdesk.ui.exporting import Exporting
from medsdesk.ui.forms.opening import FormsOpening
from medsdesk.ui.leaving import Leaving
from medsdesk.ui.menus import build_menus
from medsdesk.ui.pages import Pages
from medsdesk.ui.sharing import Sharing
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.banner import DemoBanner
from medsdesk.ui.widgets.message_bar import MessageBar
from medsdesk.ui.widgets.rail import Rail
from medsdesk.ui.workbench.page import WorkbenchPage

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from medsdesk.store.outputs import AnswerRow
    from medsdesk.ui.answers.dialog import AnswersDialog
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.compare.page import ComparePage
    from medsdesk.ui.evaluate.page import EvaluatePage
    from medsdesk.ui.help.window import HelpWindow
    from medsdesk.ui.models.control import ModelsControl
    from medsdesk.ui.models.page import ModelsPage
    from medsdesk.ui.results.page import ResultsPage
    from medsdesk.ui.studies.page import StudiesPage
    from medsdesk.ui.widgets.icons import IconName

_PAGES: tuple[IconName, ...] = (
    "workbench", "evaluate", "results", "studies", "compare", "leaderboard", "models", "settings",
)  # fmt: skip
_SIZES = (100, 110, 125, 150, 175, 200)
_LEAST, _USUAL = (1024, 700), (1440, 900)


class MainWindow(QMainWindow):
    """Rail on the left, the page on the right, messages above it.

    Args:
        desk: Job threads and engine.
        preferences: The settings.
        demo: Whether to begin with a sample filled in.

    Signals:
        shown: The window is on the screen for the first time; what is heavy may begin.
    """

    shown = Signal()
    model_control: ModelsControl

    def __init__(self, desk: Desk, preferences: Preferences, *, demo: bool = False) -> None:
        super().__init__()
        self.setWindowTitle("MedsDesk")
        self.setMinimumSize(*_LEAST)
        self.resize(*_USUAL)
        self._preferences = preferences
        self._desk = desk
        self._demo = demo
        self._started = False
        self.workbench = WorkbenchPage(desk, preferences)
        self.exporting = Exporting(desk.short, preferences, self)
        self.messages = MessageBar()
        self.banner = DemoBanner(lambda: self.show_page("models"))
        self.rail = Rail()
        self.pages = Pages(desk, preferences)
        self.sharing = Sharing(self.pages, self.workbench)
        self.leaving = Leaving(self, self.workbench, self.sharing)
        self.answers: AnswersDialog | None = None
        self.help: HelpWindow | None = None
        self.forms = FormsOpening(desk, self)
        self.actions_by_name = build_menus(self, self._deeds())
        self._build()
        self._connect()
        self.show_page("workbench")
        restore_geometry(self)

    def _deeds(self) -> dict[str, Callable[[], object]]:
        page = self.workbench
        return {
            "open": page.opening.ask,
            "answers": self.show_answers,
            "export": self.exporting.ask,
            "forms": self.forms.show,
            "quit": self.close,
            "run": self.sharing.run,
            "stop": page.runs.stop,
            "preview": page.runs.preview,
            "find": self._find,
            "text": lambda: self._go(page.text.box.setFocus),
            "rate": lambda: self._go(page.go_rate),
            "next": lambda: self._go(page.next_column),
            "workbench": lambda: self.show_page("workbench"),
            "evaluate": lambda: self.show_page("evaluate"),
            "results": lambda: self.show_page("results"),
            "studies": lambda: self.show_page("studies"),
            "compare": lambda: self.show_page("compare"),
            "leaderboard": lambda: self.show_page("leaderboard"),
            "models": lambda: self.show_page("models"),
            "settings": lambda: self.show_page("settings"),
            "tasks": page.toggle_tasks,
            "larger": lambda: self._resize_text(1),
            "smaller": lambda: self._resize_text(-1),
            "normal": lambda: self._resize_text(0),
            "guide": self.show_help,
            "whats_this": QWhatsThis.enterWhatsThisMode,
        }

    def _build(self) -> None:
        self.pages.put("workbench", self.workbench)
        for name in _PAGES:
            self.rail.add(self.actions_by_name[name], name)
        top = QVBoxLayout()
        top.setContentsMargins(SMALL, SMALL, SMALL, 0)
        top.setSpacing(SMALL)
        top.addWidget(self.messages)
        top.addWidget(self.banner)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(top)
        right.addWidget(self.pages, 1)
        centre = QWidget()
        centre.setObjectName("page")
        layout = QHBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(centre)
        self.statusBar().setSizeGripEnabled(False)

    def _connect(self) -> None:
        page = self.workbench
        self.pages.made.connect(self._join_page)
        for source in (page, self.exporting, self._desk):
            source.refused.connect(self.messages.tell_error)
        page.demo_changed.connect(self.banner.setVisible)
        page.explained.connect(self.statusBar().showMessage)
        self.sharing.changed.connect(self._show_state)
        page.runs.started.connect(self.messages.hide)
        self.exporting.told.connect(self.messages.tell)
        self._show_state()

    def _join_page(self, name: IconName) -> None:
        """Connect a page that was built just now with the rest of the window."""
        if name == "models":
            from medsdesk.ui.models.control import ModelsControl

            self.model_control = ModelsControl(self._desk, self._preferences, self.models)
            self.model_control.listed.connect(self.workbench.drafts.show_models)
            self.leaving.watch_makings(self.model_control.making)
        elif name == "evaluate":
            page = cast("EvaluatePage", self.pages.page(name))
            page.refused.connect(self.messages.tell_error)
            page.told.connect(self.messages.tell)
            page.looked_at.connect(self._look_at_run)
        elif name == "results":
            results = cast("ResultsPage", self.pages.page("results"))
            results.opened.connect(self._open_answer)
            results.refused.connect(self.messages.tell_error)
        elif name == "studies":
            studies = cast("StudiesPage", self.pages.page("studies"))
            studies.refused.connect(self.messages.tell_error)
            studies.told.connect(self.messages.tell)
        elif name == "compare":
            compare = cast("ComparePage", self.pages.page("compare"))
            compare.opened.connect(self._open_answer)
            compare.studies.connect(lambda: self.show_page("studies"))
            compare.refused.connect(self.messages.tell_error)
            compare.told.connect(self.messages.tell)

    @property
    def models(self) -> ModelsPage:
        """The page of model files."""
        return cast("ModelsPage", self.pages.page("models"))

    def show_page(self, name: IconName) -> None:
        """Show a page by its name."""
        self.pages.show_page(name)
        self.rail.show_page(_PAGES.index(name))

    def show_answers(self) -> None:
        """Open the list of saved answers."""
        from medsdesk.ui.answers.dialog import AnswersDialog

        if self.answers is None:
            self.answers = AnswersDialog(self._desk, self.exporting.ask, self)
            self.answers.opened.connect(self._open_answer)
        self.workbench.rates.flush()
        self.answers.refresh()
        self.answers.show()
        self.answers.raise_()
        self.answers.activateWindow()

    def show_help(self) -> None:
        """Open the user guide."""
        from medsdesk.ui.help.window import HelpWindow

        if self.help is None:
            self.help = HelpWindow(self)
        self.help.show()
        self.help.raise_()
        self.help.activateWindow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin what is heavy once the first frame is on the screen."""
        super().paintEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self._start)

    def changeEvent(self, event: QEvent) -> None:
        """Count rating time only while the window has the keyboard."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            rates = self.workbench.rates
            (rates.resume if self.isActiveWindow() else rates.pause)()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once where something is running, then let it come to its end first."""
        studies = cast("StudiesPage | None", self.pages.built("studies"))
        rated = studies is None or studies.control.close_windows()
        if not rated or not self.leaving.may_close():
            event.ignore()
            return
        keep_geometry(self)
        super().closeEvent(event)

    def _start(self) -> None:
        if self._preferences.problem is not None:
            self.messages.tell_error(self._preferences.problem)
        self.workbench.tasks.search.setFocus()
        self.workbench.start(demo=self._demo)
        self.pages.page("models")  # the Workbench chooses from its list
        self.model_control.refresh()
        self.pages.warm()
        self.shown.emit()

    def _go(self, then: Callable[[], object]) -> None:
        self.show_page("workbench")
        then()

    def _look_at_run(self, run_id: str) -> None:
        self.show_page("results")
        cast("ResultsPage", self.pages.page("results")).show_run(run_id)

    def _find(self) -> None:
        """Go to the search field of the page shown, or of the Workbench where that has none."""
        search = getattr(self.pages.currentWidget(), "go_search", None)
        if search is not None:
            search()
        else:
            self._go(self.workbench.find_task)

    def _open_answer(self, row: AnswerRow) -> None:
        if self.workbench.runs.runner.running:
            self.messages.tell(
                "An answer is still being written.", "Wait for it or stop it first.", "warn"
            )
            return
        self.show_page("workbench")
        self.workbench.open_answer(row)

    def _resize_text(self, step: int) -> None:
        settings = self._preferences.value
        now = min(range(len(_SIZES)), key=lambda i: abs(_SIZES[i] - settings.text_percent))
        wanted = _SIZES[max(0, min(len(_SIZES) - 1, now + step))] if step else 100
        self._preferences.change(replace(settings, text_percent=wanted))

    def _show_state(self) -> None:
        self.actions_by_name["run"].setEnabled(self.sharing.can_run)
        self.actions_by_name["stop"].setEnabled(self.sharing.answering)
