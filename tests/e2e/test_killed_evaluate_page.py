"""The real window, killed while an evaluation runs: the next window goes on in one press."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("PySide6", reason="the window needs PySide6")

from medsdesk.services.history import answers, queue_of, recent_runs
from medsdesk.store.backup import faults
from medsdesk.store.evaluations import positions
from medsdesk.store.workspace import open_workspace
from tests.ui.task_files import write_file

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 4
ITEMS = 30
# Begins an evaluation of two models, or goes on with all that is open by one press; says how
# many items are answered, and "done" when nothing is open any more.
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from medsdesk.services import model_files
from medsdesk.ui.app import App
from tests.ui.conftest import scripted_engine, scripted_model

def main():
    folder, files, fresh = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "fresh"
    model_files.demo_model_path = lambda: None
    if fresh:
        for name in ("first", "second"):
            scripted_model(folder, {"text": f"answer of {name}", "token_seconds": 0.02}, name=name)
    application = QApplication(["medsdesk"])
    app = App(folder, scripted_engine)
    app.window.show()
    app.window.show_page("evaluate")
    page = app.window.pages.page("evaluate")
    until(lambda: page.how.models.count() == 2)
    page.control.evaluator.viewed.connect(lambda view: print(view.counts.done, flush=True))
    if fresh:
        page.file_control.add([files])
        until(lambda: page.file_control.ticked and not page.file_control.busy)
        page.how.models.tick(("first", "second"))
        page.how.shots.setCurrentIndex(1)
        page.control.show_state()
        page.start()
    else:
        until(lambda: not page.open.empty)
        some = page.open.all_button
        (some if some.isVisible() else page.open.go_on_button).click()
    until(lambda: page.running)
    until(lambda: not page.running)
    print("done", flush=True)
    app.close()

def until(ready):
    while not ready():
        QTest.qWait(5)

if __name__ == "__main__":
    main()
"""


def _life(folder: Path, files: Path, state: str, patience: float | None) -> bool:
    """Run the window, and kill it some time after its first news; return whether it was done."""
    script = folder.parent / "window.py"
    script.write_text(WINDOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder), str(files), state],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    told = process.stdout.readline()
    if patience is not None:
        time.sleep(patience)
        process.kill()
    told += process.stdout.read()
    process.wait(120)
    process.stdout.close()
    return b"done" in told


def test_killed_again_and_again_both_models_answer_every_item_once(tmp_path: Path) -> None:
    folder, files = tmp_path / "workspace", tmp_path / "files"
    write_file(files, "task46_made_up.json", ITEMS)
    dice = random.Random(3)
    state = "fresh"
    for _ in range(KILLS):
        if _life(folder, files, state, dice.uniform(0.5, 3.0)):
            break
        state = "old"
        with open_workspace(folder) as ws:
            assert faults(ws.db.conn) == ()
            for run in recent_runs(ws):
                assert run.outputs == queue_of(ws, run.id).done
    else:
        assert _life(folder, files, state, None)
    with open_workspace(folder) as ws:
        runs = recent_runs(ws)
        assert sorted(run.model_name for run in runs) == ["First", "Second"]
        for run in runs:
            queue = queue_of(ws, run.id)
            assert (queue.pending, queue.done, queue.failed) == (0, ITEMS, 0)
            found = answers(ws, run.id, limit=-1)
            assert sorted(positions(ws, run.id)[a.output.id] for a in found) == list(range(ITEMS))
            assert len({a.sample.input for a in found}) == ITEMS
            wanted = f"answer of {run.model_name.lower()}"
            assert {a.output.completion.text for a in found} == {wanted}
