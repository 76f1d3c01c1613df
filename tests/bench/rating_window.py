"""How long the rating window keeps a clinician waiting in a study of 10,000 items.

``uv run python -m tests.bench.rating_window [--items N] [--moves N] [--pairs]``: makes a study of
letters as long as a discharge letter, half of it rated, opens the real window without a screen,
and presses keys as a rater does: a point for each question, then Space. An item is there when the
window has painted it and its thread has nothing left to do. The figures to hold: the next item
within 50 ms, 99 times of 100, counted in the processor time of the window's thread where other
programs run beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer

from medsdesk.services.instruments import load_instrument
from medsdesk.store.study_ratings import merge_ratings
from medsdesk.store.workspace import open_workspace
from tests.made_studies import STUDY, entry, made_plan, rating, store_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medsdesk.core.study_rating import StudyRating
    from medsdesk.ui.rating.window import RatingWindow

MOST_MS = 50.0
RATER = "Dr 0"
_LONGEST_WAIT = 60.0


class Painted(QObject):
    """Knows when the window painted a text and had nothing more to do.

    Args:
        window: The rating window.
    """

    def __init__(self, window: RatingWindow) -> None:
        super().__init__(window)
        self.paints = self._before = 0
        self._longest = 0.0
        window.screen_parts.source.text.viewport().installEventFilter(self)
        # Connected after the window's own, so that what is painted from here on is the new item.
        window.session.shown.connect(self._shown)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count how often the text is painted."""
        self.paints += event.type() == QEvent.Type.Paint
        return False

    def _shown(self, _view: object) -> None:
        self._before = self.paints

    def after(
        self, act: Callable[[], None], ready: Callable[[], bool], *, moves: bool = True
    ) -> tuple[float, float]:
        """Return wall and processor seconds from an act until what it leads to is painted."""
        started, busy = time.perf_counter(), time.thread_time()
        act()
        self.until(ready)
        if moves:
            self.until(lambda: self.paints > self._before)
        self.idle()
        return time.perf_counter() - started, time.thread_time() - busy

    def until(self, ready: Callable[[], bool]) -> None:
        """Handle what comes until something is so."""
        end = time.monotonic() + _LONGEST_WAIT
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError
            busy = time.thread_time()
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            self._longest = max(self._longest, time.thread_time() - busy)

    def tell(self, name: str) -> None:
        """Print the longest work of the window's thread since the last call."""
        print(f"{name}: longest work of the window's thread at once {1000 * self._longest:.0f} ms")
        self._longest = 0.0

    def idle(self) -> None:
        """Handle what comes until there is nothing more."""
        done: list[bool] = []
        QTimer.singleShot(0, lambda: done.append(True))
        self.until(lambda: bool(done))


def main() -> int:
    """Time everything and print it; 0 where the figures hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--form", default="summary", help="'comparison' compares two outputs")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        directory = Path(base) / "workspace"
        os.environ["MEDSDESK_USER_DIR"] = str(Path(base) / "user")
        with open_workspace(directory) as ws:
            source = "Made-up note {n}: cough for {n} days. " + "The patient is stable. " * 90
            store_plan(ws, made_plan(args.items, (RATER, "Dr 1"), form=args.form, source=source))
            merge_ratings(ws, _answers(args.form, args.items // 2), entry(ws, action="merge"))
        return _measure(directory, args.items // 2, args.moves)


def _answers(form: str, items: int) -> Iterator[StudyRating]:
    questions = [each for each in load_instrument(form).criteria if each.scale != "text"]
    for n in range(items):
        for each in questions:
            yield rating(
                rater=RATER,
                presentation_id=f"0p{n}",
                criterion=each.id,
                scale=each.scale,
                value=each.anchors[0].value,
            )


def _measure(directory: Path, place: int, moves: int) -> int:
    from PySide6.QtWidgets import QApplication

    from medsdesk.engine.client import Engine
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.rating.window import RatingWindow
    from medsdesk.ui.theme import Look

    application = QApplication([sys.argv[0], "-style", "fusion"])
    Look(application).apply("light", 100)
    desk = Desk(directory, lambda: Engine(backend="medsdesk.engine.fake"))
    window = RatingWindow(desk)
    painted = Painted(window)

    def open_window() -> None:
        window.open(STUDY, RATER)
        window.show()

    took, used = painted.after(open_window, lambda: window.control.view is not None)
    print(f"window opened: {took:.2f} s, {used:.2f} s of them on the window's thread")
    painted.tell("opening")
    held = _walk(window, painted, place, moves)
    painted.tell("rating")
    window.close()
    desk.close()
    application.processEvents()
    return 0 if held else 1


def _walk(window: RatingWindow, painted: Painted, place: int, moves: int) -> bool:
    """Rate as many items, and print how long each key and each next item took."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    control = window.control

    def shown(wanted: int) -> Callable[[], bool]:
        return lambda: control.view is not None and control.view.place == wanted

    def saved(wanted: int) -> bool:
        return len(control.state.values) == wanted and not control.state.waiting

    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or window, key)

    painted.after(lambda: control.move(lambda s: s.go_to(place)), shown(place))
    answers: list[tuple[float, float]] = []
    nexts: list[tuple[float, float]] = []
    for number in range(moves):
        for _ in control.form.rows if control.form is not None else ():
            more = len(control.state.values) + 1
            answers.append(
                painted.after(lambda: press(Qt.Key.Key_2), partial(saved, more), moves=False)
            )
        nexts.append(painted.after(lambda: press(Qt.Key.Key_Space), shown(place + number + 1)))
    _print("point chosen and saved", answers)
    return _print("next item painted", nexts)


def _print(name: str, times: list[tuple[float, float]]) -> bool:
    """Print how long things took, and say whether that is fast enough."""
    held = True
    for place, what in enumerate(("by the clock", "on the window's thread")):
        in_order = sorted(1000 * each[place] for each in times)
        half, most, late = (in_order[int(len(in_order) * part)] for part in (0.5, 0.95, 0.99))
        held = held and late <= MOST_MS
        print(
            f"{name}, n = {len(in_order)}, {what}: p50 {half:.1f} ms, p95 {most:.1f} ms, "
            f"p99 {late:.1f} ms, most {in_order[-1]:.1f} ms"
            + ("" if late <= MOST_MS else f" (more than {MOST_MS:.0f} ms)"),
            flush=True,
        )
    return held


if __name__ == "__main__":
    sys.exit(main())
