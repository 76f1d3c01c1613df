"""How long a comparison of 10,000 ratings with 20 metrics in 12 categories takes.

``uv run python -m tests.bench.comparing [--ratings N] [--metrics N] [--categories N] [--models N]
[--raters N] [--questions N] [--resamples N] [--times N]``: imports made-up ratings into a workspace
of its own, then runs ``services.compare`` in this process. Printed are seconds by the clock and of
processor, peak memory, and what a window beside it would feel: a thread that wants to wake every
5 ms says how long it was kept waiting. Numbers are drawn by seed; nobody rated anything.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the program does, before numpy comes

import numpy as np

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions, CompareReport
from medsdesk.services.import_ratings import import_ratings
from medsdesk.store.workspace import Workspace, open_workspace

MOST_SECONDS, MOST_STALL_MS, MOST_CANCEL = 10.0, 50.0, 1.0
_TICK = 0.005


class Ticker(threading.Thread):
    """A thread that wants the interpreter every 5 ms, and notes the longest it had to wait."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.late = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.is_set():
            before = time.perf_counter()
            time.sleep(_TICK)
            waited = time.perf_counter() - before - _TICK
            self.longest = max(self.longest, waited)
            self.late += waited * 1000 > MOST_STALL_MS

    def stop(self) -> None:
        """End it."""
        self._done.set()
        self.join()


def main() -> int:
    """Measure and print; 0 where the figures hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, number in (
        ("ratings", 10_000), ("metrics", 20), ("categories", 12), ("models", 4), ("raters", 2),
        ("questions", 5), ("resamples", 1000), ("times", 3),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--acceptable", type=float, default=3.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base, open_workspace(Path(base) / "workspace") as ws:
        file = Path(base) / "ratings.csv"
        _write(file, args)
        before = time.perf_counter()
        found = import_ratings(ws, file)
        print(f"{found.imported:,} ratings imported in {time.perf_counter() - before:.1f} s")
        options = CompareOptions(acceptable=args.acceptable, resamples=args.resamples)
        return _measure(ws, options, args.times)


def _measure(ws: Workspace, options: CompareOptions, times: int) -> int:
    clock, cpu, stalls = [], [], []
    told: tuple[str, ...] = ()
    for _ in range(times):
        ticker = Ticker()
        ticker.start()
        wall, work = time.perf_counter(), time.process_time()
        report = compare(ws, options)
        clock.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - work)
        ticker.stop()
        stalls.append(ticker.longest * 1000)
        told = _told(report, ticker)
    print(*told, sep="\n")
    _print("seconds by the clock", clock)
    _print("seconds of processor", cpu)
    _print("longest wait for the interpreter, ms", stalls)
    print(f"peak memory: {_peak_megabytes():.0f} MB")
    cancelled = _cancelled(ws, options, sorted(clock)[len(clock) // 2])
    held = (
        min(clock) <= MOST_SECONDS
        and min(stalls) <= MOST_STALL_MS
        and max(cancelled, default=0) <= MOST_CANCEL
    )
    return 0 if held else 1


def _told(report: CompareReport, ticker: Ticker) -> tuple[str, ...]:
    rows = sum(len(each) for each in (report.human_vs_metric, report.rankings, report.limits))
    return (
        f"rows: {rows:,} of {report.ratings:,} ratings, {report.resamples:,} resamples",
        f"waits of over {MOST_STALL_MS:.0f} ms: {ticker.late}",
    )


def _cancelled(ws: Workspace, options: CompareOptions, whole: float) -> list[float]:
    """Stop it at five moments; print and return how long it went on."""
    found = []
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        cancel, asked = CancelToken(), [0.0]

        def stop(cancel: CancelToken = cancel, asked: list[float] = asked) -> None:
            asked[0] = time.perf_counter()
            cancel.cancel()

        timer = threading.Timer(whole * share, stop)
        timer.start()
        try:
            compare(ws, options, cancel)
        except CancelledError:
            found.append(time.perf_counter() - asked[0])
        timer.cancel()
    _print("seconds from Cancel to its end", found)
    return found


def _peak_megabytes() -> float:
    """Return the peak memory of this process; only this bench is for systems that tell it so."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def _print(what: str, found: list[float]) -> None:
    if found:
        middle = sorted(found)[len(found) // 2]
        print(f"{what}: {middle:.2f} (n = {len(found)}, {min(found):.2f} to {max(found):.2f})")


def _write(file: Path, args: argparse.Namespace) -> None:
    names = [f"strict.m{number}" for number in range(args.metrics)]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        head = ("study", "item", "rater", "criterion", "value", "model", "category", "instrument")
        writer.writerow([*head, *(f"metric:{name}" for name in names)])
        writer.writerows(_rows(args))


def _rows(args: argparse.Namespace) -> Iterator[list[object]]:
    random = np.random.default_rng(1)
    noise = np.linspace(0.3, 4, args.metrics)
    left, item = args.ratings, 0
    while left > 0:
        for model in range(args.models):
            quality = random.normal(0.1 * model, 1)
            scores = np.round(50 + 15 * (quality + random.normal(0, noise)), 4)
            for rater in range(args.raters):
                for question in range(args.questions):
                    value = int(np.clip(np.round(quality + random.normal(3, 0.7)), 1, 5))
                    yield [
                        "Bench", f"i{item}", f"r{rater}", f"q{question}", value, f"m{model}",
                        f"Category {item % args.categories}", "", *scores,
                    ]  # fmt: skip
                    left -= 1
                    if left <= 0:
                        return
        item += 1


if __name__ == "__main__":
    sys.exit(main())
