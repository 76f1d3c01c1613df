"""The Models page: add, copy, check, choose and remove, by keys; faults beside the buttons."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.core.model import ModelFile
from medsdesk.services import model_files, verify_models
from medsdesk.services.verify_models import Checking
from medsdesk.store import models
from medsdesk.store.workspace import Workspace
from medsdesk.ui.models.words import COLUMNS
from tests.made_models import LLAMA_8B, gguf_bytes, make_sparse, make_tiny

OpenApp = Callable[..., Any]
REPLY = {"text": "Yes."}
NAME, USE, STATE, SOURCE = (COLUMNS.index(c) for c in ("Name", "Use", "File is", "Where from"))


def column(driver: Any, number: int) -> list[str]:
    table = driver.window.models.table
    return [table.item(row, number).text() for row in range(table.rowCount())]


def names(driver: Any) -> list[str]:
    return column(driver, NAME)


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key)


def select(driver: Any, name: str) -> int:
    row = names(driver).index(name)
    driver.window.models.table.selectRow(row)
    return row


def page_of(driver: Any) -> Any:
    driver.window.show_page("models")
    return driver.window.models


def answer_box(button: str, said: list[str]) -> None:
    """Press a button of the question that comes, by its letter."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(f"{box.text()} {box.informativeText()}")
        found = next(b for b in box.buttons() if b.text().replace("&", "") == button)
        QTest.keyClick(found, Qt.Key.Key_Space)

    QTimer.singleShot(200, answer)


def add_by_keys(driver: Any, path: Path, *, copy: bool) -> None:
    press(page_of(driver).add_button)
    dialog = driver.window.model_control.add_dialog
    driver.wait(dialog.isVisible)
    assert not dialog.add_button.isEnabled()
    dialog.path.setFocus()
    QTest.keyClicks(dialog.path, str(path))
    if copy:
        press(dialog.copy)
    QTest.keyClick(dialog.path, Qt.Key.Key_Return)
    assert not dialog.isVisible()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick" / "tiny.gguf"
    path.parent.mkdir()
    path.write_bytes(gguf_bytes())
    return path


def test_a_file_that_is_no_model_is_refused_on_the_page(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app(REPLY)
    path = tmp_path / "notes.gguf"
    path.write_text("no model", encoding="utf-8")
    add_by_keys(driver, path, copy=False)
    driver.wait(driver.window.models.message.isVisible)
    assert "notes.gguf" in driver.window.models.message.text()
    assert driver.window.models.add_button.isEnabled()


def test_a_file_is_used_in_place_or_copied(open_app: OpenApp, stick: Path, directory: Path) -> None:
    driver = open_app(REPLY)
    add_by_keys(driver, stick, copy=False)
    driver.wait(lambda: names(driver) == ["Scripted", "Tiny"])
    row = names(driver).index("Tiny")
    assert column(driver, SOURCE)[row] == "used in place"
    assert column(driver, STATE)[row] == "unchanged"
    assert driver.window.models.table.currentRow() == row
    add_by_keys(driver, stick, copy=True)
    driver.wait(lambda: column(driver, SOURCE)[row] == "copied here")
    assert (directory / "models" / "tiny.gguf").read_bytes() == stick.read_bytes()
    assert driver.page.run.model.id == "tiny"


def test_whether_a_model_fits(
    open_app: OpenApp, add_model: Callable[..., Any], tmp_path: Path
) -> None:
    small = make_tiny(tmp_path / "small.gguf")
    huge = make_sparse(tmp_path / "huge.gguf", replace(LLAMA_8B, layers=2_000))
    add_model({"text": "x"}, name="small", path=str(small))
    add_model({"text": "x"}, name="huge", path=str(huge))
    driver = open_app(REPLY)
    page = page_of(driver)
    for name, words in (("Small", "It fits, on the processor."), ("Huge", "are free")):
        select(driver, name)
        press(page.fit_button)
        driver.wait(lambda words=words: words in page.message.text())
        assert page.message.text().startswith(f"{name}, with a context of 4,096 tokens: ")
    assert "would fit" not in page.message.text()


def test_choose_and_forget_a_file_of_somebody_else(
    open_app: OpenApp, add_model: Callable[..., Any]
) -> None:
    kept = add_model({"text": "Other."}, name="other")
    driver = open_app(REPLY)
    page = page_of(driver)
    row = select(driver, "Other")
    press(page.choose_button)
    assert driver.page.run.model.id == "other"
    assert "default" in column(driver, USE)[row]
    select(driver, "Other")
    press(page.remove_button)
    driver.wait(lambda: names(driver) == ["Scripted"])
    assert driver.page.run.model.id == "scripted"
    assert Path(kept.path).is_file()
    assert "stays where it is" in page.message.text()


@pytest.mark.parametrize(
    ("button", "listed", "there"),
    [("Cancel", True, True), ("Keep the file", False, True), ("Delete the file", False, False)],
)
def test_a_copied_file_is_deleted_after_a_question_alone(
    open_app: OpenApp, stick: Path, directory: Path, button: str, listed: bool, there: bool
) -> None:
    driver = open_app(REPLY)
    add_by_keys(driver, stick, copy=True)
    driver.wait(lambda: names(driver) == ["Scripted", "Tiny"])
    select(driver, "Tiny")
    said: list[str] = []
    answer_box(button, said)
    press(page_of(driver).remove_button)
    assert "MedsDesk copied this file" in said[0]
    driver.wait(lambda: ("Tiny" in names(driver)) == listed)
    assert (directory / "models" / "tiny.gguf").is_file() == there
    assert stick.is_file()


def test_doubt_is_told_and_ended_by_a_check(open_app: OpenApp, stick: Path) -> None:
    driver = open_app(REPLY)
    add_by_keys(driver, stick, copy=False)
    driver.wait(lambda: names(driver) == ["Scripted", "Tiny"])
    page = page_of(driver)
    os.utime(stick, ns=(1, 1))
    driver.window.model_control.refresh()
    row = select(driver, "Tiny")
    driver.wait(lambda: column(driver, STATE)[row] == "doubtful: check it")
    assert "not loaded" in page.details.text()
    press(page.check_button)
    driver.wait(lambda: column(driver, STATE)[row].startswith("right, checked "))
    assert "is right" in page.message.text()


def test_another_content_and_a_missing_file_are_told(
    open_app: OpenApp, stick: Path, caplog: pytest.LogCaptureFixture
) -> None:
    driver = open_app(REPLY)
    add_by_keys(driver, stick, copy=False)
    driver.wait(lambda: names(driver) == ["Scripted", "Tiny"])
    page = page_of(driver)
    stick.write_bytes(gguf_bytes(b"x" * 4096))
    row = select(driver, "Tiny")
    press(page.check_button)
    driver.wait(lambda: column(driver, STATE)[row] == "wrong: other content")
    assert "another content" in page.message.text()
    assert page.message.property("tone") == "danger"
    stick.unlink()
    press(page.check_button)
    driver.wait(lambda: column(driver, STATE)[row] == "missing")
    assert "not there any more" in page.details.text()
    caplog.clear()


def test_a_model_in_doubt_is_refused_with_the_button_of_the_window(
    open_app: OpenApp, add_model: Callable[..., Any]
) -> None:
    model = add_model(REPLY, name="changed")
    driver = open_app(REPLY)
    driver.window.model_control.choose("changed")
    Path(model.path).write_text("{}", encoding="utf-8")
    driver.sample()
    driver.page.runs.run()
    driver.wait(driver.window.messages.isVisible)
    assert "'Check' on the page Models" in driver.window.messages.text


def test_checking_tells_progress_and_can_be_cancelled(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        _: Workspace,
        chosen: tuple[ModelFile],
        tell: Callable[[Checking], None],
        cancel: CancelToken,
    ) -> None:
        tell(Checking(chosen[0].name, 500, 1000))
        while not cancel.cancelled:
            pass
        raise CancelledError

    driver = open_app(REPLY)
    monkeypatch.setattr(verify_models, "verify_models", slow)
    page = page_of(driver)
    select(driver, "Scripted")
    press(page.check_button)
    driver.wait(lambda: page.progress.bar.value() == 500)
    assert page.progress.words.text() == "Checking Scripted"
    assert not page.add_button.isEnabled()
    assert page.progress.cancel_button.hasFocus()
    press(page.progress.cancel_button)
    driver.wait(lambda: not page.progress.isVisible())
    assert not page.message.isVisible()
    assert page.check_button.isEnabled()
    assert page.table.hasFocus()


def test_adding_tells_progress_and_can_be_cancelled(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        _: Workspace, path: Path, tell: Callable[[int, int], None], cancel: CancelToken
    ) -> ModelFile:
        tell(500, 1000)
        while not cancel.cancelled:
            pass
        raise CancelledError

    monkeypatch.setattr(model_files, "add_model", slow)
    driver = open_app(REPLY)
    page = page_of(driver)
    driver.window.model_control.add(tmp_path / "big.gguf")
    driver.wait(lambda: page.progress.bar.value() == 500)
    assert page.progress.isVisible()
    assert not page.add_button.isEnabled()
    press(page.progress.cancel_button)
    driver.wait(lambda: not page.progress.isVisible())
    assert not page.message.isVisible()
    assert page.add_button.isEnabled()


def test_an_added_model_is_the_one_in_use(
    open_app: OpenApp, add_model: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app(REPLY)
    known = models.list_models

    def added(ws: Workspace, *_: object) -> ModelFile:
        add_model({"text": "New."}, name="fresh")
        return next(m for m in known(ws) if m.id == "fresh")

    monkeypatch.setattr(model_files, "add_model", added)
    driver.window.model_control.add(Path("fresh.gguf"))
    driver.wait(lambda: driver.page.run.model.id == "fresh")
