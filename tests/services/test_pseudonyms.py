"""Stand-ins are the same for the same thing, differ between kinds and keys, and keep intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.pseudonyms import Pseudonyms

ONE, OTHER = Pseudonyms(b"a" * 32), Pseudonyms(b"b" * 32)


@given(st.text(min_size=1), st.text(min_size=1))
def test_ids_are_stable_and_apart(first: str, second: str) -> None:
    made = ONE.id("rater", first)
    assert made == Pseudonyms(b"a" * 32).id("rater", first)
    assert (made == ONE.id("rater", second)) == (first == second)
    assert made.partition("-")[2] != ONE.id("item", first).partition("-")[2]
    assert made != OTHER.id("rater", first)


def test_no_id_stays_none() -> None:
    assert ONE.id("run", "") == ""


def _seconds(text: str | None) -> float:
    assert text is not None
    return datetime.fromisoformat(text).timestamp()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.text())  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_date_goes_back_by_a_day_to_a_year(at: datetime, case: str) -> None:
    back = at.timestamp() - _seconds(ONE.date(case, at.isoformat()))
    assert 86_400 <= back < 365 * 86_400
    later = at + timedelta(days=3, seconds=1.25)
    kept = _seconds(ONE.date(case, later.isoformat())) - _seconds(ONE.date(case, at.isoformat()))
    assert kept == pytest.approx(3 * 86_400 + 1.25, abs=1e-5)


def test_times_come_back_in_utc_whatever_zone_they_had() -> None:
    there = ONE.date("c", "2026-03-01T10:00:00.500+02:00")
    assert there == ONE.date("c", "2026-03-01T08:00:00.500Z")
    assert there is not None
    assert there.endswith("Z")
    assert ONE.date("c", "2026-03-01T08:00:00") == there[:19]


def test_cases_have_shifts_of_their_own() -> None:
    moved = {ONE.date(str(n), "2026-03-01T08:00:00Z") for n in range(50)}
    assert len(moved) == 50


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01", "31.01.2026"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert ONE.date("c", text) is None
