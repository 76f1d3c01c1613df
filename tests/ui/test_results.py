"""The page Results by keyboard and click: find an item, read it whole, put a second run beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidget

from medsdesk.services.item_kinds import Kind
from medsdesk.services.word_diff import DiffPart
from medsdesk.store.items import ItemRow
from medsdesk.store.outputs import AnswerRow
from medsdesk.ui.results.items_model import PAGE, REST_MS, ItemsModel, RowPair
from medsdesk.ui.results.page import ResultsPage
from medsdesk.ui.results.reading_box import AT_ONCE, ReadingBox
from tests.ui.conftest import Driver
from tests.ui.evaluated import store_evaluations

Key = Qt.Key
OpenApp = Callable[..., Any]


class Results:
    """A window with the page Results open on the first of two evaluations."""

    def __init__(self, driver: Driver, runs: tuple[str, str]) -> None:
        self.driver = driver
        self.runs = runs
        self.page = cast("ResultsPage", driver.window.pages.page("results"))

    @property
    def model(self) -> ItemsModel:
        return self.page.table.items

    def counted(self, text: str = "All ") -> None:
        self.driver.wait(lambda: self.page.filters.kinds[None].text().startswith(text))

    def shows(self, position: int) -> None:
        def ready() -> bool:
            shown = self.page.item.shown
            return shown is not None and shown.first.row.position == position

        self.driver.wait(ready)

    def press(self, kind: Kind | None) -> None:
        self.page.filters.kinds[kind].click()

    def rows(self, count: int) -> None:
        self.driver.wait(lambda: self.model.rowCount() == count)

    def cell(self, row: int, title: str) -> str:
        column = self.model.titles().index(title)
        index = self.model.index(row, column)
        self.driver.wait(lambda: self.model.data(index) != "…")
        return str(self.model.data(index))


@pytest.fixture
def results(open_app: OpenApp, directory: Path, tmp_path: Path) -> Results:
    runs = store_evaluations(directory, tmp_path / "files")
    driver = open_app()
    driver.press(Key.Key_3, modifier=Qt.KeyboardModifier.AltModifier)
    found = Results(driver, runs)
    found.counted()
    found.page.show_run(runs[0])
    driver.wait(lambda: found.page.control.run == runs[0])
    found.counted()
    found.rows(28)
    return found


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def test_the_newest_run_is_shown_first_and_another_can_be_chosen(
    open_app: OpenApp, directory: Path, tmp_path: Path
) -> None:
    runs = store_evaluations(directory, tmp_path / "files")
    driver = open_app()
    driver.window.show_page("results")
    page = cast("ResultsPage", driver.window.pages.page("results"))
    driver.wait(lambda: page.control.run == runs[1])
    page.filters.run.setFocus()
    driver.press(Key.Key_Down, Key.Key_Return)
    page.filters.run.activated.emit(page.filters.run.currentIndex())
    driver.wait(lambda: page.control.run == runs[0])
    assert "Model one" in page.filters.run.currentText()
    assert "27 of 28 items answered" in page.filters.run.currentText()


def test_without_a_run_it_is_said_what_to_do(open_app: OpenApp) -> None:
    driver = open_app()
    driver.window.show_page("results")
    page = cast("ResultsPage", driver.window.pages.page("results"))
    driver.wait(lambda: "Nothing has been run yet" in page.filters.state.text())
    assert "Nothing has been run yet" in page.item.title.text()


def test_kinds_are_counted_and_one_click_shows_them(results: Results) -> None:
    texts = {kind: made.text() for kind, made in results.page.filters.kinds.items()}
    assert texts[None] == "All 28"
    assert texts[Kind.WRONG] == "Wrong 1"
    assert texts[Kind.UNPARSED] == "Unparsed 2"
    assert texts[Kind.TRUNCATED] == "Truncated 1"
    assert texts[Kind.FAILED] == "No answer 1"
    assert texts[Kind.DISAGREE] == "Protocols disagree 1"
    assert results.page.filters.kinds[Kind.INCOMPLETE].isHidden()
    results.press(Kind.DISAGREE)
    results.rows(1)
    results.shows(7)
    assert results.cell(0, "Strict") == "unscored"
    assert results.cell(0, "Paper") == "100.0"
    item = results.page.item
    assert item.disagreement.text().startswith("The protocols disagree: the strict rules find no")
    assert "the fever has to come down first" in item.answer.text
    assert "Made-up case 3." in item.text.text
    assert item.reference.text == "B. Amoxicillin"
    cells = [[cell(item.scores, row, n) for n in range(3)] for row in range(item.scores.rowCount())]
    assert cells[0] == ["Accuracy", "unscored", "100.0 %"]
    assert cells[-1][0] == "How it was made"
    assert "protocol:strict" in cells[-1][1].replace("\u200b", "")
    results.press(None)
    results.rows(28)


def test_items_are_walked_through_by_keyboard(results: Results) -> None:
    results.page.table.setFocus()
    results.shows(0)
    results.driver.press(Key.Key_Down)
    results.shows(1)
    results.driver.press(Key.Key_J, Key.Key_J)
    results.shows(3)
    results.driver.press(Key.Key_K)
    results.shows(2)
    assert "解释术语" in results.page.item.text.text
    results.driver.press(Key.Key_K, Key.Key_K, Key.Key_K)
    results.shows(0)
    results.driver.press(Key.Key_End)
    assert results.page.table.currentIndex().row() in (0, 27)


def test_search_by_keyboard_in_any_script(results: Results) -> None:
    results.page.table.setFocus()
    results.driver.control(Key.Key_F)
    assert QApplication.focusWidget() is results.page.filters.search
    results.page.filters.search.insert("ГИПЕРТОНИЯ")
    results.rows(1)
    results.shows(3)
    results.page.table.setFocus()
    results.driver.press(Key.Key_Slash)
    assert QApplication.focusWidget() is results.page.filters.search
    results.driver.type("nowhere")
    results.driver.press(Key.Key_Return)
    results.rows(0)
    assert "No item matches" in results.page.item.title.text()
    results.page.filters.search.clear()
    results.rows(28)


def test_task_and_order(results: Results) -> None:
    filters = results.page.filters
    filters.task.setCurrentIndex(filters.task.findData("task46"))
    filters.task.activated.emit(filters.task.currentIndex())
    results.rows(4)
    assert filters.kinds[None].text() == "All 4"
    filters.order.setCurrentIndex(1)
    filters.order.activated.emit(1)
    results.driver.wait(lambda: list(results.model.positions) == [1, 2, 0, 3])


def test_an_item_without_an_answer_says_why_and_reads_its_text_from_the_file(
    results: Results,
) -> None:
    results.press(Kind.FAILED)
    results.rows(1)
    results.shows(19)
    item = results.page.item
    assert item.text.text == ""
    assert "task file" in item.text.box.placeholderText()
    assert "The script says" in item.answer.box.placeholderText()
    assert item.rate_button.isHidden()
    item.prompt_button.click()
    results.driver.wait(lambda: results.page.preview is not None)
    assert "Made-up case 15." in item.text.text


def test_the_prompt_is_shown_or_it_is_said_why_not(results: Results, tmp_path: Path) -> None:
    results.page.table.selectRow(4)
    results.shows(4)
    results.page.item.prompt_button.click()
    results.driver.wait(lambda: results.page.preview is not None)
    assert results.page.preview is not None
    assert "Made-up case 0." in results.page.preview.boxes[-1].text
    results.page.preview.close()
    (tmp_path / "files" / "task58_made_up.json").unlink()
    results.page.item.prompt_button.click()
    bar = results.driver.window.messages
    results.driver.wait(lambda: "The prompt cannot be shown" in bar.text)


def test_an_answer_opens_in_the_workbench(results: Results) -> None:
    results.page.table.selectRow(4)
    results.shows(4)
    told: list[AnswerRow] = []
    results.page.opened.connect(told.append)
    results.page.item.rate_button.click()
    assert told[0].output.completion.text == "B. Amoxicillin"
    page = results.driver.page
    results.driver.wait(lambda: "Made-up case 0." in page.text.box.text)
    assert results.driver.window.pages.currentWidget() is page


def test_another_page_can_ask_for_a_run_and_a_kind(results: Results) -> None:
    results.page.show_run(results.runs[1], "wrong")
    results.driver.wait(lambda: results.page.control.run == results.runs[1])
    results.rows(10)
    assert results.page.filters.kinds[Kind.WRONG].isChecked()


def test_a_second_run_stands_beside_with_differences_and_a_test(results: Results) -> None:
    page, filters = results.page, results.page.filters
    filters.second.setCurrentIndex(filters.second.findData(results.runs[1]))
    filters.second.activated.emit(filters.second.currentIndex())
    results.driver.wait(page.comparison.all_button.isVisible)
    assert results.cell(5, "A") == "100.0"
    assert results.cell(5, "B") == "0.0"
    assert results.cell(5, "A − B") == "+100.0"
    assert results.cell(5, "Answer B") == "D. Insulin"
    page.table.selectRow(5)
    results.shows(5)
    shown = page.item.shown
    assert shown is not None
    assert shown.diff is not None
    assert (page.item.answer.text, page.item.other.text) == ("B. Amoxicillin", "D. Insulin")
    assert "A − B: +100.0" in page.item.figures.text()
    assert "28 items in both runs." in page.comparison.notes.text()
    assert "Longest answer in tokens: 60 in run A, 50 in run B." in page.comparison.notes.text()
    filters.task.setCurrentIndex(filters.task.findData("task58"))
    filters.task.activated.emit(filters.task.currentIndex())
    assert "Not distinguishable: " in page.comparison.sentence.text()
    assert "p = " in page.comparison.sentence.text()
    page.comparison.all_button.click()
    dialog = page.comparison.dialog
    assert dialog is not None
    verdicts = {cell(dialog.table, row, 2) for row in range(dialog.table.rowCount())}
    assert "not distinguishable" in verdicts
    dialog.close()
    filters.second.setCurrentIndex(0)
    filters.second.activated.emit(0)
    assert page.comparison.isHidden()
    assert "Paper" in results.model.titles()


def test_differences_are_told_by_more_than_colour(qtbot: Any) -> None:
    box = ReadingBox("Answer")
    qtbot.addWidget(box)
    box.show_parts(
        (DiffPart("same", "It is "), DiffPart("first", "old"), DiffPart("second", "new"))
    )
    forms = {}
    block = box.box.document().firstBlock().begin()
    while not block.atEnd():
        forms[block.fragment().text()] = block.fragment().charFormat()
        block += 1
    assert forms["old"].fontStrikeOut()
    assert forms["new"].fontUnderline()
    assert not forms["It is "].fontUnderline()
    assert not forms["It is "].fontStrikeOut()


def test_a_very_long_text_is_laid_in_as_far_as_it_is_read(qtbot: Any) -> None:
    box = ReadingBox("Text")
    qtbot.addWidget(box)
    box.show()
    text = "made up " * 25_000
    box.show_text(text)
    assert len(box.text) == AT_ONCE
    assert "Show all 200,000" in box.more.text()
    QTest.mouseClick(box.more, Qt.MouseButton.LeftButton)
    assert box.text == text
    assert box.more.isHidden()
    box.show_text("short")
    assert box.more.isHidden()


def test_rows_that_are_scrolled_past_are_not_read(qtbot: Any) -> None:
    model = ItemsModel()
    asked: list[tuple[int, Sequence[int]]] = []
    model.page_wanted.connect(lambda request, places: asked.append((request, places)))
    model.show_items(range(400_000), {}, paired=False)
    assert model.rowCount() == 400_000
    for row in range(0, 400_000, PAGE):
        assert model.data(model.index(row, 1)) == "…"
    qtbot.waitUntil(lambda: bool(asked))
    qtbot.wait(2 * REST_MS)
    assert [places[0] for _, places in asked] == [399_900]
    assert model.data(model.index(399_999, 0)) == "400,000"


def test_rows_of_what_was_shown_before_are_left_out(qtbot: Any) -> None:
    model = ItemsModel()
    asked: list[tuple[int, Sequence[int]]] = []
    model.page_wanted.connect(lambda request, places: asked.append((request, places)))

    def ask(places: Sequence[int]) -> None:
        count = len(asked)
        model.show_items(places, {"task1": "Title"}, paired=False)
        assert model.data(model.index(0, 1)) == "…"
        qtbot.waitUntil(lambda: len(asked) > count)

    def rows(place: int) -> list[RowPair]:
        row = ItemRow(place, "task1", "f.json", 0, 0, "pending", None, None, None, None, None,
                      None, None, None)  # fmt: skip
        return [RowPair(row)]

    ask(range(5))
    ask([7])
    model.take_page(asked[0][0], rows(0))
    assert model.data(model.index(0, 1)) == "…"
    model.take_page(asked[1][0], rows(7))
    assert [model.data(model.index(0, n)) for n in range(6)] == [
        "8",
        "Title",
        "Waiting",
        "–",
        "–",
        "waiting",
    ]
    ask([9])
    model.lose_page(asked[2][0])
    assert model.row(0) is None
    qtbot.waitUntil(lambda: len(asked) == 4)
