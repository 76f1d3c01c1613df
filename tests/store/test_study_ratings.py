"""Ratings of studies: kept for good, each with its row of the trail, merged without loss."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study_rating import Mark, StudyRating
from medsdesk.store.audit import list_entries, machine_id
from medsdesk.store.studies import lock
from medsdesk.store.study_ratings import (
    add_rating,
    answered_questions,
    count_ratings,
    current_ratings,
    latest_ratings,
    merge_ratings,
    ratings_of_study,
    ratings_with_reasons,
)
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import OTHER_MACHINE, STUDY, entry, give, rating, stored_study

MARK = Mark("output_a", 0, 5, "e" * 64, "fabrication", "major", "Made-up 所見 🫀")


@pytest.fixture(autouse=True)
def study(ws: Workspace) -> None:
    stored_study(ws)


def merge(ws: Workspace, *rows: StudyRating) -> tuple[StudyRating, ...]:
    return merge_ratings(ws, rows, entry(ws, action="merge"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"value": 0, "scale": "ratio"},
        {"value": -2, "seconds": None},
        {"status": "cannot_judge", "value": None},
        {"scale": "text", "value": None, "text": "Made-up remark\0 🫀 " * 6_000},
        {"scale": "edit", "value": None, "text": "A corrected answer."},
        {"scale": "marks", "value": None, "marks": (MARK, MARK)},
        {"rater": "Dr 李", "role": "adjudicator", "seconds": 0.1 + 0.2},
    ],
    ids=range(8),
)
def test_round_trip(ws: Workspace, fields: dict[str, Any]) -> None:
    given_here = give(ws, **fields)
    assert current_ratings(ws, STUDY) == (given_here,)
    assert [e.subject for e in list_entries(ws, STUDY)][1:] == [given_here.id]


def test_a_change_a_withdrawal_and_a_return(ws: Workspace) -> None:
    first = give(ws, value=2)
    change = give(ws, value=4, supersedes=first.id)
    gone = give(ws, value=None, status="withdrawn", supersedes=change.id)
    assert current_ratings(ws, STUDY) == ()
    assert latest_ratings(ws, STUDY) == (gone,)
    back = give(ws, value=1, supersedes=gone.id)
    assert current_ratings(ws, STUDY) == (back,)
    assert ratings_of_study(ws, STUDY) == (first, change, gone, back)
    assert count_ratings(ws, STUDY) == 4
    assert len(list_entries(ws, STUDY)) == 1 + 4


@pytest.mark.parametrize("place", [None, 0, "unknown"])
def test_what_another_window_answered_is_not_overwritten(
    ws: Workspace, place: int | str | None
) -> None:
    first = give(ws, value=2)
    newer = give(ws, value=3, supersedes=first.id)
    seen = first.id if place == 0 else place
    with pytest.raises(UserFacingError, match="another window"):
        give(ws, value=5, supersedes=seen)
    assert current_ratings(ws, STUDY) == (newer,)
    assert len(list_entries(ws, STUDY)) == 1 + 2


def test_two_windows_on_one_study(ws: Workspace, folder: Path) -> None:
    first = give(ws, value=2)
    with open_workspace(folder) as other:
        give(other, value=3, supersedes=first.id)
        give(other, criterion="useful")
    with pytest.raises(UserFacingError) as told:
        give(ws, value=4, supersedes=first.id)
    assert "kept" in told.value.hint
    assert [r.value for r in current_ratings(ws, STUDY)] == [3, 4]


def test_what_is_of_other_raters_and_criteria(ws: Workspace) -> None:
    ada, bo = give(ws), give(ws, rater="Dr Bo")
    judge = give(ws, role="adjudicator")
    comment = give(ws, criterion="comment", scale="text", value=None, text="Fine.")
    assert current_ratings(ws, STUDY, "Dr Bo") == (bo,)
    assert current_ratings(ws, STUDY, "Dr Ada") == (ada, judge, comment)
    assert answered_questions(ws, STUDY, "Dr Ada") == {"p1": {"accurate", "comment"}}
    assert answered_questions(ws, STUDY, "Nobody") == {}


def test_reasons_come_with_the_ratings(ws: Workspace) -> None:
    first = give(ws)
    second = rating(machine=machine_id(ws), supersedes=first.id)
    add_rating(ws, second, entry(ws, subject=second.id, action="change", why="undo"))
    give(ws, rater="Dr Bo")
    assert ratings_with_reasons(ws, STUDY, "Dr Ada") == ((first, ""), (second, "undo"))


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "flag"},
        {"subject": "another"},
        {"study_id": ""},
        {"machine": OTHER_MACHINE},
    ],
)
def test_a_rating_without_its_row_of_the_trail_is_refused(
    ws: Workspace, fields: dict[str, Any]
) -> None:
    made = rating(machine=machine_id(ws))
    with pytest.raises(sqlite3.IntegrityError, match="its row of the trail"):
        add_rating(ws, made, entry(ws, **{"subject": made.id, **fields}))
    assert count_ratings(ws, STUDY) == 0
    assert len(list_entries(ws)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None},
        {"value": 3, "status": "cannot_judge"},
        {"value": 3, "scale": "marks"},
        {"text": "words on a scale"},
        {"marks": (MARK,)},
        {"rater": ""},
        {"criterion": ""},
        {"status": "withdrawn"},
        {"study_id": "none"},
    ],
)
def test_nonsense_is_a_bug_and_not_stored(ws: Workspace, fields: dict[str, Any]) -> None:
    made = rating(machine=machine_id(ws), **fields)
    with pytest.raises(sqlite3.IntegrityError):
        add_rating(ws, made, entry(ws, subject=made.id, study_id=made.study_id))
    assert count_ratings(ws, STUDY) == 0
    assert len(list_entries(ws)) == 1


def test_a_closed_set_takes_no_ratings_but_what_was_rated_before_elsewhere(ws: Workspace) -> None:
    first = give(ws)
    assert lock(ws, STUDY, "Dr Ada", entry(ws, action="lock"))
    with pytest.raises(UserFacingError, match="closed"):
        give(ws, value=1, supersedes=first.id)
    give(ws, rater="Dr Bo")
    give(ws, role="adjudicator")
    assert len(merge(ws, rating(criterion="useful"))) == 1


def test_a_locked_study_takes_no_ratings_at_all(ws: Workspace) -> None:
    first = give(ws)
    lock(ws, STUDY, "", entry(ws, action="lock"))
    with pytest.raises(UserFacingError, match="study is locked"):
        give(ws, rater="Dr Bo")
    with pytest.raises(UserFacingError, match="1 ratings that it lacks"):
        merge(ws, first, rating(rater="Dr Bo"))
    assert merge(ws, first) == ()
    assert ratings_of_study(ws, STUDY) == (first,)


def test_merging_twice_changes_nothing(ws: Workspace) -> None:
    mine = give(ws, rater="Dr Bo")
    first = rating(value=2)
    second = rating(value=3, supersedes=first.id)
    assert merge(ws, second, first, mine, first) == (second, first)
    before = ratings_of_study(ws, STUDY), list_entries(ws)
    assert merge(ws, first, second, mine) == ()
    assert (ratings_of_study(ws, STUDY), list_entries(ws)) == before
    assert current_ratings(ws, STUDY, "Dr Ada") == (second,)
    assert {r.machine for r in before[0]} == {machine_id(ws), OTHER_MACHINE}


def test_a_rating_changed_on_the_way_is_refused_and_nothing_of_the_file_is_taken(
    ws: Workspace,
) -> None:
    first = rating(value=2)
    merge(ws, first)
    with pytest.raises(UserFacingError, match="already with other content"):
        merge(ws, rating(rater="Dr Bo"), rating(id=first.id, value=5))
    with pytest.raises(UserFacingError, match="already with other content"):
        merge(ws, rating(id="x", value=5), rating(id="x", value=4))
    assert ratings_of_study(ws, STUDY) == (first,)


def test_ratings_that_go_in_a_circle_are_refused(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="in a circle"):
        merge(ws, rating(id="x", supersedes="y"), rating(id="y", supersedes="x"))
    assert ratings_of_study(ws, STUDY) == ()


def test_a_rating_that_names_one_of_another_question_does_not_hide_it(ws: Workspace) -> None:
    mine = give(ws, rater="Dr Bo")
    stranger = rating(supersedes=mine.id)
    merge(ws, stranger)
    assert current_ratings(ws, STUDY) == (mine, stranger)
    give(ws, rater="Dr Bo", value=1, supersedes=mine.id)


def test_a_fork_is_kept_whole_and_ended_by_the_next_answer_given_here(ws: Workspace) -> None:
    mine = give(ws, value=1, rated_at="2026-01-31T10:00:00.000+01:00")
    earlier = rating(value=2, rated_at="2026-01-31T09:30:00.000+02:00")
    later = rating(value=3, rated_at="2026-01-31T09:30:00.000+00:00")
    merge(ws, earlier, later)
    assert current_ratings(ws, STUDY) == (later,)
    with pytest.raises(UserFacingError, match="meanwhile"):
        give(ws, value=5, supersedes=mine.id)
    last = give(ws, value=5, supersedes=later.id)
    assert current_ratings(ws, STUDY) == (last,)
    assert ratings_of_study(ws, STUDY) == (mine, earlier, later, last)


def test_files_may_come_in_any_order(ws: Workspace) -> None:
    first = rating(value=1)
    second = rating(value=2, supersedes=first.id)
    third = rating(value=3, supersedes=second.id)
    merge(ws, third)
    merge(ws, first)
    merge(ws, second)
    assert current_ratings(ws, STUDY) == (third,)


@contextmanager
def _fresh() -> Iterator[Workspace]:
    with TemporaryDirectory() as name, open_workspace(Path(name) / "ws") as ws:
        ws.db.execute("PRAGMA synchronous = OFF")
        stored_study(ws)
        yield ws


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_what_holds_does_not_depend_on_the_order_of_merging(data: st.DataObject) -> None:
    """Trees of answers with forks, cut into files that are merged in two orders."""
    rows: list[StudyRating] = []
    for number in range(data.draw(st.integers(1, 12), label="rows")):
        before = data.draw(st.sampled_from([None, *rows]), label="before")
        rows.append(
            rating(
                id=f"r{number}",
                criterion=before.criterion if before else data.draw(st.sampled_from("ab")),
                supersedes=before.id if before else None,
                rated_at=f"2026-01-31T10:00:0{data.draw(st.integers(0, 3))}.000+00:00",
            )
        )
    shuffled = random.Random(data.draw(st.integers())).sample(rows, len(rows))
    cut = data.draw(st.integers(0, len(rows)), label="cut")
    with _fresh() as one, _fresh() as other:
        merge(one, *rows)
        merge(other, *shuffled[:cut])
        merge(other, *shuffled[cut:])
        merge(other, *rows)
        assert set(current_ratings(one, STUDY)) == set(current_ratings(other, STUDY))
        assert set(ratings_of_study(other, STUDY)) == set(rows)
        questions = [r.question for r in current_ratings(one, STUDY)]
        assert len(questions) == len(set(questions))
