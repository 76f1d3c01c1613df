"""Steps follow from ratings and trail alone."""

from __future__ import annotations

from medsdesk.core.study_rating import StudyRating
from medsdesk.services.rating_steps import NOTHING, Steps, content_of
from tests.made_studies import OTHER_MACHINE, rating

HERE = OTHER_MACHINE


def _steps(*rows: tuple[StudyRating, str]) -> tuple[list[str], list[str]]:
    steps = Steps()
    steps.read(rows, HERE)
    return [s.rating.id for s in steps.done], [s.rating.id for s in steps.undone]


A = rating(id="a", value=1)
B = rating(id="b", value=2, supersedes="a")
GONE = rating(id="g", value=1, supersedes="b")
BACK = rating(id="k", value=2, supersedes="g")


def test_answers_are_steps() -> None:
    steps = Steps()
    steps.read([(A, ""), (B, "")], HERE)
    first, second = steps.done
    assert (first.before, second.before) == (NOTHING, content_of(A))
    assert steps.undone == []


def test_undo_and_redo_move_steps() -> None:
    rows = [(A, ""), (B, ""), (GONE, "undo of b")]
    assert _steps(*rows) == (["a"], ["b"])
    assert _steps(*rows, (BACK, "redo of b")) == (["a", "b"], [])


def test_a_new_answer_ends_what_could_be_done_again() -> None:
    new = rating(id="n", criterion="useful")
    assert _steps((A, ""), (B, ""), (GONE, "undo of b"), (new, "")) == (["a", "n"], [])


def test_what_two_windows_did_stays_apart() -> None:
    other = rating(id="o", criterion="useful")
    assert _steps((A, ""), (other, ""), (rating(id="u"), "undo of a")) == (["o"], ["a"])
    assert _steps((A, ""), (rating(id="u"), "undo of nothing")) == (["a"], [])


def test_only_what_this_rater_did_here_is_a_step() -> None:
    there = rating(id="t", machine="other")
    judged = rating(id="j", role="adjudicator")
    assert _steps((there, ""), (judged, ""), (A, "")) == (["a"], [])
