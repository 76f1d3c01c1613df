"""The real window, killed while ratings are typed: what it called saved is on the disk."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("PySide6", reason="the window needs PySide6")

from medsdesk.services.history import answers
from medsdesk.store.backup import faults
from medsdesk.store.ratings import rating_history
from medsdesk.store.workspace import open_workspace

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 25
# Runs a text, then rates its accuracy by key presses until somebody kills it; prints a line
# each time the window itself says "saved".
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from medsdesk.services import model_files
from medsdesk.ui.app import App
from tests.ui.conftest import scripted_engine, scripted_model

def main():
    folder = Path(sys.argv[1])
    model_files.demo_model_path = lambda: None
    scripted_model(folder, {"text": "Clear lungs."})
    application = QApplication(["medsdesk"])
    app = App(folder, scripted_engine)
    page = app.window.workbench
    app.window.show()
    app.window.activateWindow()
    until(lambda: page.answer.form is not None and page.tasks.tree.model().rowCount() > 0)
    page.task_control.open("task112", lambda: page.text.take_sample(0))
    until(lambda: page.runs.can_run)
    answered = []
    page.runs.answered.connect(answered.append)
    page.runs.run()
    until(lambda: answered)
    page.answer.rater.named.emit("Dr Kill")
    form = page.answer.form
    until(lambda: form.isVisible() and form.isEnabled())
    form.take_keyboard()
    while True:
        for digit in "12345":
            QTest.keyClicks(QApplication.focusWidget(), digit)
            until(lambda: not form.state.waiting and form.state.status.startswith("saved"))
            print(form.state.shown["accuracy"], flush=True)
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)

def until(ready):
    while not ready():
        QTest.qWait(1)

main()
"""


def _life(folder: Path, patience: float) -> list[int]:
    """Run the window until it is killed; return the accuracies it called saved."""
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(folder)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(patience)
    process.kill()
    rest = process.stdout.read()
    process.wait(30)
    process.stdout.close()
    whole = (first + rest).rpartition(b"\n")[0]
    return [int(line) for line in whole.split()]


def test_no_rating_that_the_window_called_saved_is_lost(tmp_path: Path) -> None:
    dice = random.Random(20)
    folder = tmp_path / "workspace"
    told = 0
    for _ in range(KILLS):
        saved = _life(folder, dice.uniform(0.0, 0.3))
        assert saved, "the window was killed before it saved anything"
        told += len(saved)
        with open_workspace(folder) as ws:
            assert faults(ws.db.conn) == ()
            stored = [r.value for r in rating_history(ws, answers(ws, limit=1)[0].output.id)]
        # A rating may be on the disk that the window had no time to tell of, never the reverse.
        assert stored[: len(saved)] == saved
        assert len(stored) - len(saved) <= 1
    assert told >= KILLS
