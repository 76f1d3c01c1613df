"""Own figures are those that score gives, are kept, and are made anew when something came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.metrics import scoring
from medsdesk.metrics.intervals import ci95
from medsdesk.services.own_figures import STRICT, OwnFigures
from medsdesk.store import evaluations, outputs
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.registry import find_task
from tests.services.boards import RIGHT, WRONG, Made, store_run

TEXTS = [("The lung is clear.", "Clear lungs."), ("No change.", "No change."), ("A", "Other.")]


def test_figures_are_those_of_the_metrics_with_their_intervals(ws: Workspace) -> None:
    store_run(ws, Made({"task46": TEXTS}))
    figures = OwnFigures()
    [counts] = figures.tasks(ws)
    own = figures.of(ws, counts)
    task = find_task("task46")
    rows = [s for text, ref in TEXTS for s in scoring.score(task, text, (ref,), "en")]
    for summed in scoring.summarise(rows):
        if summed.name in ("strict.chrf", "strict.rouge1_f", "strict.rouge2_f"):
            assert summed.name not in own.measured  # the paper has nothing beside it
            continue
        measured = own.measured[summed.name]
        assert (measured.value, measured.n) == (summed.value, 3)
        assert measured.ci95 == ci95([s for s in rows if s.name == summed.name])
        assert measured.stderr == summed.details["stderr"]
    assert set(own.measured) == {
        "medsbench.bleu1",
        "medsbench.rouge",
        "strict.bleu4",
        "strict.rouge_l_f",
    }
    assert STRICT["rouge"] == "rouge_l_f"


def test_what_has_not_changed_is_not_made_again(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store_run(ws, Made({"task57": [RIGHT, WRONG, None], "task46": TEXTS}))
    figures = OwnFigures()
    first = [figures.of(ws, counts) for counts in figures.tasks(ws)]
    asked: list[str] = []
    scores = evaluations.scores_by_metric

    def counted(ws: Workspace, run_id: str, task_id: str) -> object:
        asked.append(task_id)
        return scores(ws, run_id, task_id)

    monkeypatch.setattr(evaluations, "scores_by_metric", counted)
    again = [figures.of(ws, counts) for counts in figures.tasks(ws)]
    assert again == first
    assert asked == []
    store_run(ws, Made({"task57": [RIGHT]}))
    assert [figures.of(ws, c) for c in figures.tasks(ws)][:2] == first
    assert asked == ["task57"]  # the new run's
    evaluations.mark_failed(ws, run, 2, "Too long.")
    assert figures.of(ws, figures.tasks(ws)[0]).counts.failed == 1


def test_a_new_scoring_counts_and_two_ways_are_never_put_together(ws: Workspace) -> None:
    run = store_run(ws, Made({"task57": [RIGHT, WRONG, WRONG]}))
    figures = OwnFigures()
    before = figures.of(ws, figures.tasks(ws)[0])
    name = "medsbench.accuracy"
    assert before.measured[name].value == pytest.approx(100 / 3)
    [first, *_] = evaluations.positions(ws, run)
    old = next(s for s in outputs.scores_of(ws, first) if s.name == name)

    outputs.add_scores(ws, first, [replace(old, signature=old.signature.replace("v:1", "v:2"))])
    after = figures.of(ws, figures.tasks(ws)[0])
    assert (after.measured[name].n, after.mixed) == (2, {name: 1})
