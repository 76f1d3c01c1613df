"""How fast ratings are saved, and the next item is there, in a study of 10,000 items.

``uv run python -m tests.bench.rating [--items N] [--raters N] [--acts N]``: makes a study in which
every rater has every item, merges the answers of all raters but one, who has half of hers, and
times what a clinician waits for: opening, saving each kind of answer, the next item, undo, a
draft. Every save is a commit with ``synchronous = FULL``; what one costs on this disk by itself is
printed beside. The figures to hold: 99 of 100 saves within 50 ms, the next item within 50 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark, StudyRating
from medsdesk.services.rate_study import StudySession
from medsdesk.services.study_status import all_studies
from medsdesk.store.study_ratings import count_ratings, current_ratings, merge_ratings
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import STUDY, entry, made_plan, rating, store_plan

SCALES = ("accurate", "thorough", "useful", "succinct", "synthesized")
MOST_MS = 50.0
T = TypeVar("T")


def main() -> int:
    """Time everything and print it; 0 where the figures hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--raters", type=int, default=3)
    parser.add_argument("--acts", type=int, default=500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base, open_workspace(Path(base) / "workspace") as ws:
        _fill(ws, args.items, args.raters)
        print(f"{args.items} items, {args.raters} raters, {count_ratings(ws, STUDY)} ratings")
        print(f"database: {ws.path.stat().st_size / 1e6:.0f} MB")
        _print("write and sync of 4 kB alone", _syncs(Path(base), args.acts))
        return _measure(ws, args.items, args.acts)


def _fill(ws: Workspace, items: int, raters: int) -> None:
    names = tuple(f"Dr {number}" for number in range(raters))
    # Each text as long as a discharge letter.
    source = "Made-up note {n}: cough for {n} days. " + "The patient is stable. " * 90
    store_plan(ws, made_plan(items, names, source=source))
    for number in range(raters):
        share = items if number else items // 2
        merge_ratings(ws, _answers(number, share), entry(ws, action="merge"))


def _answers(rater: int, items: int) -> Iterator[StudyRating]:
    for n in range(items):
        for criterion in SCALES:
            yield rating(
                rater=f"Dr {rater}",
                presentation_id=f"{rater}p{n}",
                criterion=criterion,
                value=1 + n % 5,
            )


def _measure(ws: Workspace, items: int, acts: int) -> int:
    session = _once("opening", lambda: StudySession(ws, STUDY, "Dr 0"))
    _once("progress of all raters", lambda: all_studies(ws))
    _once("all raters' current answers", lambda: current_ratings(ws, STUDY))
    session.go_to(items // 2)
    text = session.view.source
    mark = Mark("source", 3, 9, text_sha256(text), "omission", "major", "Made-up note")
    held = [
        _print("saving a point", _points(session, acts), save=True),
        _print("next item", _timed(session.next, acts), save=True),
        _print("saving a comment", _numbered(session.set_comment, acts), save=True),
        _print("saving a draft", _numbered(lambda t: session.save_draft("comment", t), acts)),
        _print("undo and redo", _undone(session, acts), save=True),
        _print("first open item", _timed(session.first_open, acts), save=True),
    ]
    session.go_to(items // 2)
    marks = [(mark,) * (1 + n % 3) for n in range(acts)]
    held.append(
        _print(
            "saving marks", _each([partial(session.set_marks, each) for each in marks]), save=True
        )
    )
    return 0 if all(held) else 1


def _once(name: str, act: Callable[[], T]) -> T:
    """Do something that is done once, and print how long it took and what the processor did."""
    started, busy = time.perf_counter(), time.process_time()
    done = act()
    took, used = time.perf_counter() - started, time.process_time() - busy
    print(f"{name}: {took:.2f} s, {used:.2f} s of them on the processor", flush=True)
    return done


def _points(session: StudySession, acts: int) -> list[float]:
    """Time points as a rater gives them: all questions of an item, then the next one."""
    times = []
    for number in range(acts):
        criterion = SCALES[number % len(SCALES)]
        started = time.perf_counter()
        session.set_value(criterion, 1 + number % 5)
        times.append(time.perf_counter() - started)
        if criterion == SCALES[-1]:
            session.next()
    return times


def _undone(session: StudySession, acts: int) -> list[float]:
    return _timed(session.undo, acts // 2) + _timed(session.redo, acts // 2)


def _numbered(act: Callable[[str], object], acts: int) -> list[float]:
    return _each([partial(act, f"Made-up remark {number}") for number in range(acts)])


def _timed(act: Callable[[], object], acts: int) -> list[float]:
    return _each([act] * acts)


def _each(acts: Sequence[Callable[[], object]]) -> list[float]:
    times = []
    for act in acts:
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return times


def _syncs(folder: Path, acts: int) -> list[float]:
    """Time what the disk needs for a write that has to be on it."""
    with (folder / "sync").open("wb", buffering=0) as file:

        def write() -> None:
            file.write(bytes(4096))
            os.fsync(file.fileno())

        return _timed(write, acts)


def _print(name: str, times: list[float], *, save: bool = False) -> bool:
    """Print the median and the 99th percentile, and say whether it is fast enough."""
    in_order = sorted(times)
    median, late = (1000 * in_order[int(len(in_order) * part)] for part in (0.5, 0.99))
    holds = not save or late <= MOST_MS
    print(
        f"{name}: p50 {median:.1f} ms, p99 {late:.1f} ms, most {1000 * in_order[-1]:.1f} ms"
        + ("" if holds else f" (more than {MOST_MS:.0f} ms)"),
        flush=True,
    )
    return holds


if __name__ == "__main__":
    sys.exit(main())
