"""How long the window takes to show, and the longest stall while an answer streams.

``uv run python -m tests.bench.window [RUNS]``: starts a bare PySide6 window and MedsDesk's in
turn, each in a process of its own, from the start of the process to the first painted frame.
Then streams answers of the demonstration model and measures the gaps between the ticks of a
timer of 1 ms in the window's event loop, from Run to the scores. Figures are medians with
minimum and maximum; of the start, quote the ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWERS = 5

_SHOWN = """
import sys, time
from PySide6.QtWidgets import QApplication
def shown(*_):
    app = QApplication.instance()
    while not any(w.windowHandle() and w.windowHandle().isExposed() for w in app.topLevelWidgets()):
        app.processEvents()  # Qt paints a window while it handles its being exposed
    print(time.time(), flush=True)
    import os; os._exit(0)
QApplication.exec = shown
"""
_BARE = (
    _SHOWN
    + """
from PySide6.QtWidgets import QLabel, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("MedsDesk"))
window.resize(1280, 800)
window.show()
app.exec()
"""
)
_OURS = (
    _SHOWN
    + """
from medsdesk.__main__ import main
main(["gui"])
"""
)


def _environment(folder: Path) -> dict[str, str]:
    # Bytecode is kept, as on a user's machine; without it every start compiles all sources.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        "QT_QPA_PLATFORM": "offscreen",
        "MEDSDESK_USER_DIR": str(folder / "user"),
        "MEDSDESK_WORKSPACE": str(folder / "workspace"),
    }


def _seconds_to_show(script: str, folder: Path) -> float:
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=_environment(folder),
        capture_output=True,
        check=False,
    )
    return float(done.stdout.split()[-1]) - started


def _row(name: str, figures: Sequence[float], unit: str) -> None:
    middle = statistics.median(figures)
    print(f"{name:28} {middle:7.3f} {unit}  (min {min(figures):.3f}, max {max(figures):.3f})")


def main(words: Sequence[str]) -> int:
    """Measure and print; return 0."""
    runs = int(words[0]) if words else 11
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for script in (_BARE, _OURS):  # makes workspace and bytecode, warms the file cache
            _seconds_to_show(script, folder)
        pairs = [
            (_seconds_to_show(_BARE, folder), _seconds_to_show(_OURS, folder)) for _ in range(runs)
        ]
        print(f"start to first frame, {runs} pairs in turn, offscreen")
        _row("bare PySide6 window", [bare for bare, _ in pairs], "s")
        _row("MedsDesk window", [ours for _, ours in pairs], "s")
        _row("ratio pair by pair", [ours / bare for bare, ours in pairs], "x")
    stalls = _stalls(ANSWERS)
    print(f"longest gap in the event loop while an answer streams, {ANSWERS} answers")
    _row("gap", stalls, "s")
    return 0


def _stalls(answers: int) -> list[float]:
    """Stream answers of the real demonstration model; return the longest gap of each in s."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from medsdesk.engine.client import Engine
    from medsdesk.ui.app import App

    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name:
        os.environ["MEDSDESK_USER_DIR"] = str(Path(name) / "user")
        app = App(Path(name) / "workspace", Engine, demo=True)
        app.window.show()
        page = app.window.workbench
        while not page.runs.can_run:
            QTest.qWait(20)
        done: list[object] = []
        page.runs.answered.connect(done.append)

        def press() -> None:
            QTest.keyClick(app.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

        gaps = [_longest_gap(press, partial(_reached, done, n + 1)) for n in range(answers)]
        app.close()
    application.processEvents()
    return gaps


def _reached(done: Sequence[object], count: int) -> bool:
    return len(done) >= count


def _longest_gap(start: Callable[[], None], ended: Callable[[], bool]) -> float:
    """Return the longest time in s between two ticks of a timer of 1 ms."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    last, longest, loop, timer = time.monotonic(), 0.0, QEventLoop(), QTimer()

    def tick() -> None:
        nonlocal last, longest
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        if ended():
            loop.quit()

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(1)
    QTimer.singleShot(0, start)
    loop.exec()
    return longest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
