"""Which of several answers holds follows from the set alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.study_rating import StudyRating
from medsdesk.store.forks import Link, last_of, latest_among
from medsdesk.studies import merging
from tests.made_studies import rating

EARLY, LATE = "2026-01-31T10:00:00.000+01:00", "2026-01-31T09:30:00.000+00:00"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], None),
        ([Link("a", None, EARLY)], "a"),
        ([Link("a", None, LATE), Link("b", "a", EARLY)], "b"),
        ([Link("a", None, EARLY), Link("b", None, LATE)], "b"),
        ([Link("b", None, EARLY), Link("a", None, LATE)], "a"),
        ([Link("a", None, EARLY), Link("b", None, EARLY)], "b"),
        ([Link("a", None, EARLY), Link("b", "a", EARLY), Link("c", None, LATE)], "b"),
        ([Link("b", "absent", EARLY), Link("c", None, LATE)], "c"),
        ([Link("a", "b", EARLY), Link("b", "a", EARLY)], None),
        ([Link("a", "b", EARLY), Link("b", "a", EARLY), Link("c", "a", EARLY)], "c"),
        (
            [
                Link("a", "b", EARLY),
                Link("b", "a", EARLY),
                Link("c", "a", EARLY),
                Link("d", "a", LATE),
            ],
            "d",
        ),
        ([Link("a", None, "yesterday"), Link("b", None, EARLY)], "b"),
        ([Link("a", None, "2026-01-31T09:30:00"), Link("b", None, EARLY)], "a"),
    ],
    ids=range(13),
)
def test_the_longest_chain_then_the_latest_then_the_greatest(
    links: list[Link], expected: str | None
) -> None:
    for order in itertools.permutations(links):
        assert last_of(order) == expected


def test_the_last_word_on_each_question() -> None:
    first = rating(id="a")
    second = rating(id="b", supersedes="a", status="withdrawn", value=None)
    other = rating(id="c", criterion="useful", supersedes="b")  # not of the same question
    bo = rating(id="d", rater="Dr Bo")
    assert latest_among([first, bo, other, second]) == (second, bo, other)
    assert latest_among([second, other, first, bo]) == (second, other, bo)
    assert latest_among([]) == ()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_it_is_what_merging_takes_for_current(data: st.DataObject) -> None:
    rows: list[StudyRating] = []
    for number in range(data.draw(st.integers(1, 12))):
        before = data.draw(st.sampled_from([None, "absent", *(row.id for row in rows)]))
        second = data.draw(st.integers(0, 3))
        zone = data.draw(st.sampled_from(["+00:00", "+01:00", "-05:00"]))
        rows.append(
            rating(
                id=f"r{number}",
                criterion=data.draw(st.sampled_from("ab")),
                supersedes=before,
                rated_at=f"2026-01-31T10:00:0{second}.000{zone}",
            )
        )
    shuffled = data.draw(st.permutations(rows))
    assert {r.question: r for r in latest_among(shuffled)} == merging.current(rows).answers
