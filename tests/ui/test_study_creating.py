"""A study made in the real window: what the dialog offers, says, and does when it is stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from medsdesk.store.outputs import list_answers
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.studies.create_dialog import CreateDialog
from medsdesk.ui.studies.page import StudiesPage
from tests.made_runs import MODELS
from tests.ui.study_scenes import RATERS, store_answers
from tests.ui.test_studies import chosen, made, page_of, rate

OpenApp = Callable[..., Any]
Key = Qt.Key


def ready(driver: Any, page: StudiesPage) -> CreateDialog:
    """Ask for a new study and choose what it needs."""
    page.control.creating.ask()
    dialog = page.control.creating.dialog
    assert dialog is not None
    driver.wait(lambda: dialog.runs.count() == len(MODELS))
    dialog.name.setText("Letters")
    dialog.raters.setPlainText(RATERS[0])
    for row in range(len(MODELS)):
        dialog.runs.item(row).setCheckState(Qt.CheckState.Checked)
    return dialog


def test_a_study_is_made_by_keyboard_while_the_dialog_says_what_it_can_show(
    open_app: OpenApp, directory: Path
) -> None:
    with open_workspace(directory) as ws:
        store_answers(ws)
    driver = open_app()
    page = page_of(driver, 0)
    page.new_button.setFocus()
    driver.press(Key.Key_Space)
    dialog = page.control.creating.dialog
    assert dialog is not None
    driver.wait(lambda: dialog.runs.count() == len(MODELS))
    dialog.name.setFocus()
    driver.type("Letters")
    assert not dialog.make_button.isEnabled()
    assert "no run" in dialog.statement.text()
    driver.press(Key.Key_Tab, Key.Key_Down, Key.Key_Space, Key.Key_Up, Key.Key_Space)
    assert "rater" in dialog.statement.text()
    dialog.raters.setFocus()
    driver.type("Dr Roy")
    driver.press(Key.Key_Return)
    driver.type("Dr Sato")
    assert "24 instead of 100" in dialog.statement.text()  # no more than the runs can give
    dialog.items.setFocus()
    dialog.items.selectAll()
    driver.type("6")
    assert "6 items" in dialog.statement.text()
    assert dialog.make_button.isEnabled()
    dialog.make_button.setFocus()
    driver.press(Key.Key_Space)
    driver.wait(lambda: page.table.rowCount() == 1)
    assert (chosen(page).name, chosen(page).owned) == ("Letters", True)
    assert "The study “Letters” is made" in driver.window.messages.text


def test_a_study_that_cannot_be_made_says_why_and_keeps_what_was_chosen(
    open_app: OpenApp, directory: Path
) -> None:
    made(directory, name="Letters")
    driver = open_app()
    page = page_of(driver, 1)
    page.control.creating.ask()
    dialog = page.control.creating.dialog
    assert dialog is not None
    driver.wait(lambda: dialog.runs.count() == len(MODELS))
    dialog.name.setText("Letters")
    dialog.raters.setPlainText("Dr Roy")
    dialog.runs.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.make_button.click()
    driver.wait(lambda: "already" in dialog.statement.text())
    assert dialog.isVisible()
    assert dialog.make_button.isEnabled()


def test_practice_is_chosen_with_the_points_that_were_agreed_on(
    open_app: OpenApp, directory: Path, tmp_path: Path
) -> None:
    with open_workspace(directory) as ws:
        [run, _] = store_answers(ws)
        first, second, *_ = (row.output.id for row in list_answers(ws, run))
    points, broken = tmp_path / "points.json", tmp_path / "broken.json"
    rows = [{"outputs": [each], "points": {"accurate": 4}} for each in (first, second)]
    points.write_text(json.dumps(rows), encoding="utf-8")
    broken.write_text("[{", encoding="utf-8")
    driver = open_app()
    page = page_of(driver, 0)
    dialog = ready(driver, page)
    dialog.form.setCurrentIndex(dialog.form.findData("summary"))
    dialog.practice.read(broken)
    driver.wait(lambda: "broken.json" in dialog.practice.words.text())
    dialog.practice.read(points)
    driver.wait(lambda: dialog.practice.words.text() == "2 items with agreed points.")
    dialog.practice.number.setValue(3)
    assert "1 more without" in dialog.practice.words.text()
    dialog.items.setValue(10)
    dialog.make_button.click()
    driver.wait(lambda: page.table.rowCount() == 1)
    rater = rate(driver, page)
    seen = [rater.seen]
    for _ in range(3):
        rater.press(Key.Key_Space)
        seen.append(rater.seen)
    assert [view.calibration for view in seen] == [True, True, True, False]
    rater.close()


def test_making_a_study_can_be_stopped_and_everything_chosen_stays(
    open_app: OpenApp, directory: Path
) -> None:
    with open_workspace(directory) as ws:
        store_answers(ws)
    driver = open_app()
    page = page_of(driver, 0)
    dialog = ready(driver, page)
    driver.app.desk.long.submit(lambda _: time.sleep(0.3))  # so that it waits
    dialog.make_button.click()
    assert dialog.bar.isVisible()
    dialog.reject()
    driver.wait(lambda: "Stopped" in dialog.statement.text())
    assert dialog.isVisible()
    assert dialog.name.text() == "Letters"
    assert page.table.rowCount() == 0
    dialog.make_button.click()
    driver.wait(lambda: page.table.rowCount() == 1)
