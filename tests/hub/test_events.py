"""Speed and time left, of the last seconds."""

from __future__ import annotations

import pytest

from medsdesk.hub.events import Pace


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_said_of_the_speed_before_something_came() -> None:
    clock = _Clock()
    pace = Pace(1000, clock)
    clock.now += 1
    progress = pace.progress("x", 300)
    assert (progress.bytes_per_second, progress.eta_seconds) == (0.0, None)
    assert (progress.done, progress.of, progress.path) == (300, 1000, "x")


def test_speed_and_time_left() -> None:
    clock = _Clock()
    pace = Pace(1000, clock)
    clock.now += 2
    pace.add(100)
    progress = pace.progress("x", 500)
    assert progress.bytes_per_second == pytest.approx(50)
    assert progress.eta_seconds == pytest.approx(10)


def test_old_seconds_do_not_count() -> None:
    clock = _Clock()
    pace = Pace(100_000, clock)
    for _ in range(60):
        clock.now += 1
        pace.add(10)
        pace.progress("x", 0)
    for _ in range(30):
        clock.now += 1
        pace.add(1000)
        pace.progress("x", 0)
    last = pace.progress("x", 0)
    assert last.bytes_per_second == pytest.approx(1000)


def test_news_come_at_most_five_times_a_second() -> None:
    clock = _Clock()
    pace = Pace(1, clock)
    told = 0
    for _ in range(1000):
        clock.now += 0.01
        told += pace.due()
    assert 45 <= told <= 51
