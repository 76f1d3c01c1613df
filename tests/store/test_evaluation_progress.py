"""How far evaluations are, and the pace of the latest one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from medsdesk.store.evaluation_progress import (
    begun_since,
    counts_by_task,
    open_evaluations,
    seconds_per_item,
)
from medsdesk.store.evaluations import Counts, add_evaluation, mark_done, mark_failed
from medsdesk.store.outputs import add_output
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_counts_are_by_task_in_the_order_of_the_run(ws: Workspace, make: Maker) -> None:
    run = make.evaluation(2, 3)
    add_evaluation(ws, run, [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)])
    mark_failed(ws, run.id, 3, "Why.")
    found = counts_by_task(ws, run.id)
    assert list(found.items()) == [("task112", Counts(2, 0, 0)), ("task113", Counts(2, 0, 1))]
    assert counts_by_task(ws, "0" * 32) == {}


def test_open_are_those_that_wait_or_failed(ws: Workspace, make: Maker) -> None:
    waiting, _ = make.stored_evaluation(ws, done=2, pending=1)
    make.stored_evaluation(ws, done=2, pending=0)
    failed = make.evaluation(1, 1)
    add_evaluation(ws, failed, [(0, 0)])
    mark_failed(ws, failed.id, 0, "Why.")
    make.stored_output(ws)
    found = [(e.run_id, e.files, e.done, e.waiting, e.failed) for e in open_evaluations(ws)]
    assert found == [(failed.id, 2, 0, 0, 1), (waiting.id, 1, 2, 1, 0)]
    assert open_evaluations(ws)[0].model_name == failed.model_name


def test_begun_since_are_evaluations_alone(ws: Workspace, make: Maker) -> None:
    early = replace(make.evaluation(1), created_at="2026-01-31T10:00:00.000Z")
    late = replace(make.evaluation(1), created_at="2026-01-31T11:00:00.000Z")
    for run in (early, late):
        add_evaluation(ws, run, [(0, 0)])
    make.stored_output(ws)
    assert begun_since(ws, "") == (early, late)
    assert begun_since(ws, "2026-01-31T10:30:00.000Z") == (late,)


def test_the_pace_leaves_rests_out(ws: Workspace, make: Maker) -> None:
    # The second came 2 s after the first; the third, of 4 s, came after a rest of an hour.
    ends = ("2026-01-31T10:00:00.000Z", "2026-01-31T10:00:02.000Z", "2026-01-31T11:00:02.000Z")
    run = make.evaluation(3)
    add_evaluation(ws, run, [(0, n) for n in range(3)])
    assert seconds_per_item(ws, run.model_sha256) is None
    for position, (end, seconds) in enumerate(zip(ends, (9.0, 3.0, 4.0), strict=True)):
        sample = make.sample(f"Made-up note {position}.")
        output = make.output(run, sample, created_at=end)
        output = replace(output, completion=replace(output.completion, seconds=seconds))
        with ws.transaction():
            add_sample(ws, sample)
            add_output(ws, output)
            mark_done(ws, run.id, position, output.id)
    assert seconds_per_item(ws, run.model_sha256) == pytest.approx((2.0 + 4.0) / 2)
    assert seconds_per_item(ws, "0" * 64) is None
