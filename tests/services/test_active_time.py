"""Active time: pauses and absence are left out."""

from __future__ import annotations

import pytest

from medsdesk.services.active_time import ActiveTime


class Clock:
    """Seconds that a test moves forward by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_runs_from_the_start() -> None:
    clock = Clock()
    time = ActiveTime(clock)
    assert time.seconds == 0
    clock.now += 12.5
    assert time.seconds == 12.5
    time.begin(30)
    assert time.seconds == 30
    clock.now += 1
    assert time.seconds == 31


@pytest.mark.parametrize("away", [61, 3600, 1e9])
def test_absence_over_a_minute_is_left_out(away: float) -> None:
    clock = Clock()
    time = ActiveTime(clock)
    clock.now += 50
    time.touch()
    clock.now += away
    assert time.seconds == 110
    time.touch()
    clock.now += 5
    assert time.seconds == 115


def test_a_pause_stops_the_clock() -> None:
    clock = Clock()
    time = ActiveTime(clock)
    clock.now += 5
    time.pause()
    time.pause()
    clock.now += 30
    time.touch()
    time.begin(7)
    clock.now += 30
    assert time.seconds == 7
    time.resume()
    time.resume()
    clock.now += 3
    assert time.seconds == 10
    clock.now -= 50  # no clock should, yet nothing is taken off
    assert time.seconds == 7
