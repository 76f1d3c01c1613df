"""Ratings are kept for good: changed by following ones, taken back, never overwritten."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Rating
from medsdesk.store.ratings import (
    add_rater,
    add_rating,
    current_ratings,
    latest_ratings,
    list_raters,
    rating_history,
)
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


@pytest.fixture
def output_id(ws: Workspace, make: Maker) -> str:
    return make.stored_output(ws).id


def test_raters(ws: Workspace) -> None:
    assert list_raters(ws) == ()
    assert add_rater(ws, "  Dr Zoë\n") == "Dr Zoë"
    assert add_rater(ws, "Dr Zoe\u0308") == "Dr Zoë"
    add_rater(ws, "Dr Ada")
    assert list_raters(ws) == ("Dr Ada", "Dr Zoë")


@pytest.mark.parametrize("name", ["", " \t\n"])
def test_a_rater_needs_a_name(ws: Workspace, make: Maker, output_id: str, name: str) -> None:
    with pytest.raises(UserFacingError, match="name of its rater"):
        add_rater(ws, name)
    with pytest.raises(UserFacingError, match="name of its rater"):
        add_rating(ws, make.rating(output_id, rater=name))
    assert rating_history(ws, output_id) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"value": 0},
        {"value": -3, "scale": "interval", "seconds": None},
        {"status": "cannot_judge", "value": None},
        {"scale": "text", "value": None, "comment": "Made-up remark\0 🫀 " * 60_000},
        {"rater": "Dr 李", "seconds": 0.1 + 0.2},
    ],
    ids=range(6),
)
def test_round_trip(ws: Workspace, make: Maker, output_id: str, fields: dict[str, Any]) -> None:
    rating = make.rating(output_id, **fields)
    add_rating(ws, rating)
    assert current_ratings(ws, output_id) == (rating,)
    assert list_raters(ws) == (rating.rater,)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(comment=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_comment(ws: Workspace, make: Maker, comment: str) -> None:
    output_id = make.stored_output(ws).id
    rating = make.rating(output_id, scale="text", value=None, comment=comment)
    add_rating(ws, rating)
    assert rating_history(ws, output_id) == (rating,)


def test_seconds_that_are_no_number_are_not_measured(
    ws: Workspace, make: Maker, output_id: str
) -> None:
    rating = make.rating(output_id, seconds=math.nan)
    add_rating(ws, rating)
    assert rating_history(ws, output_id) == (replace(rating, seconds=None),)


def test_a_change_a_withdrawal_and_a_return(ws: Workspace, make: Maker, output_id: str) -> None:
    first = make.rating(output_id, value=2)
    change = make.rating(output_id, value=4, supersedes=first.id)
    gone = make.rating(output_id, value=None, status="withdrawn", supersedes=change.id)
    back = make.rating(output_id, value=1, supersedes=gone.id, instrument_version=2)
    expected: list[tuple[Rating, tuple[Rating, ...]]] = [
        (first, (first,)),
        (change, (change,)),
        (gone, ()),
        (back, (back,)),
    ]
    for rating, current in expected:
        add_rating(ws, rating)
        assert current_ratings(ws, output_id) == current
        assert latest_ratings(ws, output_id) == (rating,)
    assert rating_history(ws, output_id) == (first, change, gone, back)


def test_ratings_of_one_rater(ws: Workspace, make: Maker, output_id: str) -> None:
    ada, bo = make.rating(output_id), make.rating(output_id, rater="Dr Bo")
    add_rating(ws, ada)
    add_rating(ws, bo)
    assert current_ratings(ws, output_id) == (ada, bo)
    assert current_ratings(ws, output_id, "Dr Bo") == (bo,)
    assert current_ratings(ws, output_id, "Dr Nobody") == ()
    assert current_ratings(ws, "another output") == ()


def test_order_is_that_of_storing_also_when_the_clock_goes_back(
    ws: Workspace, make: Maker, output_id: str
) -> None:
    first = make.rating(output_id, rated_at="2026-05-01T10:00:00.000Z")
    second = make.rating(output_id, supersedes=first.id, rated_at="2020-01-01T00:00:00.000Z")
    add_rating(ws, first)
    add_rating(ws, second)
    assert rating_history(ws, output_id) == (first, second)
    assert current_ratings(ws, output_id) == (second,)


def test_a_rating_made_on_an_old_view_is_refused(
    ws: Workspace, make: Maker, output_id: str
) -> None:
    first = make.rating(output_id)
    second = make.rating(output_id, value=1, supersedes=first.id)
    add_rating(ws, first)
    add_rating(ws, second)
    for stale in (make.rating(output_id), make.rating(output_id, supersedes=first.id)):
        with pytest.raises(UserFacingError, match="meanwhile"):
            add_rating(ws, stale)
    assert rating_history(ws, output_id) == (first, second)


@pytest.mark.parametrize(
    "fields",
    [
        {"supersedes": "no such rating"},
        {"value": None},
        {"value": 3, "status": "cannot_judge"},
        {"value": 3, "status": "withdrawn"},
        {"value": 3, "scale": "text"},
        {"value": 2.5},
        {"scale": "odd"},
        {"status": "odd"},
        {"output_id": "no such output"},
    ],
)
def test_nonsense_is_a_bug_and_not_stored(
    ws: Workspace, make: Maker, output_id: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        add_rating(ws, replace(make.rating(output_id), **fields))
    assert rating_history(ws, output_id) == ()
    assert list_raters(ws) == ()


@pytest.mark.parametrize(
    "other",
    [{"rater": "Dr Bo"}, {"criterion": "clarity"}, {"instrument": "pairs"}, {"output_id": ""}],
)
def test_a_rating_supersedes_only_its_own_kind(
    ws: Workspace, make: Maker, output_id: str, other: dict[str, Any]
) -> None:
    first = make.rating(output_id)
    add_rating(ws, first)
    if "output_id" in other:
        other = {"output_id": make.stored_output(ws).id}
    with pytest.raises(sqlite3.IntegrityError, match="its own kind"):
        add_rating(ws, replace(make.rating(output_id, supersedes=first.id), **other))
