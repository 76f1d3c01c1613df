"""Speeds are those of the last items, and news are not too many."""

from __future__ import annotations

import pytest

from medsdesk.services.evaluation_events import WINDOW, Meter, Progress


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_claimed_before_an_item_has_ended() -> None:
    assert Meter(Clock()).progress(0, 9) == Progress(0, 9, 0.0, 0.0, None)


def test_speed_and_remaining_time() -> None:
    clock = Clock()
    meter = Meter(clock)
    for tokens in (10, 30):
        clock.now += 2.0
        meter.add(tokens)
    assert meter.progress(2, 10) == Progress(2, 10, 0.5, 10.0, 16.0)


def test_only_the_last_items_count() -> None:
    clock = Clock()
    meter = Meter(clock)
    clock.now += 1000.0  # a slow first item
    meter.add(1)
    for _ in range(WINDOW):
        clock.now += 0.5
        meter.add(4)
    progress = meter.progress(WINDOW + 1, WINDOW + 3)
    assert progress.items_per_second == pytest.approx(2.0)
    assert progress.tokens_per_second == pytest.approx(8.0)
    assert progress.eta_seconds == pytest.approx(1.0)


def test_a_rest_does_not_count() -> None:
    clock = Clock()
    meter = Meter(clock)
    clock.now += 1.0
    meter.add(5)
    clock.now += 3600.0
    meter.start()
    clock.now += 1.0
    meter.add(5)
    assert meter.progress(2, 4).items_per_second == pytest.approx(1.0)


def test_news_come_five_times_a_second_at_most() -> None:
    clock = Clock()
    meter = Meter(clock)
    told = 0
    for _ in range(1000):
        told += meter.due()
        clock.now += 0.01
    assert 45 <= told <= 51
