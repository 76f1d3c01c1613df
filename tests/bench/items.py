"""How fast a run of 400,000 items is looked through: ``python -m tests.bench.items [ITEMS]``.

Stores a synthetic evaluation with six scores an item in a temporary workspace (or uses the one
named with ``--workspace``, made by an earlier call), then measures the services that the page
Results stands on, and last the page itself: the longest gap in the event loop while its table is
scrolled from end to end, and the peak memory of the whole process.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from medsdesk.core.cancel import CancelToken
from medsdesk.core.identity import new_id
from medsdesk.services import browse_items
from medsdesk.services.browse_items import Wanted
from medsdesk.services.item_kinds import Kind
from medsdesk.store.evaluations import add_evaluation
from medsdesk.store.workspace import DATABASE_NAME, Workspace, open_workspace
from tests.bench.window import _longest_gap
from tests.store.conftest import Maker

_T = TypeVar("_T")
_CHUNK = 20_000
_TEXT = (
    "made up note cough fever three days left lung clear heart normal dose tablets twice daily no "
    "allergy known review clinic scan shows small lesion stable since last visit"
)
_METRICS = (
    *(("strict", metric) for metric in ("bleu4", "chrf", "rouge1_f", "rouge_l_f")),
    *(("medsbench", metric) for metric in ("bleu1", "rouge")),
)
_SIGNATURE = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0|agg:mean"
_SAMPLES = (
    "INSERT INTO samples (id, task_id, category, input, targets, language, origin, input_sha256)"
    " VALUES (?, 'task112', 'Text Summarization', ?, ?, 'en', 'file', ?)"
)
_OUTPUTS = (
    "INSERT INTO outputs (id, run_id, sample_id, prompt_sha256, text, finish_reason,"
    " prompt_tokens, tokens, seconds, prompt_seconds, cut_tokens, created_at)"
    " VALUES (?, ?, ?, '', ?, ?, 400, 60, 1.0, 0.1, 0, '2026-01-01T00:00:00.000Z')"
)
_SCORES = (
    "INSERT INTO scores (output_id, protocol, metric, value, signature, reason, details)"
    " VALUES (?, ?, ?, ?, ?, ?, '{}')"
)
_DONE = (
    "UPDATE evaluation_items SET state = 'done', attempts = 1, output_id = ?"
    " WHERE run_id = ? AND position = ?"
)


def main() -> int:
    """Measure and print; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", nargs="?", type=int, default=400_000)
    parser.add_argument("--workspace", type=Path, help="keep the workspace here, and use it again")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = args.workspace
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with open_workspace(folder) as ws:
            row = ws.db.execute("SELECT id FROM runs ORDER BY seq DESC LIMIT 1").fetchone()
            run_id = row[0] if row else store_items(ws, args.items)
            size = (folder / DATABASE_NAME).stat().st_size
            print(f"database of {size / 1e9:.2f} GB")
            _services(ws, run_id)
        scroll_window(folder, run_id)
    return 0


def store_items(ws: Workspace, items: int) -> str:
    """Store an evaluation of so many items, all answered and scored."""
    rng, vocabulary = random.Random(1), _TEXT.split()
    run = Maker().evaluation(items)
    add_evaluation(ws, run, ((0, index) for index in range(items)))
    ws.db.execute("INSERT INTO tasks (id, category) VALUES ('task112', 'Text Summarization')")

    def words(count: int) -> str:
        return " ".join(rng.choices(vocabulary, k=count))

    for first in range(0, items, _CHUNK):
        places = range(first, min(items, first + _CHUNK))
        ids = [(new_id(), new_id()) for _ in places]
        both = list(zip(places, ids, strict=True))
        with ws.transaction():
            many = ws.db.conn.executemany
            many(
                _SAMPLES,
                ((s, f"Item {p}: {words(120)}", json.dumps([words(12)]), s) for p, (s, _) in both),
            )
            many(
                _OUTPUTS,
                (
                    (o, run.id, s, words(25), "length" if p % 37 == 0 else "stop")
                    for p, (s, o) in both
                ),
            )
            many(_SCORES, (row for p, (_, o) in both for row in _scores(o, p, rng)))
            many(_DONE, ((o, run.id, p) for p, (_, o) in both))
    return run.id


def _scores(output_id: str, place: int, rng: random.Random) -> Iterator[tuple[object, ...]]:
    read = place % 53 != 0
    for protocol, metric in _METRICS:
        value = 100 * rng.random() if read else None
        reason = None if read else "empty output"
        yield output_id, protocol, metric, value, f"{metric}|{_SIGNATURE}", reason


def _services(ws: Workspace, run_id: str) -> None:
    go = CancelToken()
    _timed("list of runs", lambda: browse_items.runs_to_browse(ws))
    index = _timed("index of all items", lambda: browse_items.build_index(ws, run_id, go))
    count = len(index)
    for name, first in (("first", 0), ("middle", count // 2), ("last", max(0, count - 100))):
        places = range(first, min(count, first + 100))
        _timed(f"page of 100, {name}", partial(browse_items.page, ws, run_id, places))
    _timed("one item", lambda: browse_items.open_item(ws, run_id, count - 1))
    wanted = Wanted(Kind.TRUNCATED, order="lowest")
    chosen = _timed("filter and sort", lambda: browse_items.choose(index, wanted))
    page = chosen.positions[-100:]
    _timed("page of 100, sorted", lambda: browse_items.page(ws, run_id, page))
    for words in (f"item {count - 1}:", "FEVER лёгкие"):
        found = _timed(f"search '{words}'", partial(browse_items.search, ws, index, words, go))
        print(f"{'':28} {len(found or ()):,} found")


def scroll_window(folder: Path, run_id: str) -> None:
    """Scroll the table of the real window from end to end."""
    from unittest import mock

    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from medsdesk.engine.client import Engine
    from medsdesk.services import model_files
    from medsdesk.ui.app import App
    from medsdesk.ui.results.page import ResultsPage

    application = QApplication(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory() as user,
        mock.patch.object(model_files, "demo_model_path", return_value=None),
    ):
        os.environ["MEDSDESK_USER_DIR"] = user
        app = App(folder, Engine)
        app.window.show()
        began = time.monotonic()
        app.window.show_page("results")
        page = cast("ResultsPage", app.window.pages.page("results"))
        page.show_run(run_id)

        def until(ready: Callable[[], bool]) -> float:
            while not ready():
                loop = QEventLoop()  # QTest.qWait would starve the job threads
                QTimer.singleShot(10, loop.quit)
                loop.exec()
            return time.monotonic() - began

        table = page.table
        print(
            f"{'rows can be scrolled after':28} {until(lambda: table.items.rowCount() > 0):8.2f} s"
        )
        print(
            f"{'first item is read after':28} {until(lambda: page.item.shown is not None):8.2f} s"
        )
        all_kinds = page.filters.kinds[None]
        print(f"{'kinds are counted after':28} {until(lambda: ' ' in all_kinds.text()):8.2f} s")
        bar, steps = table.verticalScrollBar(), 400
        done = [0]

        def scroll() -> bool:
            done[0] += 1
            bar.setValue(bar.maximum() * done[0] // steps)
            return done[0] >= steps

        gap = _longest_gap(lambda: None, scroll)
        print(f"{'longest gap, scrolling':28} {1000 * gap:8.1f} ms  ({steps} places)")
        rows = table.items
        last = rows.rowCount() - 1
        began = time.monotonic()
        until(lambda: rows.data(rows.index(last, 5)) != "…")
        print(f"{'last rows are read after':28} {1000 * (time.monotonic() - began):8.1f} ms")
        app.close()
    application.processEvents()
    print(f"{'peak memory, no engine':28} {_peak_megabytes():8.0f} MB")


def _peak_megabytes() -> float:
    """Return the peak memory of this process; only this bench is for systems that tell it so."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def _timed(name: str, do: Callable[[], _T]) -> _T:
    began, used = time.monotonic(), time.process_time()
    result = do()
    wall, used = (1000 * d for d in (time.monotonic() - began, time.process_time() - used))
    print(f"{name:28} {wall:10.1f} ms, {used:10.1f} ms of it on a processor", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
