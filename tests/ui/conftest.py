"""A whole window over a real workspace, answered by a scripted engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services import model_files
from medsdesk.store import models
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.app import App
from medsdesk.ui.bridge.desk import Desk
from medsdesk.ui.workbench.page import WorkbenchPage
from medsdesk.ui.workbench.rating_form import RatingForm

WAIT_MS = 15_000
NONE = Qt.KeyboardModifier.NoModifier


class Driver:
    """A window and the hands on it."""

    def __init__(self, qtbot: QtBot, app: App) -> None:
        self.qtbot = qtbot
        self.app = app
        self.window = app.window
        self.page: WorkbenchPage = app.window.workbench

    @property
    def form(self) -> RatingForm:
        assert self.page.answer.form is not None
        return self.page.answer.form

    def wait(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=WAIT_MS)

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press keys one after another on whatever has the keyboard."""
        for key in keys:
            widget = QApplication.focusWidget()
            QTest.keyClick(widget if widget is not None else self.window, key, modifier)

    def control(self, *keys: Qt.Key) -> None:
        self.press(*keys, modifier=Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def sample(self, task_id: str = "task112") -> None:
        """Open a task with its first sample."""
        self.page.task_control.open(task_id, lambda: self.page.text.take_sample(0))
        self.wait(lambda: self.page.runs.can_run)

    def run(self) -> None:
        """Run to the end of the answer."""
        with self.qtbot.waitSignal(self.page.runs.answered, timeout=WAIT_MS):
            self.page.runs.run()

    def name(self, rater: str = "Dr Test") -> None:
        """Say who rates, and wait for the form."""
        self.page.answer.rater.named.emit(rater)
        self.wait(lambda: self.form.isVisible() and self.form.isEnabled())

    def saved(self) -> None:
        self.wait(lambda: self.form.state.status.startswith("saved"))


OpenApp = Callable[..., Driver]


@pytest.fixture(autouse=True)
def no_demo_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the real demonstration model out: its fingerprint takes time."""
    monkeypatch.setattr(model_files, "demo_model_path", lambda: None)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def scripted_model(
    directory: Path, *replies: dict[str, Any], name: str = "scripted", **changes: Any
) -> ModelFile:
    """Store a model whose file is a script of replies."""
    script = changes.pop("script", {})
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.json"
    path.write_text(json.dumps({"replies": list(replies), **script}), encoding="utf-8")
    fields: dict[str, Any] = {
        "id": name,
        "name": name.capitalize(),
        "path": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size_bytes": path.stat().st_size,
        "architecture": "llama",
        "quantisation": "Q4_K_M",
        "parameters": 1,
        "context_train": 16_384,
        "is_demo": False,
        "added_at": utc_now(),
    }
    model = ModelFile(**(fields | changes))
    with open_workspace(directory) as ws:
        models.add_model(ws, model)
    return model


def scripted_engine() -> Engine:
    return Engine(backend="medsdesk.engine.fake", grace_seconds=0.5)


@pytest.fixture
def desk(qtbot: QtBot, directory: Path) -> Iterator[Desk]:
    made = Desk(directory, scripted_engine)
    yield made
    made.close()


@pytest.fixture
def add_model(directory: Path) -> Callable[..., ModelFile]:
    """Return a function that stores a scripted model in the workspace."""
    return lambda *replies, **changes: scripted_model(directory, *replies, **changes)


@pytest.fixture
def open_app(qtbot: QtBot, directory: Path) -> Iterator[OpenApp]:
    """Return a function that opens a window whose model answers by the replies given."""
    opened: list[App] = []

    def make(*replies: dict[str, Any], demo: bool = False, **changes: Any) -> Driver:
        if replies:
            scripted_model(directory, *replies, **changes)
        app = App(directory, scripted_engine, demo=demo)
        opened.append(app)
        driver = Driver(qtbot, app)
        with qtbot.waitExposed(app.window):
            app.window.show()
        app.window.activateWindow()
        driver.wait(lambda: driver.page.answer.form is not None)  # so the window has begun
        driver.wait(lambda: driver.page.tasks.tree.model().rowCount() > 0)
        if replies:
            driver.wait(lambda: driver.window.models.table.rowCount() > 0)
        return driver

    yield make
    for app in opened:
        app.close()
        app.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
