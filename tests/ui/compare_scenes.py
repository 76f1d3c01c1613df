"""The page Compare with each of its pictures, as they are drawn by ``tests.screens``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from medsdesk.store.workspace import open_workspace
from medsdesk.ui.report.dialog import ReportDialog
from tests.compared_ratings import import_planted
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from medsdesk.ui.app import App
    from medsdesk.ui.compare.page import ComparePage

VIEWS = ("scatter", "heat", "intervals", "raters", "limits", "roc", "models", "worst")


def compare_page(app: App) -> ComparePage:
    """Go to the page and wait until something is said."""
    app.window.show_page("compare")
    page = cast("ComparePage", app.window.pages.page("compare"))
    wait(lambda: page.settled and not page.busy.text())
    return page


def _empty(app: App) -> QWidget:
    compare_page(app)
    rest(200)
    return app.window


def _view(number: int, app: App) -> QWidget:
    with open_workspace(app.desk.directory) as ws:
        import_planted(ws, app.desk.directory)
    page = compare_page(app)
    page.panel.views.button(number).click()
    rest(300)
    return app.window


def _one_rater(app: App) -> QWidget:
    with open_workspace(app.desk.directory) as ws:
        import_planted(ws, app.desk.directory)
    page = compare_page(app)
    box = page.filters.parts["model"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    wait(lambda: page.settled and not page.busy.text())
    page.panel.views.button(2).click()
    rest(300)
    return app.window


def _report(app: App) -> QWidget:
    _view(0, app)
    page = compare_page(app)
    page.report.button.click()
    rest(100)
    dialog = app.window.findChild(ReportDialog)
    assert dialog is not None
    return dialog


SCENES: dict[str, Callable[[App], QWidget]] = {
    "compare-empty": _empty,
    "compare-little": _one_rater,
    "compare-report": _report,
    **{f"compare-{name}": partial(_view, number) for number, name in enumerate(VIEWS)},
}
