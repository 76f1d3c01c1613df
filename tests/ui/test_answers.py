"""Saved answers are listed with scores and ratings, open again, and export."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from medsdesk.core.rating import Rating
from medsdesk.services.history import answers
from medsdesk.store.workspace import open_workspace
from medsdesk.ui import exporting
from medsdesk.ui.answers.table import ratings_cell

Key = Qt.Key
OpenApp = Callable[..., Any]
REPLY = {"text": "Small left pneumothorax."}


def rate(driver: Any, *keys: Qt.Key) -> None:
    driver.name()
    driver.form.take_keyboard()
    driver.press(*keys)
    driver.saved()
    driver.wait(lambda: not driver.form.state.waiting)


def test_list_opens_an_answer_again_and_its_ratings_can_change(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    rate(driver, Key.Key_4, Key.Key_C)
    text = driver.page.text.box.text
    driver.page.text.put("Something else.", "", "pasted")
    driver.run()
    driver.control(Key.Key_H)
    dialog = driver.window.answers
    driver.wait(lambda: dialog.model.rowCount() == 2)
    cells = [dialog.model.data(dialog.model.index(1, c)) for c in range(dialog.model.columnCount())]
    assert cells[1:7] == [
        "Chest X-ray: impression",
        "Scripted",
        "Complete",
        cells[4],
        "4",
        "cannot judge",
    ]
    assert "ROUGE-L F" in (cells[4] or "")
    dialog.table.selectRow(1)
    dialog.table.setFocus()
    driver.press(Key.Key_Return)
    driver.wait(lambda: driver.page.text.box.text == text)
    driver.wait(lambda: driver.form.state.shown.get("accuracy") == 4)
    assert not dialog.isVisible()
    assert driver.form.rows["completeness"].points["cannot_judge"].isChecked()
    driver.wait(driver.form.isEnabled)
    driver.form.rows["accuracy"].points[2].click()
    driver.saved()
    with open_workspace(directory) as ws:
        assert {r.criterion: r.value for r in answers(ws)[1].ratings}["accuracy"] == 2


def test_export_writes_what_was_rated(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    monkeypatch.setattr(exporting, "ask_save_csv", lambda *_: (path, True))
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    rate(driver, Key.Key_4, Key.Key_5)
    driver.control(Key.Key_E)
    driver.wait(lambda: driver.window.exporting.dialog is not None)
    driver.window.exporting.dialog.place_button.click()
    driver.wait(lambda: "2 ratings written" in driver.window.messages.text)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["criterion"], r["value"]) for r in rows] == [
        ("accuracy", "4"),
        ("completeness", "5"),
    ]


def test_export_that_cannot_be_written_is_told(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ask_save_csv", lambda *_: (tmp_path / "no" / "out.csv", False))
    driver = open_app(REPLY)
    driver.control(Key.Key_E)
    driver.window.exporting.dialog.place_button.click()
    driver.wait(lambda: bool(driver.window.messages.text))
    assert driver.window.messages.property("tone") == "danger"


def test_the_list_is_searched(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.control(Key.Key_H)
    dialog = driver.window.answers
    driver.wait(lambda: dialog.table.model().rowCount() == 1)
    dialog.search.setText("no such thing")
    assert dialog.table.model().rowCount() == 0
    dialog.search.setText("x-ray")
    assert dialog.table.model().rowCount() == 1


def rating(rater: str, value: int | None, status: Any = "rated") -> Rating:
    return Rating(
        rater + str(value), "o", rater, "workbench", 1, "", "accuracy", "ordinal", value, "",
        status, None, "2026-01-31T14:02:03.004Z",
    )  # fmt: skip


def test_ratings_of_several_raters_stand_side_by_side() -> None:
    one, other = rating("Ann", 4), rating("Bo", None, "cannot_judge")
    assert ratings_cell((one,), "accuracy") == "4"
    assert ratings_cell((one, other), "accuracy") == "4 (Ann), cannot judge (Bo)"
    assert ratings_cell((one, other), "clarity") == ""
