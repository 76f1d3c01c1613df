"""The page Leaderboard: published figures at once, own ones beside them, all by keyboard."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from medsdesk.services import leaderboard as services
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.leaderboard.page import LeaderboardPage
from medsdesk.ui.leaderboard.words import OWN
from tests.services.boards import RIGHT, WRONG, Made, store_run

OpenApp = Callable[..., Any]
DISPLAY, SPOKEN = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole


def store(directory: Path, *runs: Made) -> list[str]:
    with open_workspace(directory) as ws:
        return [store_run(ws, made) for made in runs]


def shown(driver: Any) -> LeaderboardPage:
    """Go to the page and wait for its table."""
    driver.window.show_page("leaderboard")
    page = cast("LeaderboardPage", driver.window.pages.page("leaderboard"))
    driver.wait(lambda: page.shown_table is not None)
    return page


def show(driver: Any, page: LeaderboardPage, category: str) -> None:
    """Choose a category and wait for its table."""
    page.category.setCurrentText(category)
    driver.wait(lambda: page.shown_table is not None and page.shown_table.category == category)


def heads(page: LeaderboardPage) -> list[str]:
    model = page.model
    return [str(model.headerData(n, Qt.Orientation.Vertical)) for n in range(model.rowCount())]


def cell(page: LeaderboardPage, row: int, column: int, role: Qt.ItemDataRole = DISPLAY) -> str:
    return str(page.model.data(page.model.index(row, column), role))


def test_published_figures_stand_there_before_any_own_run(open_app: OpenApp) -> None:
    page = shown(open_app())
    assert page.category.currentText() == "Multi-choice QA"
    assert heads(page)[:2] == ["GPT-4", "MMedIns-Llama 3"]
    assert cell(page, 1, 0) == "63.6"
    assert "No own run is here yet" in page.note.text()
    assert "Evaluate" in page.note.text()
    assert "s41746" in page.source.text()
    assert "Table 1" in page.details.text


def test_own_rows_differ_in_words_and_say_what_parts_them(
    open_app: OpenApp, directory: Path
) -> None:
    [run] = store(directory, Made({"task57": [RIGHT, WRONG]}, quantisation="Q8_0"))
    driver = open_app()
    page = shown(driver)
    row = next(n for n, head in enumerate(heads(page)) if head.startswith(OWN))
    assert heads(page)[row] == f"{OWN}made-up-8b\nQ8_0\nown run {run[:8]}"
    assert cell(page, row, 0) == "* 50.00\nstrict 50.00\nn 2"
    assert page.table.currentIndex().row() == row  # where the eye should fall first
    assert "own, MedQA, Accuracy: 50.00, strict 50.00, n 2, not made as in the paper" in cell(
        page, row, 0, SPOKEN
    )
    page.table.setCurrentIndex(page.model.index(row, 0))
    for words in (
        "Not as the paper did it:",
        "quantised (Q8_0)",
        "95 % interval",
        "protocol:strict",
        "It asks 2 items; the paper has 1,273.",
    ):
        assert words in page.details.text
    page.table.setCurrentIndex(page.model.index(row, 1))
    assert "Not run on this task yet." in page.details.text
    show(driver, page, "Diagnosis")
    assert "No own run has a task of the category Diagnosis yet." in page.note.text()


def test_everything_is_reached_and_sorted_by_keyboard(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    page.version.setFocus()
    reached = []
    for _ in range(7):
        focused = driver.window.focusWidget()
        reached.append(focused)
        driver.press(Qt.Key.Key_Tab)
    for widget in (
        page.version,
        page.category,
        page.runs,
        page.sorting,
        page.export_button,
        page.table,
    ):
        assert widget in reached
    page.sorting.setFocus()
    driver.press(Qt.Key.Key_Home)
    assert heads(page) == sorted(heads(page), key=str.casefold)
    driver.press(Qt.Key.Key_Down)
    assert page.sorting.currentText() == "MedQA, Accuracy"
    assert heads(page)[0] == "GPT-4"
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(0, 0))
    before = page.details.text
    driver.press(Qt.Key.Key_Down)
    assert page.details.text != before
    driver.press(Qt.Key.Key_Right)
    assert "MedMCQA" in page.details.text


def test_a_click_on_a_heading_sorts_by_it(open_app: OpenApp) -> None:
    page = shown(open_app())
    page.table.horizontalHeader().sectionClicked.emit(1)
    assert page.sorting.currentText() == "MedMCQA, Accuracy"
    assert heads(page)[0] == "GPT-3.5"


def test_versions_and_runs_are_chosen_and_the_category_stays(
    open_app: OpenApp, directory: Path
) -> None:
    earlier = Made({"task126": [("A, B.", "A, C.")]})
    store(directory, earlier, Made({"task126": [("A, B.", "A, B.")]}, created_at="2026-02-02"))
    driver = open_app()
    page = shown(driver)
    show(driver, page, "Named Entity Recognition")
    average = page.model.columnCount() - 1
    row = heads(page).index("MMedIns-Llama 3")
    assert cell(page, row, average) == "79.29"
    page.version.setCurrentIndex(1)
    driver.wait(lambda: cell(page, heads(page).index("MMedIns-Llama 3"), average) == "68.58")
    assert page.category.currentText() == "Named Entity Recognition"
    assert sum(head.startswith(OWN) for head in heads(page)) == 1
    page.runs.setCurrentIndex(1)
    driver.wait(lambda: sum(head.startswith(OWN) for head in heads(page)) == 2)


def test_a_run_that_came_meanwhile_is_there_when_the_page_is_shown_again(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app()
    page = shown(driver)
    assert not any(head.startswith(OWN) for head in heads(page))
    store(directory, Made({"task57": [RIGHT]}))
    driver.window.show_page("workbench")
    driver.window.show_page("leaderboard")
    driver.wait(lambda: any(head.startswith(OWN) for head in heads(page)))


def test_what_is_seen_is_exported_in_its_order(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    page = shown(driver)
    page.sorting.setCurrentText("PubMedQA, Accuracy")
    path = tmp_path / "board.csv"
    page.export(path, bom=True)
    driver.wait(lambda: "written to" in page.note.text())
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row["model"] for row in csv.DictReader(file) if row["task"] == "PubMedQA"]
    assert rows[:2] == ["MMedIns-Llama 3", "Med42-v2"]
    page.export(tmp_path / "none" / "board.csv", bom=False)
    driver.wait(lambda: "written to" not in page.note.text())
    assert "none" in page.note.text()


@pytest.mark.parametrize("own", [False, True])
def test_the_bars_show_the_column_and_say_it_too(
    open_app: OpenApp, directory: Path, own: bool
) -> None:
    if own:
        store(directory, Made({"task57": [RIGHT, RIGHT, WRONG]}))
    page = shown(open_app())
    page.table.setCurrentIndex(page.model.index(0, 0))
    picture: QImage = page.bars.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    assert len(colours) > 2
    assert ("66.67" in page.bars.accessibleDescription()) == own
    assert "GPT-4, paper, MedQA, Accuracy: 85.8" in page.bars.accessibleDescription()


def test_a_table_that_takes_long_holds_up_nothing_short_and_gives_way_to_another_choice(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app()
    page = shown(driver)
    real, begun, go_on = services.leaderboard, threading.Event(), threading.Event()

    def slow(*args: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return real(*args)

    monkeypatch.setattr(services, "leaderboard", slow)
    before = page.category.currentText()
    page.refresh()
    driver.wait(begun.is_set)
    saved: list[bool] = []
    driver.app.desk.short.submit(lambda _: True, saved.append)
    driver.wait(lambda: saved == [True])
    monkeypatch.setattr(services, "leaderboard", real)
    page.category.setCurrentIndex(page.category.currentIndex() + 1)
    go_on.set()
    chosen = page.category.currentText()
    driver.wait(lambda: page.shown_table is not None and page.shown_table.category == chosen)
    assert chosen != before
