"""Sets of ratings put together: the algebra on generated sets, forks, rings, clocks set back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.study_rating import StudyRating
from medsdesk.studies.merging import RatingSet, current, merge, moment, rating_set
from tests.studies.ratings import row

AT = st.sampled_from(
    [
        "2026-02-01T09:00:00.000+01:00",
        "2026-02-01T08:00:00.001+00:00",
        "2026-01-01T00:00:00.000Z",
        "?",
    ]
)
NAMES = st.sampled_from("abcdef")
ROWS = st.builds(
    row,
    NAMES,
    st.none() | st.integers(1, 3),
    st.none() | NAMES,
    presentation=st.sampled_from(["p1", "p2"]),
    criterion=st.sampled_from(["accurate", "useful"]),
    at=AT,
    text=st.sampled_from(["", "a word"]),
    machine=st.sampled_from(["m1", "m2"]),
)
SETS = st.lists(ROWS, max_size=8).map(rating_set)


@settings(deadline=None, max_examples=500)
@given(SETS, SETS, SETS)
def test_commutative_associative_idempotent(a: RatingSet, b: RatingSet, c: RatingSet) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, a) == a
    assert merge(merge(a, b), b) == merge(a, b)
    assert merge(a, rating_set([])) == a


@settings(deadline=None, max_examples=500)
@given(SETS, SETS)
def test_nothing_is_lost_and_nothing_invented(a: RatingSet, b: RatingSet) -> None:
    def contents(found: RatingSet) -> set[StudyRating]:
        return {*found.rows, *(row for each in found.conflicts for row in each.variants)}

    assert contents(merge(a, b)) == contents(a) | contents(b)
    ids = [row.id for row in merge(a, b).rows]
    assert ids == sorted(set(ids))
    assert not {each.id for each in merge(a, b).conflicts} & set(ids)


@settings(deadline=None, max_examples=500)
@given(st.lists(ROWS, max_size=10).map(rating_set), st.randoms(use_true_random=False))
def test_what_is_current_does_not_depend_on_order(found: RatingSet, random: object) -> None:
    rows = list(found.rows)
    expected = current(rows)
    assert hasattr(random, "shuffle")
    random.shuffle(rows)
    assert current(rows) == expected
    assert expected.answers.keys() == {row.question for row in rows}
    assert all(row in rows for row in expected.answers.values())


def test_the_same_id_with_other_content_is_a_conflict() -> None:
    mine, theirs = row("a", 3), row("a", 4)
    merged = merge(rating_set([mine, row("b")]), rating_set([theirs]))
    assert [each.id for each in merged.rows] == ["b" * 32]
    [conflict] = merged.conflicts
    assert conflict.variants == {mine, theirs}


def test_a_chain_has_one_end() -> None:
    rows = [row("a", 1), row("b", 2, "a"), replace(row("c", None, "b"), status="withdrawn")]
    found = current(reversed(rows))
    assert list(found.answers.values()) == [rows[2]]
    assert not found.forks
    assert not found.orphans
    assert not found.earlier


def test_a_fork_goes_to_the_longest_chain_then_the_latest_then_the_greatest_id() -> None:
    root = row("a", 1)
    long = [row("b", 2, "a"), row("c", 3, "b", at="2026-02-01T09:00:01.000+01:00")]
    late = row("d", 4, "a", at="2026-03-01T09:00:00.000+01:00", machine="m2")
    found = current([root, late, *long])
    [fork] = found.forks
    assert (fork.chosen, fork.others) == (long[1], (late,))
    # 08:00:01 UTC is later than 09:00 at +01:00, though the digits are smaller.
    utc = row("b", 2, "a", at="2026-02-01T08:00:01.000Z", machine="m2")
    assert current([root, utc, row("c", 3, "a")]).forks[0].chosen == utc
    assert current([root, row("b", 2, "a"), row("c", 3, "a")]).forks[0].chosen == row("c", 3, "a")


def test_two_first_answers_are_a_fork_too() -> None:
    [fork] = current([row("a", 1), row("b", 2, machine="m2")]).forks
    assert fork.chosen == row("b", 2, machine="m2")


def test_a_clock_set_back_is_told_and_changes_nothing() -> None:
    first = row("a", 1)
    second = row("b", 2, "a", at="2026-01-01T09:00:00.000+01:00")
    found = current([first, second])
    assert found.answers[first.question] == second
    assert found.earlier == (second,)
    assert not found.forks


def test_a_file_merged_out_of_order_is_told_until_the_other_comes() -> None:
    first, second, third = row("a", 1), row("b", 2, "a"), row("c", 3, "b")
    assert current([third]).orphans == (third,)
    assert current([third]).answers[third.question] == third
    assert current([third, first, second]).orphans == ()
    assert current([third, first, second]).answers[third.question] == third


def test_rings_and_links_to_other_questions_do_not_hang() -> None:
    ring = [row("a", 1, "c"), row("b", 2, "a"), row("c", 3, "b"), row("d", 3, "d")]
    [chosen] = current(ring).answers.values()
    assert chosen in ring
    astray = [row("a", 1), row("b", 2, "a", presentation="p2")]
    assert len(current(astray).answers) == 2
    assert current(astray).orphans == (astray[1],)


def test_ten_thousand_changes_of_one_answer() -> None:
    rows = [row("a", 1)]
    for number in range(10_000):
        id_ = f"{number:032x}"
        rows.append(replace(row("b", 2), id=id_, supersedes=rows[-1].id))
    assert current(rows).answers[rows[0].question] == rows[-1]


def test_times_that_cannot_be_read_come_first() -> None:
    assert moment("yesterday") < moment("0001-01-01T00:00:00.000+00:00") < moment("2026-01-01")
