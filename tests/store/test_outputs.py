"""Answers and scores come back as they went in, and are listed with all that belongs to them."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.models import add_model, forget_model
from medsdesk.store.outputs import (
    AnswerRow,
    add_output,
    add_scores,
    get_output,
    list_answers,
    score_signatures,
    scores_of,
)
from medsdesk.store.ratings import add_rating
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": ""},
        {"text": "cut off\0 🫁", "finish_reason": "died", "error": "The engine stopped."},
        {"finish_reason": "cancelled", "cut_tokens": 12, "seconds": 1 / 3, "tokens": 0},
        {"finish_reason": "length", "text": "長い。" * 350_000},
    ],
    ids=range(5),
)
def test_round_trip(ws: Workspace, make: Maker, fields: dict[str, Any]) -> None:
    run, sample = make.run(), make.sample()
    add_run(ws, run)
    add_sample(ws, sample)
    output = make.output(run, sample)
    output = replace(output, completion=replace(output.completion, **fields))
    add_output(ws, output)
    assert get_output(ws, output.id) == output


def test_an_unknown_output_is_told(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no answer with the id 'nope'"):
        get_output(ws, "nope")


def test_an_output_needs_its_run_and_sample(ws: Workspace, make: Maker) -> None:
    output = make.output(make.run(), make.sample())
    with pytest.raises(sqlite3.IntegrityError):
        add_output(ws, output)
    with pytest.raises(sqlite3.IntegrityError):
        add_scores(ws, output.id, [make.score()])


def test_scores_come_back_in_order(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    scores = (
        make.score("recall", 50.0, details={"tp": 1.0, "fn": 1.0}, answer="Cough\0 🫁"),
        make.score("accuracy", 0.0),
        make.score("f1", None),
        make.score("accuracy", 100.0 / 3, protocol="medsbench"),
    )
    add_scores(ws, output.id, scores)
    assert scores_of(ws, output.id) == scores


def test_no_scores(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [])
    assert scores_of(ws, output.id) == ()


def test_a_second_scoring_counts_and_the_first_stays(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score(value=100.0), make.score("f1", 10.0)])
    for value in (50.0, 0.0, 75.0, None):
        again = make.score(value=value, signature="accuracy|v2")
        add_scores(ws, output.id, [again])
        assert scores_of(ws, output.id) == (make.score("f1", 10.0), again)
    assert ws.db.execute("SELECT count(*) FROM scores").fetchone() == (6,)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_no_score(ws: Workspace, make: Maker, value: float) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score(value=value)])
    (score,) = scores_of(ws, output.id)
    assert score.value is None
    assert score.reason == f"the metric gave {value}, which is no number"


def test_a_count_that_is_no_number_stays_none(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score(details={"tp": math.nan, "fp": 2.0})])
    (score,) = scores_of(ws, output.id)
    assert math.isnan(score.details["tp"])
    assert score.details["fp"] == 2.0


def test_an_unscored_answer_must_say_why(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    with pytest.raises(sqlite3.IntegrityError):
        add_scores(ws, output.id, [make.score(), make.score("f1", None, reason=None)])
    assert scores_of(ws, output.id) == ()


def test_answers_are_listed_with_all_that_belongs_to_them(ws: Workspace, make: Maker) -> None:
    add_model(ws, make.model(is_demo=True))
    run, sample = make.run(shots=0), make.sample()
    with ws.transaction():
        add_run(ws, run)
        add_sample(ws, sample)
        output = make.output(run, sample)
        add_output(ws, output)
    forget_model(ws, "small-q4")
    other = make.stored_output(ws, "Other.")
    add_scores(ws, output.id, [make.score(value=0.0)])
    add_scores(ws, output.id, [make.score(value=100.0), make.score("f1", None)])
    rated = make.rating(output.id)
    mine = make.rating(output.id, value=5, supersedes=rated.id)
    gone = make.rating(output.id, criterion="clarity")
    taken_back = make.rating(
        output.id, criterion="clarity", status="withdrawn", value=None, supersedes=gone.id
    )
    theirs = make.rating(output.id, rater="Dr Bo", status="cannot_judge", value=None)
    for rating in (rated, mine, gone, taken_back, theirs):
        add_rating(ws, rating)
    newest, oldest = list_answers(ws)
    assert newest.output == other
    assert (newest.scores, newest.ratings, newest.model_is_demo) == ((), (), False)
    assert oldest == AnswerRow(
        output=output,
        sample=sample,
        model_id="small-q4",
        model_name="Small",
        model_is_demo=True,
        shots=0,
        scores=(make.score(value=100.0), make.score("f1", None)),
        ratings=(mine, theirs),
    )


def test_answers_of_one_run_and_no_more_than_asked_for(ws: Workspace, make: Maker) -> None:
    outputs = [make.stored_output(ws, str(number)) for number in range(3)]
    assert [row.output for row in list_answers(ws, limit=2)] == [outputs[2], outputs[1]]
    (only,) = list_answers(ws, outputs[0].run_id[:10])
    assert only.output == outputs[0]
    assert list_answers(ws, limit=0) == ()
    assert len(list_answers(ws, limit=-1)) == 3
    with pytest.raises(UserFacingError, match="no run"):
        list_answers(ws, "f" * 40)


def test_how_scores_were_made_is_told_once_by_name(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    score = make.score()
    add_scores(ws, output.id, [score])
    assert score_signatures(ws) == {score.name: (score.signature,)}
