"""The job threads: order, faults, closing, stopping; the count of tokens and an answer's feed."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.engine.client import TokenUpdate
from medsdesk.store.workspace import Workspace
from medsdesk.ui.bridge.desk import Desk
from medsdesk.ui.bridge.feed import Feed, Piece
from medsdesk.ui.bridge.jobs import Jobs
from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob

WAIT_MS = 10_000


def test_jobs_are_done_in_order_on_one_thread_and_told_here(qtbot: QtBot, directory: Path) -> None:
    jobs = Jobs(directory, "medsdesk-test")
    here = threading.get_ident()
    told: list[tuple[int, int, int]] = []

    def work(number: int) -> tuple[int, int]:
        return number, threading.get_ident()

    for n in range(5):
        jobs.submit(
            lambda _, n=n: work(n),  # type: ignore[misc]  # mypy cannot infer the default
            lambda done: told.append((*done, threading.get_ident())),
        )
    qtbot.waitUntil(lambda: len(told) == 5, timeout=WAIT_MS)
    jobs.close()
    assert [number for number, _, _ in told] == [0, 1, 2, 3, 4]
    assert {at for _, _, at in told} == {here}
    assert len({done for _, done, _ in told} - {here}) == 1


def test_a_workspace_that_cannot_be_opened_is_told_for_each_job(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    jobs = Jobs(tmp_path / "file", "medsdesk-test")
    with qtbot.waitSignal(jobs.refused, timeout=WAIT_MS) as told:
        jobs.submit(lambda ws: ws.path)
    assert isinstance(told.args[0], UserFacingError)
    jobs.close()


def test_a_fault_of_ours_is_told_twice_in_words_and_in_full(qtbot: QtBot, directory: Path) -> None:
    jobs = Jobs(directory, "medsdesk-test")
    failed: list[UserFacingError] = []
    with qtbot.waitSignal(jobs.crashed, timeout=WAIT_MS) as told:
        jobs.submit(lambda _: 1 // 0, failed=failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert isinstance(told.args[0], ZeroDivisionError)
    assert "fault in MedsDesk" in failed[0].message
    jobs.close()


@pytest.mark.parametrize(("finish", "expected"), [(True, [0, 1, 2]), (False, [0])])
def test_closing_does_or_drops_what_waits(
    qtbot: QtBot, directory: Path, finish: bool, expected: list[int]
) -> None:
    jobs = Jobs(directory, "medsdesk-test", finish=finish)
    done: list[int] = []
    begun = threading.Event()

    def work(number: int) -> None:
        begun.set()
        time.sleep(0.1)
        done.append(number)

    for n in range(3):
        jobs.submit(lambda _, n=n: work(n))  # type: ignore[misc]  # as above
    begun.wait(5)
    jobs.close()
    assert done == expected


def test_long_jobs_do_not_hold_up_short_ones(qtbot: QtBot, desk: Desk) -> None:
    free = threading.Event()
    told: list[Any] = []

    def wait(_: Workspace) -> bool:
        return free.wait(10)

    desk.long.submit(wait)
    desk.short.submit(lambda ws: ws.directory, told.append)
    qtbot.waitUntil(lambda: told == [desk.directory], timeout=WAIT_MS)
    free.set()


def test_the_feed_tells_at_most_twenty_times_a_second_and_loses_nothing(qtbot: QtBot) -> None:
    feed = Feed()
    pieces: list[Piece] = []
    feed.arrived.connect(pieces.append)
    feed.start()

    def write() -> None:
        for n in range(200):
            feed.put(TokenUpdate(f"{n} ", n + 1, n / 200, 200.0))
            time.sleep(0.002)

    thread = threading.Thread(target=write)
    began = time.monotonic()
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=WAIT_MS)
    feed.stop()
    seconds = time.monotonic() - began
    assert "".join(p.text for p in pieces).split() == [str(n) for n in range(200)]
    assert pieces[-1].tokens == 200
    assert len(pieces) <= seconds * 20 + 2


@pytest.mark.parametrize("end", ["done", "stopped", "refused"])
def test_a_long_job_tells_its_last_news_then_its_end_and_can_be_begun_again(
    qtbot: QtBot, desk: Desk, end: str
) -> None:
    latest = Latest(desk)
    job = LongJob(desk, desk.texts, latest, desk)
    begun, told = threading.Event(), []
    latest.arrived.connect(lambda value: told.append(("news", value)))
    job.done.connect(lambda value: told.append(("done", value)))
    job.stopped.connect(lambda error: told.append(("stopped", type(error))))
    job.refused.connect(lambda error: told.append(("refused", error.message)))

    def work(_: Workspace, token: CancelToken) -> str:
        latest.put("half")
        begun.set()
        if end == "refused":
            raise UserFacingError("The folder is gone.", "Choose another.")
        if end == "stopped":
            while not token.cancelled:
                time.sleep(0.001)
            raise CancelledError
        return "all"

    told_of_end = {
        "done": "all", "stopped": UserFacingError, "refused": "The folder is gone.",
    }  # fmt: skip
    for _ in range(2):
        told.clear()
        begun.clear()
        job.start(work)
        job.start(lambda *_: "never while the first runs")
        assert job.busy
        assert begun.wait(WAIT_MS / 1000)
        if end == "stopped":
            job.stop()
            assert job.stopping
        qtbot.waitUntil(lambda: not job.busy, timeout=WAIT_MS)
        assert told == [("news", "half"), (end, told_of_end[end])]


def test_a_long_job_stopped_while_it_waits_is_never_begun(qtbot: QtBot, desk: Desk) -> None:
    job = LongJob(desk, desk.texts, Latest(desk), desk)
    go_on, begun = threading.Event(), []
    desk.texts.submit(lambda _: go_on.wait(WAIT_MS / 1000))
    job.start(lambda *_: begun.append(1))
    job.stop()
    with qtbot.waitSignal(job.stopped, timeout=WAIT_MS):
        go_on.set()
    assert begun == []
    assert not job.busy
