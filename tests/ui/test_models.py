"""The Models page: add with progress and cancel, choose, forget; faults beside the buttons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.core.model import ModelFile
from medsdesk.services import model_files
from medsdesk.store import models
from medsdesk.store.workspace import Workspace

OpenApp = Callable[..., Any]
REPLY = {"text": "Yes."}


def names(driver: Any) -> list[str]:
    table = driver.window.models.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def test_a_file_that_is_no_model_is_refused_on_the_page(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app(REPLY)
    path = tmp_path / "notes.gguf"
    path.write_text("no model", encoding="utf-8")
    driver.window.show_page("models")
    driver.window.model_control.add(path)
    driver.wait(driver.window.models.problem.isVisible)
    assert "notes.gguf" in driver.window.models.problem.text()
    assert driver.window.models.add_button.isEnabled()


def test_choose_and_forget(open_app: OpenApp, add_model: Callable[..., Any]) -> None:
    kept = add_model({"text": "Other."}, name="other")
    driver = open_app(REPLY)
    driver.window.show_page("models")
    page = driver.window.models
    row = names(driver).index("Other")
    page.table.selectRow(row)
    page.choose_button.click()
    assert driver.page.run.model.id == "other"
    assert "default" in page.table.item(row, 1).text()
    page.table.selectRow(row)
    page.remove_button.click()
    driver.wait(lambda: names(driver) == ["Scripted"])
    assert driver.page.run.model.id == "scripted"
    assert Path(kept.path).is_file()


def test_adding_tells_progress_and_can_be_cancelled(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        ws: Workspace, path: Path, tell: Callable[[int, int], None], cancel: CancelToken
    ) -> ModelFile:
        tell(500, 1000)
        while not cancel.cancelled:
            pass
        raise CancelledError

    monkeypatch.setattr(model_files, "add_model", slow)
    driver = open_app(REPLY)
    page = driver.window.models
    driver.window.show_page("models")
    driver.window.model_control.add(tmp_path / "big.gguf")
    driver.wait(lambda: page.progress.value() == 500)
    assert page.progress.isVisible()
    assert not page.add_button.isEnabled()
    page.cancel_wanted.emit()
    driver.wait(lambda: not page.progress.isVisible())
    assert not page.problem.isVisible()
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
