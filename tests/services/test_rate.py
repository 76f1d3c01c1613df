"""Ratings: committed one by one, changed by new rows, never invented or lost."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import run_once
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store.ratings import current_ratings, rating_history
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest


class Clock:
    """Seconds that a test moves forward by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def output_id(ws: Workspace, engine: Engine, make_request: MakeRequest) -> str:
    request = make_request({"text": "Clear lungs."})
    return run_once(ws, engine, request, lambda _: None, CancelToken()).output.id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(ws: Workspace, output_id: str, clock: Clock) -> RatingSession:
    return RatingSession(ws, output_id, " Dr A. Example ", workbench_form(), clock)


def test_each_answer_is_in_the_store_when_the_call_returns(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    at = session.set_value("accuracy", 4)
    [rating] = current_ratings(ws, output_id)
    assert (rating.value, rating.rated_at, rating.rater) == (4, at, "Dr A. Example")
    assert rating.instrument_sha256 == workbench_form().sha256
    assert (session.rated, session.total) == (1, 6)


def test_a_change_is_a_new_row_that_supersedes_the_old(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    session.set_value("accuracy", 4)
    session.set_value("accuracy", 2)
    first, second = rating_history(ws, output_id)
    assert second.supersedes == first.id
    assert [r.value for r in current_ratings(ws, output_id)] == [2]
    assert session.values == {"accuracy": 2}


def test_cannot_judge_is_an_answer(session: RatingSession) -> None:
    session.set_cannot_judge("harm_extent")
    assert session.values == {"harm_extent": "cannot_judge"}
    assert session.rated == 1


def test_an_answer_taken_back_leaves_its_trail_and_can_be_given_again(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    session.set_value("clarity", 5)
    session.clear("clarity")
    assert session.values == {}
    assert current_ratings(ws, output_id) == ()
    again = RatingSession(ws, output_id, "Dr A. Example", workbench_form())
    assert again.values == {}
    again.set_value("clarity", 3)
    given, withdrawn, new = rating_history(ws, output_id)
    assert [r.status for r in (given, withdrawn, new)] == ["rated", "withdrawn", "rated"]
    assert new.supersedes == withdrawn.id
    assert session.clear("accuracy") is None


def test_a_comment_is_kept_changed_and_withdrawn(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    session.set_comment("=left and right swapped")
    assert session.comment == "=left and right swapped"
    assert session.set_comment("=left and right swapped") is None
    session.set_comment("  ")
    assert session.comment == ""
    assert len(rating_history(ws, output_id)) == 2
    assert session.rated == 0


def test_ratings_are_there_when_the_answer_is_opened_again(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    session.set_value("accuracy", 5)
    session.set_comment("Good.")
    again = RatingSession(ws, output_id, "Dr A. Example", workbench_form())
    assert (again.values, again.comment) == ({"accuracy": 5}, "Good.")
    other = RatingSession(ws, output_id, "Dr B. Example", workbench_form())
    assert (other.values, other.comment) == ({}, "")


def test_active_time_leaves_pauses_out(
    ws: Workspace, output_id: str, session: RatingSession, clock: Clock
) -> None:
    clock.now = 10
    session.pause()
    session.pause()
    clock.now = 1000
    session.resume()
    session.resume()
    clock.now = 1005
    session.set_value("accuracy", 1)
    assert current_ratings(ws, output_id)[0].seconds == 15


@pytest.mark.parametrize(("criterion", "value"), [("accuracy", 6), ("harm_extent", 3)])
def test_a_point_the_scale_lacks_is_refused(
    session: RatingSession, criterion: str, value: int
) -> None:
    with pytest.raises(UserFacingError, match="no point"):
        session.set_value(criterion, value)
    with pytest.raises(UserFacingError, match="takes words"):
        session.set_value("comment", value)
    assert session.values == {}


def test_an_unknown_question_and_a_rater_without_a_name_are_refused(
    ws: Workspace, output_id: str, session: RatingSession
) -> None:
    with pytest.raises(UserFacingError, match="no question"):
        session.set_value("beauty", 1)
    with pytest.raises(UserFacingError, match="name"):
        RatingSession(ws, output_id, "  ", workbench_form())
