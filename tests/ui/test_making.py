"""Convert, quantise and measure by keys on the Models page, with the real engine's own tools."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.services import quantise_model
from medsdesk.services.making_events import Progress
from medsdesk.services.quantise_model import QuantiseRequest
from medsdesk.store.workspace import Workspace
from medsdesk.ui import leaving
from medsdesk.ui.making import convert_dialog
from medsdesk.ui.models.words import COLUMNS
from tests.checkpoints.small import WIDE, make
from tests.made_models import F16, LLAMA_8B, Q8_0, make_sparse

OpenApp = Callable[..., Any]
LONG_MS = 120_000  # transformers alone take some seconds to be imported
REPLY = {"text": "Yes."}
FORM, AGREES = COLUMNS.index("Quantisation"), COLUMNS.index("Agrees")


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key)


def column(driver: Any, number: int) -> list[str]:
    table = driver.window.models.table
    return [table.item(row, number).text() for row in range(table.rowCount())]


def opened(driver: Any) -> Any:
    driver.window.show_page("models")
    driver.wait(lambda: driver.window.models.table.rowCount() > 0)
    return driver.window.models


def convert_by_keys(driver: Any, folder: Path) -> None:
    page = opened(driver)
    press(page.convert_button)
    dialog = driver.window.model_control.making.convert_dialog
    driver.wait(dialog.isVisible)
    assert not dialog.start_button.isEnabled()
    dialog.folder.setFocus()
    QTest.keyClicks(dialog.folder, str(folder))
    QTest.keyClick(dialog.folder, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    driver.qtbot.waitUntil(lambda: not page.progress.isVisible(), timeout=LONG_MS)


@pytest.mark.gguf
def test_a_checkpoint_becomes_a_smaller_form_whose_cost_is_shown(
    open_app: OpenApp, tmp_path: Path, directory: Path
) -> None:
    driver = open_app(REPLY)
    convert_by_keys(driver, make(tmp_path / "Small", WIDE))
    page = driver.window.models
    driver.wait(lambda: "F16" in column(driver, FORM))
    assert "same tokens as the original" in page.message.text()
    assert (directory / "models" / "Small-F16.gguf").is_file()
    assert driver.page.run.model.id == "scripted"  # a chosen model stays the default

    page.table.selectRow(column(driver, FORM).index("F16"))
    press(page.quantise_button)
    making = driver.window.model_control.making
    driver.wait(lambda: making.quantise_dialog is not None and making.quantise_dialog.isVisible())
    dialog = making.quantise_dialog
    assert dialog.table.item(dialog.table.currentRow(), 0).text() == "Q8_0"
    assert "most faithful" in dialog.advice.text()
    for _ in range(dialog.table.rowCount()):
        press(dialog.table, Qt.Key.Key_Down)
    assert dialog.out.text().endswith("Small-Q4_0.gguf")
    press(dialog.start_button)
    driver.qtbot.waitUntil(lambda: not page.progress.isVisible(), timeout=LONG_MS)
    driver.wait(lambda: "Q4_0" in column(driver, FORM))
    assert "What does it cost?" in page.message.text()

    page.table.selectRow(column(driver, FORM).index("Q4_0"))
    press(page.cost_button)
    driver.wait(lambda: making.cost_dialog is not None and making.cost_dialog.isVisible())
    assert making.cost_dialog.reference.currentText().startswith("F16")
    press(making.cost_dialog.start_button)
    driver.qtbot.waitUntil(lambda: not page.progress.isVisible(), timeout=LONG_MS)
    driver.wait(lambda: any(cell.endswith("% with F16") for cell in column(driver, AGREES)))
    assert "synthetic medical passages" in page.details.text()
    assert "95 % interval" in page.details.text()


def test_a_folder_that_is_no_checkpoint_is_refused_and_can_be_corrected(
    open_app: OpenApp, tmp_path: Path
) -> None:
    driver = open_app(REPLY)
    (tmp_path / "empty").mkdir()
    convert_by_keys(driver, tmp_path / "empty")
    page = driver.window.models
    assert page.message.isVisible()
    assert page.message.property("tone") == "danger"
    assert "--" not in page.message.text()
    press(page.convert_button)
    assert driver.window.model_control.making.convert_dialog.folder.text().endswith("empty")


def test_a_quantised_file_needs_a_tick(
    open_app: OpenApp, add_model: Callable[..., Any], tmp_path: Path
) -> None:
    path = make_sparse(tmp_path / "q.gguf", replace(LLAMA_8B, layers=1, kind=Q8_0))
    add_model(REPLY, name="eight", path=str(path), quantisation="Q8_0")
    driver = open_app()
    page = opened(driver)
    page.table.selectRow(0)
    press(page.quantise_button)
    making = driver.window.model_control.making
    driver.wait(lambda: making.quantise_dialog is not None and making.quantise_dialog.isVisible())
    dialog = making.quantise_dialog
    assert not dialog.start_button.isEnabled()
    press(dialog.tick)
    assert dialog.start_button.isEnabled()


def test_quantising_tells_progress_and_can_be_cancelled(
    open_app: OpenApp,
    add_model: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(
        _: Workspace, __: QuantiseRequest, tell: Callable[[Progress], None], cancel: CancelToken
    ) -> None:
        tell(Progress("quantising", 5, 10))
        while not cancel.cancelled:
            pass
        raise CancelledError

    monkeypatch.setattr(quantise_model, "quantise_model", slow)
    path = make_sparse(tmp_path / "w.gguf", replace(LLAMA_8B, layers=1, kind=F16))
    add_model(REPLY, name="whole", path=str(path), quantisation="F16")
    driver = open_app()
    page = opened(driver)
    page.table.selectRow(0)
    press(page.quantise_button)
    making = driver.window.model_control.making
    driver.wait(lambda: making.quantise_dialog is not None and making.quantise_dialog.isVisible())
    press(making.quantise_dialog.start_button)
    driver.wait(lambda: page.progress.bar.value() == 500)
    assert page.progress.bar.format() == "5 of 10 tensors"
    assert not page.add_button.isEnabled()
    press(page.progress.cancel_button)
    driver.wait(lambda: not page.progress.isVisible())
    assert "nothing of it was kept" in page.message.text()
    assert page.quantise_button.isEnabled()


def test_a_model_without_another_form_has_nothing_to_be_compared_with(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    page = opened(driver)
    page.table.selectRow(0)
    press(page.cost_button)
    driver.wait(lambda: "no other form" in page.message.text())


def test_closing_while_a_model_is_made_asks_and_leaves_nothing(
    open_app: OpenApp,
    add_model: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(
        _: Workspace, __: QuantiseRequest, tell: Callable[[Progress], None], cancel: CancelToken
    ) -> None:
        while not cancel.cancelled:
            time.sleep(0.01)
        raise CancelledError

    replies = iter([False, True])
    monkeypatch.setattr(leaving, "ask_stop_making", lambda _: next(replies))
    monkeypatch.setattr(quantise_model, "quantise_model", slow)
    path = make_sparse(tmp_path / "w.gguf", replace(LLAMA_8B, layers=1, kind=F16))
    add_model(REPLY, name="whole", path=str(path), quantisation="F16")
    driver = open_app()
    page = opened(driver)
    page.table.selectRow(0)
    press(page.quantise_button)
    making = driver.window.model_control.making
    driver.wait(lambda: making.quantise_dialog is not None and making.quantise_dialog.isVisible())
    press(making.quantise_dialog.start_button)
    driver.wait(lambda: making.busy)
    driver.window.close()
    assert driver.window.isVisible()
    assert making.busy
    driver.window.close()
    driver.wait(lambda: not driver.window.isVisible())
    assert not making.busy


def test_the_file_to_make_can_be_browsed_for(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "other.gguf"
    monkeypatch.setattr(convert_dialog, "ask_save", lambda *_: (place, ""))
    driver = open_app(REPLY)
    page = opened(driver)
    press(page.convert_button)
    dialog = driver.window.model_control.making.convert_dialog
    driver.wait(dialog.isVisible)
    press(dialog.place)
    QTest.keyClicks(dialog.folder, "somewhere")
    assert dialog.out.text() == str(place)
