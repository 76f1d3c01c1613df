"""The page Evaluate with the real demonstration model on a task file of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.history import answers, recent_runs
from medsdesk.services.model_files import add_model
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.app import App
from medsdesk.ui.evaluate.page import EvaluatePage
from tests.ui.task_files import write_file


@pytest.mark.gguf
def test_the_real_model_answers_a_file_from_the_window(
    qtbot: QtBot, directory: Path, tmp_path: Path
) -> None:
    demo = demo_model_path()
    if demo is None:
        pytest.skip("the package of the demonstration model is not installed")
    with open_workspace(directory) as ws:
        model = add_model(ws, demo)
    app = App(directory, Engine)
    try:
        app.window.show()
        app.window.show_page("evaluate")
        page = app.window.pages.page("evaluate")
        assert isinstance(page, EvaluatePage)
        qtbot.waitUntil(lambda: page.how.models.count() > 0, timeout=15_000)
        page.file_control.add([write_file(tmp_path / "own", "task46_own.json", 2)])
        qtbot.waitUntil(lambda: bool(page.file_control.ticked), timeout=15_000)
        page.how.models.tick((model.id,))
        page.how.new_tokens.setValue(6)
        page.control.show_state()
        page.start()
        qtbot.waitUntil(lambda: page.running, timeout=5_000)
        qtbot.waitUntil(lambda: not page.running, timeout=200_000)
        assert page.progress.badge.text() == "Done"
    finally:
        app.close()
        app.deleteLater()
    with open_workspace(directory) as ws:
        rows = answers(ws, recent_runs(ws)[0].id)
    assert len(rows) == 2
    assert all(row.output.completion.tokens > 0 and row.scores for row in rows)
