"""The window of disagreements, as it is drawn by ``tests.screens``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import Workspace, open_workspace
from tests.ui.study_scenes import RATERS, store_study, studies_page
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from medsdesk.core.rating_view import RatingView
    from medsdesk.ui.adjudication.window import AdjudicationWindow
    from medsdesk.ui.app import App

ADJUDICATOR = "Dr Ada"
COMMENTS = ("The dose is not in the letter.", "Reads well, though short.", "")


def rate_apart(ws: Workspace, study: str) -> None:
    """Let two raters answer everything, at the two ends of each scale, and mark words."""
    for number, rater in enumerate(RATERS[:2]):
        session = StudySession(ws, study, rater)
        for _ in range(session.view.total):
            view = session.view
            for criterion in view.form.criteria:
                if criterion.scale != "text":
                    points = [anchor.value for anchor in criterion.anchors] or [0, 3]
                    session.set_value(criterion.id, points[-number])
            session.set_comment(COMMENTS[number])
            if view.form.marks and number == 0:
                session.set_marks([_mark(view)])
            session.next()
        session.pause()


def _mark(view: RatingView) -> Mark:
    kind = next(each for each in view.form.marks if "output" in each.targets)
    severity = view.form.severities[0].id if view.form.severities else ""
    return Mark("output_a", 4, 18, text_sha256(view.outputs[0]), kind.id, severity)


def adjudication(app: App, **changes: Any) -> AdjudicationWindow:
    """Make a study whose raters differ, and open the window for somebody who is none of them."""
    with open_workspace(app.desk.directory) as ws:
        made = store_study(ws, **{"raters": RATERS[:2], "n_items": 6, **changes})
        rate_apart(ws, made.id)
    app.preferences.change(replace(app.preferences.value, rater=ADJUDICATOR))
    page = studies_page(app)
    wait(lambda: page.chosen is not None)
    page.status.differing_button.click()
    window = page.control.adjudication
    assert window is not None
    wait(lambda: window.found is not None)
    return window


def _drawn(window: AdjudicationWindow, app: App) -> QWidget:
    window.resize(app.window.size())
    rest(200)
    return window


def _item(app: App) -> QWidget:
    window = adjudication(app)
    window.item.question.why.setText("The dose is written in the text.")
    window.decide(2)
    wait(lambda: window.found is not None and window.found.decided == 1)
    return _drawn(window, app)


def _marks(app: App) -> QWidget:
    window = adjudication(app)
    assert window.found is not None
    rows = window.found.rows
    window.table.selectRow(next(n for n, row in enumerate(rows) if row.criterion == "marks"))
    return _drawn(window, app)


def _pair(app: App) -> QWidget:
    return _drawn(adjudication(app, kind="pair", form="preference"), app)


def _counts(app: App) -> QWidget:
    return _drawn(adjudication(app, form="radiology"), app)


SCENES: dict[str, Callable[[App], QWidget]] = {
    "adjudication-item": _item,
    "adjudication-marks": _marks,
    "adjudication-pair": _pair,
    "adjudication-counts": _counts,
}
