"""The page Studies and the rating window, as they are drawn by ``tests.screens``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from medsdesk.core.generation import Completion
from medsdesk.core.identity import new_id, text_sha256, utc_now
from medsdesk.core.run import Output
from medsdesk.core.task import Sample
from medsdesk.services.create_study import CreatedStudy, StudyRequest, create_study
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.outputs import add_output
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_runs import MODELS, run_spec
from tests.rated_studies import middle
from tests.ui.rating_views import OTHER, OUTPUT, SOURCE
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from medsdesk.ui.app import App
    from medsdesk.ui.rating.window import RatingWindow
    from medsdesk.ui.studies.page import StudiesPage

RATERS = ("Dr Roy", "Dr Sato", "Dr Kim")
ANSWERS = {MODELS[0]: OUTPUT, MODELS[1]: OTHER}


def store_answers(ws: Workspace, n: int = 12) -> list[str]:
    """Store the answers of two models to letters made up for the tests; return the runs' ids."""
    samples = []
    for number in range(n):
        text = f"{SOURCE}\n\nShe was seen by colleague number {number + 1}."
        sample = Sample(
            new_id(), "task112", "Text Summarization", text, (OTHER,), "en", "file",
            text_sha256(text),
        )  # fmt: skip
        add_sample(ws, sample)
        samples.append(sample)
    runs = []
    for model in MODELS:
        run = run_spec(new_id(), model)
        add_run(ws, run)
        runs.append(run.id)
        for sample in samples:
            done = Completion(ANSWERS[model], "stop", 10, 5, 1.0, 0.1)
            add_output(ws, Output(new_id(), run.id, sample.id, "0" * 64, done, utc_now()))
    return runs


def store_study(ws: Workspace, **changes: Any) -> CreatedStudy:
    """Make a study of those answers."""
    fields: dict[str, Any] = {
        "name": "Discharge summaries, spring",
        "runs": tuple(store_answers(ws)),
        "raters": RATERS,
        "n_items": 10,
        "form": "summary",
        "seed": "ab" * 32,
        "attention_share": 0.0,
        "repeat_share": 0.0,
    }
    return create_study(ws, StudyRequest(**(fields | changes)), "Dr Owner")


def rate_some(ws: Workspace, study: str, rater: str, items: int) -> None:
    """Answer every question of the first items."""
    session = StudySession(ws, study, rater)
    for _ in range(items):
        for criterion in session.view.form.criteria:
            if criterion.scale != "text":
                session.set_value(criterion.id, middle(session.view, criterion.id))
        session.next()
    session.pause()


def studies_page(app: App) -> StudiesPage:
    app.window.show_page("studies")
    return cast("StudiesPage", app.window.pages.page("studies"))


def rating_window(app: App, rater: str = RATERS[0], **changes: Any) -> RatingWindow:
    """Make a study and open it for a rater who has done three items."""
    with open_workspace(app.desk.directory) as ws:
        made = store_study(ws, **changes)
        rate_some(ws, made.id, rater, 3)
    page = studies_page(app)
    wait(lambda: page.chosen is not None)
    page.control.rate(rater)
    [window] = page.control.windows.values()
    wait(lambda: window.control.view is not None and QApplication.focusWidget() is not None)
    return window


def press(window: RatingWindow, *keys: Qt.Key) -> None:
    for key in keys:
        widget = QApplication.focusWidget()
        QTest.keyClick(widget if widget is not None else window, key)
        rest(80)


def _large(window: RatingWindow, app: App) -> QWidget:
    window.resize(app.window.size())
    rest(200)
    return window


def _studies_empty(app: App) -> QWidget:
    studies_page(app)
    rest(200)
    return app.window


def _studies(app: App) -> QWidget:
    with open_workspace(app.desk.directory) as ws:
        made = store_study(ws)
        rate_some(ws, made.id, RATERS[0], 10)
        rate_some(ws, made.id, RATERS[1], 4)
        again = store_study(ws, name="A or B, pilot", kind="pair", form="pair", n_items=4)
        for rater in RATERS:
            rate_some(ws, again.id, rater, 4)
        lock_study(ws, again.id, "", "Dr Owner")
    page = studies_page(app)
    wait(lambda: page.table.rowCount() == 2)
    page.table.selectRow(1)
    rest(200)
    return app.window


def _studies_new(app: App) -> QWidget:
    with open_workspace(app.desk.directory) as ws:
        store_answers(ws)
    page = studies_page(app)
    page.new_button.click()
    dialog = page.control.creating.dialog
    assert dialog is not None
    wait(lambda: dialog.runs.count() == 2)
    dialog.name.setText("Discharge summaries, spring")
    dialog.raters.setPlainText("\n".join(RATERS))
    for row in range(2):
        dialog.runs.item(row).setCheckState(Qt.CheckState.Checked)
    rest(100)
    return dialog


def _studies_lock(app: App) -> QWidget:
    _studies(app)
    page = studies_page(app)
    page.status.lock_button.click()
    dialog = page.control.lock_dialog
    assert dialog is not None
    rest(100)
    return dialog


def _rating(app: App) -> QWidget:
    window = rating_window(app, show_reference=True)
    press(window, Qt.Key.Key_4, Qt.Key.Key_3)
    return _large(window, app)


def _rating_marks(app: App) -> QWidget:
    window = rating_window(app)
    press(window, Qt.Key.Key_M)
    box = window.control.screen.outputs.texts["output_a"]
    other = window.control.screen.source.text
    for start, end, keys in (
        (3, 30, (Qt.Key.Key_1, Qt.Key.Key_J)),
        (12, 40, (Qt.Key.Key_2, Qt.Key.Key_I)),
    ):
        box.select(start, end)
        press(window, *keys)
    press(window, Qt.Key.Key_Tab)
    other.select(110, 110)
    press(window, Qt.Key.Key_5, Qt.Key.Key_J)
    return _large(window, app)


def _rating_edit(app: App) -> QWidget:
    window = rating_window(app)
    press(window, Qt.Key.Key_E)
    edit = window.control.screen.outputs.edit
    edit.box.selectAll()
    edit.box.insertPlainText(
        edit.box.text.replace("no known allergies", "an allergy to penicillin")
    )
    wait(lambda: bool(edit.state.text()))
    rest(700)
    return _large(window, app)


def _rating_pair(app: App) -> QWidget:
    window = rating_window(app, kind="pair", form="pair")
    press(window, Qt.Key.Key_2)
    return _large(window, app)


def _rating_counts(app: App) -> QWidget:
    window = rating_window(app, form="radiology")
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_0, Qt.Key.Key_Return)
    return _large(window, app)


def _rating_break(app: App) -> QWidget:
    window = rating_window(app)
    press(window, Qt.Key.Key_B)
    return _large(window, app)


def _rating_locked(app: App) -> QWidget:
    window = rating_window(app)
    window.close()
    page = studies_page(app)
    with open_workspace(app.desk.directory) as ws:
        assert page.chosen is not None
        lock_study(ws, page.chosen.id, RATERS[0], RATERS[0], incomplete=True)
    page.control.rate(RATERS[0])
    [again] = page.control.windows.values()
    wait(lambda: again.control.view is not None)
    return _large(again, app)


SCENES: dict[str, Callable[[App], QWidget]] = {
    "studies-empty": _studies_empty,
    "studies": _studies,
    "studies-new": _studies_new,
    "studies-lock": _studies_lock,
    "rating-item": _rating,
    "rating-marks": _rating_marks,
    "rating-edit": _rating_edit,
    "rating-pair": _rating_pair,
    "rating-counts": _rating_counts,
    "rating-break": _rating_break,
    "rating-locked": _rating_locked,
}
