"""Items are found by kind, words and place, alike for evaluations and single texts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.evaluations import mark_failed
from medsdesk.store.items import (
    RunChoice,
    answer_row,
    count_of,
    find_words,
    list_choices,
    marks,
    read_rows,
)
from medsdesk.store.outputs import add_scores, list_answers
from medsdesk.store.ratings import add_rating
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_marks_are_told_item_by_item_with_their_scores(ws: Workspace, make: Maker) -> None:
    run, answers = make.stored_evaluation(ws, done=2, pending=2)
    mark_failed(ws, run.id, 2, "Too long.")
    add_scores(ws, answers[0].id, [make.score(value=0.0), make.score("f1", 30.0)])
    add_scores(ws, answers[0].id, [make.score(value=100.0)])
    assert count_of(ws, run.id) == 4
    found = marks(ws, run.id, ("accuracy", "rouge"), 0, 3)
    assert [tuple(mark) for mark in found] == [
        (0, "task112", "done", "stop", 0, "strict", "accuracy", 0.0, None),
        (0, "task112", "done", "stop", 0, "strict", "accuracy", 100.0, None),
        (1, "task112", "done", "stop", 0, None, None, None, None),
        (2, "task112", "failed", None, None, None, None, None, None),
    ]
    assert [mark[0] for mark in marks(ws, run.id, ("accuracy",), 3, 10)] == [3]


def test_a_page_is_in_the_order_asked_for_and_cut_short(ws: Workspace, make: Maker) -> None:
    run, answers = make.stored_evaluation(ws, done=3, pending=1)
    add_scores(ws, answers[2].id, [make.score(value=0.0), make.score(value=50.0)])
    rows = read_rows(ws, run.id, [2, 9, 3, 0], shown=6)
    assert [row.position for row in rows] == [2, 3, 0]
    first, waiting, last = rows
    assert (first.input, first.answer, first.references) == ("Made-u", "Answer", "Cough.")
    assert (first.file, first.file_place, first.item_index) == ("task112_first.json", 0, 2)
    assert [score.value for score in first.scores] == [50.0]
    assert (waiting.state, waiting.output_id, waiting.input, waiting.scores) == (
        "pending",
        None,
        None,
        (),
    )
    assert last.scores == ()
    (whole,) = read_rows(ws, run.id, [0])
    assert whole.answer == "Answer 0."


def test_a_single_text_is_a_run_of_one_item(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws, "Fever.")
    other = make.stored_output(ws, "Cough.")
    add_scores(ws, output.id, [make.score(value=0.0)])
    assert count_of(ws, output.run_id) == 1
    (row,) = read_rows(ws, output.run_id, [0, 1])
    assert (row.answer, row.file, row.state, row.output_id) == ("Fever.", "", "done", output.id)
    assert [m[5:8] for m in marks(ws, output.run_id, ("accuracy",), 0, 9)] == [
        ("strict", "accuracy", 0.0)
    ]
    assert find_words(ws, output.run_id, ["fever"], 0, 9) == [0]
    assert find_words(ws, other.run_id, ["fever"], 0, 9) == []
    assert count_of(ws, "none") == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ЛЁГКИЕ"], [0]),
        (["strasse"], [1]),
        (["CAFÉ"], [1]),
        (["cafe\u0301"], [1]),
        (["心脏"], [2]),
        (["made-up", "answer 1"], [1]),
        (['"quoted" \\ reference'], [2]),
        (["%"], []),
        (["made-up"], [0, 1, 2]),
        (["too LONG"], [3]),
        (["made-up", "nowhere"], []),
    ],
)
def test_words_are_found_in_every_script_and_case(
    ws: Workspace, make: Maker, words: list[str], found: list[int]
) -> None:
    from medsdesk.store.evaluations import add_evaluation, mark_done
    from medsdesk.store.outputs import add_output
    from medsdesk.store.samples import add_sample

    texts = ["Made-up: лёгкие чистые.", "Made-up: Straße, Café.", "Made-up: 心脏正常。"]
    run = make.evaluation(4)
    add_evaluation(ws, run, ((0, n) for n in range(4)))
    for position, text in enumerate(texts):
        targets = ('A "quoted" \\ reference.',) if position == 2 else ()
        sample = make.sample(unicodedata.normalize("NFC", text), targets=targets)
        output = make.output(run, sample, f"Answer {position}.")
        with ws.transaction():
            add_sample(ws, sample)
            add_output(ws, output)
            mark_done(ws, run.id, position, output.id)
    mark_failed(ws, run.id, 3, "It is too long.")
    assert find_words(ws, run.id, words, 0, 4) == found
    assert find_words(ws, run.id, words, 1, 2) == [p for p in found if p == 1]


def test_an_answer_is_read_with_all_that_belongs_to_it(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score()])
    add_rating(ws, make.rating(output.id))
    assert answer_row(ws, output.id) == list_answers(ws)[0]
    with pytest.raises(UserFacingError, match="no answer"):
        answer_row(ws, "none")


def test_runs_to_choose_from_tell_their_counts(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    run, _ = make.stored_evaluation(ws, done=2, pending=2)
    mark_failed(ws, run.id, 2, "Too long.")
    from medsdesk.store.runs import add_run

    add_run(ws, make.run())  # stopped before it had an answer: nothing to look at
    choices = list_choices(ws)
    assert choices[0] == RunChoice(
        run.id, run.created_at, "Small", ("task112",), True, items=4, answered=2
    )
    assert [(c.id, c.is_evaluation, c.items) for c in choices[1:]] == [(output.run_id, False, 1)]
