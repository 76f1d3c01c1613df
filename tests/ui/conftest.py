"""A whole window over a real workspace, answered by a scripted engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services import model_files
from medsdesk.store import models
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.app import App
from medsdesk.ui.bridge.desk import Desk
from medsdesk.ui.immortal import keep_true_and_false

keep_true_and_false()
WAIT_MS = 15_000
OpenApp = Callable[..., App]


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
        "sha256": format(abs(hash(name)), "064x")[:64],
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
def open_app(qtbot: QtBot, directory: Path) -> Iterator[OpenApp]:
    """Return a function that opens a window whose model answers by the replies given."""
    opened: list[App] = []

    def make(*replies: dict[str, Any], demo: bool = False, **changes: Any) -> App:
        if replies or changes:
            scripted_model(directory, *replies, **changes)
        app = App(directory, scripted_engine, demo=demo)
        opened.append(app)
        app.window.show()
        qtbot.waitExposed(app.window)
        form = app.window.workbench.answer
        qtbot.waitUntil(lambda: form.form is not None, timeout=WAIT_MS)
        tree = app.window.workbench.tasks.tree
        qtbot.waitUntil(lambda: tree.model().rowCount() > 0, timeout=WAIT_MS)
        listed = app.window.models.table
        if replies or changes:
            qtbot.waitUntil(lambda: listed.rowCount() > 0, timeout=WAIT_MS)
        return app

    yield make
    for app in opened:
        app.close()
        app.deleteLater()
