"""The queue of an evaluation: nothing lost, nothing twice, whatever happens between."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.run import RunSpec
from medsdesk.store.evaluations import (
    Counts,
    FailedItem,
    QueueItem,
    add_evaluation,
    count_items,
    failed_items,
    mark_done,
    mark_failed,
    note_try,
    pending_items,
    positions,
    retry_failed,
    scores_by_metric,
    totals,
    unscored_answers,
)
from medsdesk.store.outputs import add_output, add_scores, list_answers
from medsdesk.store.runs import get_run, list_runs
from medsdesk.store.samples import add_sample, get_sample
from medsdesk.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_a_plan_is_stored_whole_and_read_back_in_order(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(2, 3)
    rows = [(0, 4), (0, 9), (1, 0), (1, 2), (1, 5)]
    assert add_evaluation(ws, run, iter(rows)) == 5
    assert get_run(ws, run.id) == run
    assert count_items(ws, run.id) == Counts(pending=5)
    assert count_items(ws, run.id).items == 5
    assert pending_items(ws, run.id, 0) == (QueueItem(0, 0, 4, 0), QueueItem(1, 0, 9, 0))
    second = [(item.position, item.item_index) for item in pending_items(ws, run.id, 1)]
    assert second == [(2, 0), (3, 2), (4, 5)]
    assert [i.position for i in pending_items(ws, run.id, 1, after=2, limit=1)] == [3]
    assert pending_items(ws, run.id, 1, after=4) == ()


def test_a_plan_that_is_cut_off_leaves_nothing(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(2)

    def broken() -> Iterator[tuple[int, int]]:
        yield 0, 0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_evaluation(ws, run, broken())
    assert count_items(ws, run.id).items == 0
    with pytest.raises(UserFacingError):
        get_run(ws, run.id)


def test_a_run_of_one_text_has_no_queue(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    assert count_items(ws, output.run_id) == Counts()
    assert positions(ws, output.run_id) == {}
    assert failed_items(ws, output.run_id) == ()
    assert totals(ws, output.run_id) == {}
    bare = make.run()
    assert add_evaluation(ws, bare, ()) == 0
    assert get_run(ws, bare.id) == bare


def test_an_answer_and_its_mark_are_stored_together_or_not_at_all(
    ws: Workspace, make: Maker
) -> None:
    run, _ = make.stored_evaluation(ws, done=0, pending=1)
    sample = make.sample()
    output = make.output(run, sample)

    def store(*, cut_off: bool) -> None:
        with ws.transaction():
            add_sample(ws, sample)
            add_output(ws, output)
            mark_done(ws, run.id, 0, output.id)
            if cut_off:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store(cut_off=True)
    assert count_items(ws, run.id) == Counts(pending=1)
    assert list_answers(ws) == ()
    store(cut_off=False)
    assert count_items(ws, run.id) == Counts(done=1)
    assert positions(ws, run.id) == {output.id: 0}


Deal = Callable[[Workspace, RunSpec, str], object]


@pytest.mark.parametrize(
    "deal",
    [
        lambda ws, run, output_id: mark_done(ws, run.id, 0, output_id),
        lambda ws, run, _: mark_failed(ws, run.id, 0, "words"),
        lambda ws, run, _: note_try(ws, run.id, 0),
    ],
    ids=["done", "failed", "tried"],
)
def test_an_item_is_dealt_with_once(ws: Workspace, make: Maker, deal: Deal) -> None:
    """As when two programs resume one evaluation: the second is told, and keeps nothing."""
    run, [answer] = make.stored_evaluation(ws, done=1, pending=0)
    sample = make.sample()
    again = make.output(run, sample)

    def store() -> None:
        with ws.transaction():
            add_sample(ws, sample)
            add_output(ws, again)
            deal(ws, run, again.id)

    with pytest.raises(UserFacingError, match="Another program"):
        store()
    assert positions(ws, run.id) == {answer.id: 0}
    assert len(list_answers(ws)) == 1


def test_tries_are_counted_and_failures_kept_with_words(ws: Workspace, make: Maker) -> None:
    run, _ = make.stored_evaluation(ws, done=1, pending=3)
    assert [note_try(ws, run.id, 2) for _ in range(2)] == [1, 2]
    mark_failed(ws, run.id, 2, "The engine died.")
    mark_failed(ws, run.id, 3, "Too long.")
    assert count_items(ws, run.id) == Counts(pending=1, done=1, failed=2)
    name = "task112_first.json"
    assert failed_items(ws, run.id) == (
        FailedItem(2, "task112", name, 2, 2, "The engine died."),
        FailedItem(3, "task112", name, 3, 0, "Too long."),
    )
    assert len(failed_items(ws, run.id, limit=1)) == 1
    assert retry_failed(ws, run.id) == 2
    assert retry_failed(ws, run.id) == 0
    assert [(i.position, i.attempts) for i in pending_items(ws, run.id, 0)] == [
        (1, 0),
        (2, 0),
        (3, 0),
    ]


def test_the_list_of_runs_tells_how_far_an_evaluation_is(ws: Workspace, make: Maker) -> None:
    make.stored_output(ws)
    run, _ = make.stored_evaluation(ws, done=1, pending=3)
    mark_failed(ws, run.id, 3, "Too long.")
    told = [(s.id == run.id, s.outputs, s.waiting, s.failed) for s in list_runs(ws)]
    assert told == [(True, 1, 2, 1), (False, 1, 0, 0)]


def test_answers_without_scores_are_found_with_their_texts(ws: Workspace, make: Maker) -> None:
    run, outputs = make.stored_evaluation(ws, done=3, pending=1)
    make.stored_output(ws)
    add_scores(ws, outputs[1].id, [make.score()])
    found = unscored_answers(ws, run.id)
    assert [output for output, _ in found] == [outputs[0], outputs[2]]
    assert [sample for _, sample in found] == [get_sample(ws, o.sample_id) for o, _ in found]
    assert len(unscored_answers(ws, run.id, limit=1)) == 1


def test_scores_are_handed_over_by_metric_the_latest_of_each(ws: Workspace, make: Maker) -> None:
    run, outputs = make.stored_evaluation(ws, done=2, pending=0)
    add_scores(ws, outputs[1].id, [make.score("f1", 20.0), make.score("recall", None)])
    add_scores(ws, outputs[0].id, [make.score("f1", 10.0), make.score("recall", 30.0)])
    add_scores(ws, outputs[0].id, [make.score("f1", 11.0)])
    groups = list(scores_by_metric(ws, run.id, "task112"))
    values = [[(score.metric, score.value) for score in group] for group in groups]
    assert values == [[("f1", 11.0), ("f1", 20.0)], [("recall", 30.0), ("recall", None)]]
    assert list(scores_by_metric(ws, run.id, "task1")) == []


def test_totals_are_by_task_in_the_order_of_the_run(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(1, 1)
    add_evaluation(ws, run, [(0, 0), (1, 0)])
    sample = make.sample()
    output = make.output(run, sample)
    with ws.transaction():
        add_sample(ws, sample)
        add_output(ws, output)
        mark_done(ws, run.id, 0, output.id)
    assert list(totals(ws, run.id).items()) == [("task112", (1, 3)), ("task113", (0, 0))]


def test_400_000_items_are_queued_in_little_memory(ws: Workspace, make: Maker) -> None:
    resource = pytest.importorskip("resource", reason="Windows tells the peak otherwise")
    run = make.evaluation(200_000, 200_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = ((file, index) for file in range(2) for index in range(200_000))
    assert add_evaluation(ws, run, rows) == 400_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < (100_000 if sys.platform == "linux" else 100_000_000)
    last = pending_items(ws, run.id, 1, after=399_990)
    assert [item.item_index for item in last][-1] == 199_999
    ws.close()
    with open_workspace(ws.directory) as again:
        assert count_items(again, run.id) == Counts(pending=400_000)
