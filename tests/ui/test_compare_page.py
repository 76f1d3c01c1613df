"""The page Compare by keyboard: headline, filters, pictures, answers opened, files written."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from medsdesk.core.rating_view import RatingView
from medsdesk.services.lock_study import lock_study
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.compare.page import ComparePage
from tests.compared_ratings import MODELS, RATERS, import_planted
from tests.rated_studies import made_study, rate_all

OpenApp = Callable[..., Any]
Key = Qt.Key


@pytest.fixture
def planted(directory: Path) -> None:
    with open_workspace(directory) as ws:
        import_planted(ws, directory.parent, items=12)


def shown(driver: Any) -> ComparePage:
    """Go to the page and wait until it says something."""
    driver.window.show_page("compare")
    page = cast("ComparePage", driver.window.pages.page("compare"))
    settle(driver, page)
    return page


def settle(driver: Any, page: ComparePage) -> None:
    driver.wait(lambda: page.settled and page.said.text() != "Reading the ratings …")


def in_turn(view: RatingView, criterion: str) -> int:
    """Answer with one point of the scale after another."""
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    return asked.anchors[view.place % len(asked.anchors)].value if asked.anchors else view.place


def go_to(driver: Any, page: ComparePage, words: str) -> None:
    """Choose a picture by keyboard."""
    chip = next(each for each in page.panel.views.buttons() if each.accessibleName() == words)
    chip.setFocus()
    driver.press(Key.Key_Space)
    assert chip.isChecked()


def test_nothing_heavy_is_loaded_before_the_page_is_opened() -> None:
    script = (
        "import sys, medsdesk.ui.app, medsdesk.ui.main_window, medsdesk.ui.pages;"
        "sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_without_ratings_it_says_so_and_leads_to_studies(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    assert "no ratings" in page.said.text()
    assert not page.filters.isVisible()
    assert not page.panel.isVisible()
    page.studies_button.setFocus()
    driver.press(Key.Key_Space)
    assert driver.window.pages.currentWidget() is driver.window.pages.page("studies")


@pytest.mark.usefixtures("planted")
def test_it_says_which_metric_follows_clinicians_and_how_sure_that_is(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    said = page.said.text()
    assert said.startswith("On “Useful” Near")
    assert "follows clinicians best" in said
    assert "12 items, 3 models, 3 raters" in said
    assert "95 % interval" in said
    assert not page.studies_button.isVisible()


@pytest.mark.usefixtures("planted")
def test_every_picture_has_its_figures_and_a_ring_where_the_row_stands(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    for chip in page.panel.views.buttons():
        go_to(driver, page, chip.accessibleName())
        assert page.panel.scene is not None
        assert page.panel.scene.plot is not None
        assert page.panel.chart is not None
        assert page.panel.chart.isVisible()
        assert page.panel.model.rowCount() > 0
        assert page.panel.title.text() == page.panel.scene.title
        assert "." in page.panel.caption.text()
        page.panel.table.setFocus()
        driver.press(Key.Key_End, Key.Key_Home, Key.Key_Down)
        assert page.panel.table.currentIndex().row() in (0, 1)


@pytest.mark.usefixtures("planted")
def test_a_point_under_the_pointer_is_its_row(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    assert page.panel.scene is not None
    assert page.panel.scene.plot is not None
    assert page.panel.chart is not None
    dot = cast("Any", page.panel.scene.plot.shapes[7])
    box = page.panel.chart.getPlotItem().getViewBox()
    at = box.mapViewToScene(QPointF(dot.x, dot.y))
    row = page.panel.chart.row_at(at)
    assert row is not None
    near = cast("Any", page.panel.scene.plot.shapes[row])
    assert abs(near.x - dot.x) + abs(near.y - dot.y) < 0.2
    page.panel.chart.pointed.emit(row)
    assert page.panel.table.currentIndex().row() == row
    assert page.panel.table.hasFocus()
    assert page.panel.chart.row_at(QPointF(-50, -50)) is None


@pytest.mark.usefixtures("planted")
def test_filters_and_questions_by_keyboard(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    page.filters.question.setFocus()
    driver.press(Key.Key_Down)
    driver.wait(lambda: page.said.text().startswith("On “Harm”"))
    page.filters.parts["model"].setFocus()
    driver.press(Key.Key_Down)
    settle(driver, page)
    driver.wait(lambda: page.said.text().startswith("Nothing can be said"))
    assert page.studies_button.isVisible()
    assert "“Harm”" in page.said.text()  # the question stays
    assert page.filters.parts["model"].currentData() == min(MODELS)
    driver.press(Key.Key_Up)
    driver.wait(lambda: page.settled and page.said.text().startswith("On “Harm”"))
    page.filters.parts["rater"].setFocus()
    driver.press(Key.Key_Down)
    driver.wait(lambda: page.settled and page.filters.choice.rater == RATERS[0])
    driver.wait(lambda: "1 rater" in page.said.text())
    go_to(driver, page, "Raters")
    assert "one rater" in page.panel.gap.text()
    assert page.panel.chart is not None
    assert not page.panel.chart.isVisible()
    assert not page.panel.picture_button.isEnabled()


@pytest.mark.usefixtures("planted")
def test_what_is_acceptable_is_chosen(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    go_to(driver, page, "ROC")
    before = page.panel.caption.text()
    page.filters.acceptable.setFocus()
    driver.press(Key.Key_Down)
    driver.wait(lambda: page.panel.caption.text() != before)
    assert f"rating from {page.filters.acceptable.currentText()}" in page.panel.caption.text()


@pytest.mark.usefixtures("planted")
def test_pictures_and_figures_are_written(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    page = shown(driver)
    pictures = page.pictures()
    assert len({picture.name for picture in pictures}) == len(page.panel.views.buttons())
    for picture in pictures:
        image = QImage.fromData(picture.png)
        assert (image.width(), image.height()) == (2 * picture.width, 2 * picture.height)
        colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7)
                   for y in range(0, image.height(), 7)}  # fmt: skip
        assert len(colours) > 3
        assert QSvgRenderer(picture.svg).isValid()
        assert b"<text" in picture.svg
        assert picture.caption
    page.panel.save_picture(tmp_path / "picture.svg")
    page.panel.save_picture(tmp_path / "picture.png")
    page.panel.save_figures(tmp_path / "figures.csv", bom=False)
    driver.wait((tmp_path / "figures.csv").is_file)
    assert QSvgRenderer(str(tmp_path / "picture.svg")).isValid()
    assert not QImage(str(tmp_path / "picture.png")).isNull()
    with (tmp_path / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:5] == ["Item", "Task", "Category", "Model", "Clinicians"]
    assert len(rows) == 1 + 36
    page.panel.save_figures(tmp_path / "nowhere" / "figures.csv", bom=False)
    driver.wait(lambda: "cannot be written" in driver.window.messages.text)


def test_enter_opens_the_answer_of_a_locked_study(open_app: OpenApp, directory: Path) -> None:
    with open_workspace(directory) as ws:
        study = made_study(ws)
        for rater in ("Dr Roy", "Dr Sato"):
            rate_all(ws, study.id, rater, in_turn)
    driver = open_app()
    page = shown(driver)
    assert "no ratings" in page.said.text()  # not before the lock: nobody is unblinded
    with open_workspace(directory) as ws:
        lock_study(ws, study.id, "", "Dr Owner")
    page = shown(driver)
    driver.wait(lambda: page.settled and page.panel.isVisible())
    go_to(driver, page, "Worst disagreements")
    assert page.panel.model.rowCount() > 0
    page.panel.table.setFocus()
    driver.press(Key.Key_Return)
    driver.wait(lambda: driver.window.pages.currentWidget() is driver.page)
    driver.wait(lambda: "Give" in driver.page.answer.box.toPlainText())


@pytest.mark.usefixtures("planted")
def test_a_comparison_is_stopped_and_begun_again(open_app: OpenApp) -> None:
    driver = open_app()
    page = shown(driver)
    page.refresh()
    assert page.stop_button.isVisible()
    page.stop_button.setFocus()
    driver.press(Key.Key_Space)
    assert page.settled
    assert page.busy.text().startswith("Stopped")
    page.refresh()
    settle(driver, page)
    driver.wait(lambda: not page.busy.text())
