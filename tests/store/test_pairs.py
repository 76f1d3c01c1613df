"""Two runs are paired by what their items are, never by the order they are in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.core.run import RunSpec
from medsdesk.store.evaluations import add_evaluation, mark_done, mark_failed
from medsdesk.store.outputs import add_output, add_scores
from medsdesk.store.pairs import PairedMetric, pair_items, paired_metrics, paired_scores
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

STRICT = PairedMetric("task112", "strict", "accuracy")


def stored(ws: Workspace, make: Maker, files: list[str], queue: list[tuple[int, int]]) -> RunSpec:
    """Store an evaluation whose answers are right where the item's number is even."""
    run = make.evaluation(*[1] * len(files))
    record = run.evaluation
    assert record is not None
    named = tuple(
        replace(file, sha256=sha, task_id="task112" if sha != "c" else "task113")
        for file, sha in zip(record.files, files, strict=True)
    )
    run = replace(run, evaluation=replace(record, files=named))
    add_evaluation(ws, run, queue)
    for position, (file, index) in enumerate(queue):
        sample = make.sample(
            f"Text {files[file]} {index}",
            task_id=named[file].task_id,
            input_sha256=f"{files[file]}{index}",
        )
        output = make.output(run, sample)
        with ws.transaction():
            add_sample(ws, sample)
            add_output(ws, output)
            mark_done(ws, run.id, position, output.id)
        add_scores(ws, output.id, [make.score(value=float(10 * index + position))])
    return run


def paired(ws: Workspace, first: RunSpec, second: RunSpec) -> list[tuple[int, int]]:
    with ws.reading():
        return list(pair_items(ws, first.id, second.id))


def values(ws: Workspace, first: str, second: str) -> list[tuple[object, ...]]:
    with ws.reading():
        rows = list(paired_scores(ws, first, second, STRICT))
    return [(one.value, other.value, same) for one, other, same in rows]


def test_evaluations_are_paired_by_file_and_place_in_it(ws: Workspace, make: Maker) -> None:
    one = stored(ws, make, ["a", "b"], [(0, 0), (0, 4), (1, 2), (1, 7)])
    other = stored(ws, make, ["c", "b", "a"], [(0, 0), (1, 7), (1, 1), (2, 4), (2, 0)])
    assert paired(ws, one, other) == [
        (0, 4),
        (1, 3),
        (3, 1),
    ]
    assert paired(ws, other, one) == [
        (1, 3),
        (3, 1),
        (4, 0),
    ]
    assert paired_metrics(ws, one.id, other.id) == (STRICT,)
    assert values(ws, one.id, other.id) == [(0, 4, True), (41, 43, True), (73, 71, True)]


def test_a_file_that_a_run_has_twice_counts_once(ws: Workspace, make: Maker) -> None:
    one = stored(ws, make, ["a", "a"], [(0, 0), (0, 1), (1, 0)])
    other = stored(ws, make, ["a"], [(0, 1), (0, 0)])
    assert paired(ws, one, other) == [(0, 1), (1, 0)]
    assert paired(ws, other, one) == [(0, 1), (1, 0)]


def test_items_that_failed_are_paired_but_have_no_scores(ws: Workspace, make: Maker) -> None:
    one = stored(ws, make, ["a"], [(0, 0)])
    other = make.evaluation(1)
    record = other.evaluation
    assert record is not None
    files = (replace(record.files[0], sha256="a"),)
    other = replace(other, evaluation=replace(record, files=files))
    add_evaluation(ws, other, [(0, 0)])
    mark_failed(ws, other.id, 0, "Too long.")
    assert len(paired(ws, one, other)) == 1
    assert paired_metrics(ws, one.id, other.id) == ()
    assert values(ws, one.id, other.id) == []


def single(ws: Workspace, make: Maker, sha: str, *targets: str) -> RunSpec:
    run, sample = make.run(), make.sample(input_sha256=sha, targets=targets)
    output = make.output(run, sample)
    with ws.transaction():
        add_run(ws, run)
        add_sample(ws, sample)
        add_output(ws, output)
    add_scores(ws, output.id, [make.score(value=50.0)])
    return run


def test_single_texts_are_paired_by_text_and_task(ws: Workspace, make: Maker) -> None:
    one, same = single(ws, make, "x", "Yes."), single(ws, make, "x", "Yes.")
    elsewhere, reworded = single(ws, make, "y"), single(ws, make, "x", "No.")
    assert paired(ws, one, same) == [(0, 0)]
    assert paired(ws, one, elsewhere) == []
    assert values(ws, one.id, same.id) == [(50.0, 50.0, True)]
    assert values(ws, one.id, reworded.id) == [(50.0, 50.0, False)]


def test_a_single_text_finds_its_item_in_an_evaluation(ws: Workspace, make: Maker) -> None:
    evaluation = stored(ws, make, ["a"], [(0, 3), (0, 5)])
    text = single(ws, make, "a5", "Cough.")
    assert paired(ws, text, evaluation) == [(0, 1)]
    assert paired(ws, evaluation, text) == [(1, 0)]
    assert values(ws, text.id, evaluation.id) == [(50.0, 51.0, True)]
