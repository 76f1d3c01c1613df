"""How long the page Evaluate keeps the window waiting: ``python -m tests.bench.evaluate_page``.

Writes 38 synthetic task files with 400,000 items (or uses the folder named with ``--folder``, made
by an earlier call), opens the page, adds the folder, evaluates with the scripted engine for a
while, stops, and goes on. For each step it tells the longest work of the window's thread between
two ticks of a timer of 1 ms, in processor time, and the longest gap by the clock, which has other
threads and programs in it too.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from medsdesk.tasks.registry import all_tasks

if TYPE_CHECKING:
    from types import FrameType

    from medsdesk.ui.app import App

_WORDS = (
    "made", "up", "note", "cough", "fever", "three", "days", "left", "lung", "clear", "heart",
    "normal", "dose", "tablets",
)  # fmt: skip
_STACK_EVERY, _STACK_LINES = 0.008, 6


class Watch:
    """Measures the work of the window's thread from tick to tick; slow ticks leave their stacks.

    Args:
        slow: Processor time in s from which on a tick is slow.
        stuck: Time by the clock in s after which all threads' stacks are told.
    """

    def __init__(self, slow: float, stuck: float) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._stuck = stuck
        self._slow = slow
        self._main = threading.get_ident()
        self._clock, self._work = time.monotonic(), time.thread_time()
        self._seen: list[str] = []
        self._ended = threading.Event()
        self.gap = self.work = 0.0
        self.stacks: Counter[str] = Counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()

    def _tick(self) -> None:
        clock, work = time.monotonic(), time.thread_time()
        # The one that can tell where a thread is that lets no other run: also from C.
        faulthandler.dump_traceback_later(self._stuck)
        self.gap = max(self.gap, clock - self._clock)
        self.work = max(self.work, work - self._work)
        seen, self._seen = self._seen, []
        if work - self._work > self._slow:
            self.stacks.update(seen)
        self._clock, self._work = clock, work

    def _sample(self) -> None:
        while not self._ended.wait(_STACK_EVERY):
            self._seen.append(_stack(sys._current_frames().get(self._main)))

    def take(self, name: str) -> None:
        """Print the longest since the last call, and where slow ticks were."""
        print(f"{name:34} {1000 * self.work:8.1f} ms work {1000 * self.gap:8.1f} ms by the clock")
        for stack, times in self.stacks.most_common(6):
            print(f"    {times:4} x {stack}")
        self.gap = self.work = 0.0
        self.stacks.clear()
        sys.stdout.flush()

    def close(self) -> None:
        """End."""
        self._timer.stop()
        self._ended.set()
        faulthandler.cancel_dump_traceback_later()


def _stack(frame: FrameType | None) -> str:
    """Return the innermost places in a line; the library's own way reads every source file."""
    places: list[str] = []
    while frame is not None and len(places) < _STACK_LINES:
        code = frame.f_code
        places.append(f"{Path(code.co_filename).name}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " < ".join(places)


def main() -> int:
    """Measure and print; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=400_000)
    parser.add_argument("--folder", type=Path, help="keep files and workspace, and use them again")
    parser.add_argument("--seconds", type=float, default=20.0, help="to evaluate, each time")
    parser.add_argument("--slow", type=float, default=0.03, help="tell where, from this many s on")
    parser.add_argument("--stuck", type=float, default=0.25, help="tell all threads, from here on")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = args.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_files(folder / "files", args.items)
        _measure(folder, args.seconds, partial(Watch, args.slow, args.stuck))
    return 0


def write_files(folder: Path, items: int) -> None:
    """Write a file for each task of the benchmark, unless there are some."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    rng = random.Random(1)
    tasks = [task for task in all_tasks() if task.in_bench]
    for number, task in enumerate(tasks):
        count = items // len(tasks) + (number < items % len(tasks))
        document = {
            "Categories": [task.category],
            "Definition": ["Made up."],
            "Instances": [
                {
                    "id": f"{task.id}-{n}",
                    "input": f"Item {n}: {' '.join(rng.choices(_WORDS, k=20))}",
                    "output": " ".join(rng.choices(_WORDS, k=4)),
                }
                for n in range(count)
            ],
        }
        (folder / f"{task.id}_made_up.json").write_text(json.dumps(document), encoding="utf-8")


def _measure(folder: Path, seconds: float, watch: Callable[[], Watch]) -> None:
    from unittest import mock

    from PySide6.QtWidgets import QApplication

    from medsdesk.engine.client import Engine
    from medsdesk.services import model_files
    from medsdesk.ui.app import App
    from tests.ui.conftest import scripted_model

    application = QApplication(sys.argv[:1])
    os.environ["MEDSDESK_USER_DIR"] = str(folder / "user")
    workspace = folder / "workspace"
    if not workspace.exists():
        scripted_model(workspace, {"text": "made up note fever"})
    with mock.patch.object(model_files, "demo_model_path", return_value=None):
        app = App(workspace, lambda: Engine(backend="medsdesk.engine.fake"))
        app.window.show()
        _wait(1.0)
        watching = watch()
        _use(app, folder / "files", seconds, watching)
        watching.close()
        app.close()
    application.processEvents()


def _use(app: App, files: Path, seconds: float, watch: Watch) -> None:
    from medsdesk.ui.evaluate.page import EvaluatePage

    app.window.show_page("evaluate")
    page = cast("EvaluatePage", app.window.pages.page("evaluate"))
    _wait(1.0)
    watch.take("page opened")
    page.file_control.add([files])
    _wait(0.5)
    _until(lambda: not page.file_control.busy and bool(page.file_control.paths))
    _wait(0.5)
    watch.take("files looked at and listed")
    page.start()
    _until(lambda: page.control.view is not None and bool(page.control.view.run_id))
    watch.take("evaluation begun")
    _wait(seconds)
    watch.take("while it runs")
    app.window.show_page("workbench")
    _wait(0.5)
    app.window.show_page("evaluate")
    _wait(1.0)
    watch.take("page left and shown again")
    page.stop()
    _until(lambda: not page.running)
    _wait(1.0)
    watch.take("stopped")
    page.control.close_view()
    _wait(1.0)
    watch.take("view closed")


def _until(ready: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    while not ready():
        loop = QEventLoop()  # QTest.qWait would starve the job threads
        QTimer.singleShot(20, loop.quit)
        loop.exec()


def _wait(seconds: float) -> None:
    end = time.monotonic() + seconds
    _until(lambda: time.monotonic() > end)


if __name__ == "__main__":
    sys.exit(main())
