"""The main job in the window, by keys: a text, an answer, ratings, and all of it stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from medsdesk.services.history import answers
from medsdesk.store.workspace import open_workspace

Key = Qt.Key
OpenApp = Callable[..., Any]
REPLY = {"text": "Small left pneumothorax. No tension.", "token_seconds": 0.01}


def ratings(directory: Path) -> dict[str, tuple[int | None, str]]:
    """Return the current ratings of the newest answer by criterion, from the disk."""
    with open_workspace(directory) as ws:
        return {r.criterion: (r.value, r.status) for r in answers(ws)[0].ratings}


def test_whole_job_by_keys_alone(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.control(Key.Key_F)
    driver.type("task112")
    driver.wait(lambda: driver.page.tasks.tree.model().rowCount() == 1)
    driver.press(Key.Key_Return)
    driver.wait(lambda: driver.page.task_control.task is not None)
    driver.control(Key.Key_T)
    driver.type("The lungs are clear.")
    driver.wait(lambda: driver.page.runs.can_run)
    with driver.qtbot.waitSignal(driver.page.runs.answered, timeout=15_000):
        driver.control(Key.Key_Return)
    assert driver.page.answer.box.text == REPLY["text"]
    assert driver.page.answer.badge.text() == "Complete"

    driver.control(Key.Key_R)
    driver.type("Dr Keys")
    driver.press(Key.Key_Return)
    driver.wait(lambda: driver.form.isEnabled() and driver.form.isVisible())
    driver.press(Key.Key_4, Key.Key_5, Key.Key_C, Key.Key_0, Key.Key_0, Key.Key_2)
    driver.saved()
    driver.type("Short and right.")
    driver.form.flush()
    driver.saved()
    assert ratings(directory) == {
        "accuracy": (4, "rated"),
        "completeness": (5, "rated"),
        "conciseness": (None, "cannot_judge"),
        "clarity": (None, "cannot_judge"),  # 0, on a scale that begins at 1
        "harm_extent": (0, "rated"),  # 0, on a scale that has one: no harm
        "harm_likelihood": (2, "rated"),
        "comment": (None, "rated"),
    }


def test_scores_need_a_reference(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    table = driver.page.answer.scores
    assert table.item(0, 1).text().endswith("%")
    driver.page.text.reference.replace("")
    driver.run()
    assert table.rowCount() == 1
    assert table.item(0, 1).text() == "unscored: no reference given"
    assert "Signature: " in table.item(0, 0).whatsThis()


def test_keys_typed_into_a_text_never_rate(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    for field in (driver.form.comment, driver.page.text.box, driver.page.tasks.search):
        field.setFocus()
        driver.type("1234c0")
        driver.press(Key.Key_Backspace)
    assert all(driver.form.state.shown.get(c.id) is None for c in driver.form.state.scales)
    assert driver.page.tasks.search.text() == "1234c"


def test_answers_can_be_changed_and_taken_back(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.form.take_keyboard()
    driver.press(Key.Key_2, Key.Key_Up, Key.Key_3, Key.Key_5, Key.Key_Up, Key.Key_Backspace)
    driver.saved()
    driver.wait(lambda: not driver.form.state.waiting)
    assert ratings(directory) == {"accuracy": (3, "rated")}


def test_walking_along_the_points_rates_nothing(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.form.take_keyboard()
    driver.press(Key.Key_Right, Key.Key_Right, Key.Key_Left)
    assert driver.form.state.shown.get("accuracy") is None
    driver.press(Key.Key_Space)
    driver.saved()
    assert ratings(directory) == {"accuracy": (2, "rated")}


def test_digits_with_control_go_to_the_pages(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.form.take_keyboard()
    driver.control(Key.Key_7)
    assert driver.window.pages.currentWidget() is driver.window.models
    assert driver.form.state.shown.get("accuracy") is None


def test_no_rating_without_a_name(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    assert not driver.form.isVisible()
    driver.control(Key.Key_R)
    driver.type("   ")
    driver.press(Key.Key_Return)
    assert not driver.form.isVisible()
    assert driver.app.preferences.value.rater == ""


def test_the_name_is_asked_for_once(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name("Dr Once")
    driver.run()
    driver.wait(lambda: driver.form.isVisible() and driver.form.isEnabled())
    assert driver.app.preferences.value.rater == "Dr Once"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_run_works_from_inside_the_text(open_app: OpenApp, key: Qt.Key) -> None:
    driver = open_app(REPLY)
    driver.sample()
    before = driver.page.text.box.text
    driver.page.text.box.setFocus()
    with driver.qtbot.waitSignal(driver.page.runs.answered, timeout=15_000):
        driver.control(key)
    assert driver.page.text.box.text == before
