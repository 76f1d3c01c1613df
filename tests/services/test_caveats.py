"""Every way in which a run can part from the paper is told, and none that it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medsdesk.core.generation import GenerateConfig
from medsdesk.core.run import CaseSource
from medsdesk.services.board import Caveat
from medsdesk.services.caveats import caveats_of, merged, whole_file
from medsdesk.services.own_figures import OwnFigures, OwnTask
from medsdesk.store import evaluations
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.published_results import PublishedColumn, paper_version
from tests.services.boards import RIGHT, WRONG, Made, store_run

Tell = dict[str, Any]


def _column(task_id: str, version: str = "arxiv-v1") -> PublishedColumn:
    return next(c for c in paper_version(version).columns if task_id in c.items)


def _own(ws: Workspace) -> OwnTask:
    figures = OwnFigures()
    return figures.of(ws, figures.tasks(ws)[-1])


def _differences(ws: Workspace, made: Made, **column: Any) -> list[str]:
    store_run(ws, made)
    own = _own(ws)
    told = caveats_of(own, replace(_column(own.counts.task_id), **column))
    return [caveat.text for caveat in told if caveat.kind == "differs"]


AS_THE_PAPER = Made({"task57": [RIGHT, WRONG]})


def test_a_run_as_the_paper_does_it_differs_in_nothing(ws: Workspace) -> None:
    assert _differences(ws, AS_THE_PAPER, items={"task57": 2}) == []
    kinds = [c.kind for c in caveats_of(_own(ws), _column("task57"))]
    assert kinds == ["differs", "unknown"]  # two items for 1,273; the file cannot be compared


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantisation": "Q4_K_M"}, "The model is quantised (Q4_K_M)"),
        ({"file": {"items": 900}}, "A sample: 2 of the file's 900 items, drawn by seed 7."),
        ({"file": {"skipped": 3}}, "cannot be read: 3 items of the file."),
        ({"file": {"shots": 3}}, "Worked cases in the prompt: 3; the paper shows 0."),
        ({"file": {"definition": "own"}}, "The instruction is MedsDesk's own"),
        ({"tasks": {"task57": [RIGHT, RIGHT, None]}}, "It asks 3 items; the paper has 2."),
        ({"tasks": {"task57": [RIGHT, None]}}, "The run has not ended: 1 item to come."),
        ({"completion": {"cut_tokens": 9}}, "2 prompts were cut from the left."),
        ({"completion": {"prompt_tokens": 2049}}, "2 prompts were longer than 2,048 tokens"),
        ({"generate": GenerateConfig(max_new_tokens=40)}, "Answers may have 40 tokens"),
        ({"generate": GenerateConfig(temperature=0.7)}, "at temperature 0.7"),
        ({"template_id": "plain_text"}, "by the template 'plain_text'"),
        ({"chat_template": "plain"}, "without a chat form"),
    ],
)
def test_each_difference_is_a_sentence_of_its_own(ws: Workspace, changes: Tell, words: str) -> None:
    told = _differences(ws, replace(AS_THE_PAPER, **changes), items={"task57": 2})
    assert [text for text in told if words in text], told
    assert len(told) == 1 or "to come" in words or "It asks" in words


@pytest.mark.parametrize("held", ["BF16", "F16", "F32"])
def test_full_precision_is_no_difference(ws: Workspace, held: str) -> None:
    made = replace(AS_THE_PAPER, quantisation=held)
    assert _differences(ws, made, items={"task57": 2}) == []


def test_where_worked_cases_come_from_matters_only_where_there_are_some(ws: Workspace) -> None:
    answer = ("made up", "made up")
    told_of: dict[CaseSource, str] = {"own": "made-up ones", "pool": "never the item itself"}
    for cases, words in told_of.items():
        made = Made({"task46": [answer]}, cases=cases)
        [told] = _differences(ws, made, items={"task46": 1})
        assert words in told
        none = replace(AS_THE_PAPER, cases=cases)
        assert _differences(ws, none, items={"task57": 2}) == []
    assert _differences(ws, Made({"task46": [answer]}), items={"task46": 1}) == []
    notes = [c.text for c in caveats_of(_own(ws), _column("task46")) if c.kind == "note"]
    assert "scored item included" in notes[0]


def test_failed_items_and_what_is_not_known_are_told(ws: Workspace) -> None:
    run = store_run(ws, Made({"task57": [RIGHT, None]}, quantisation="unknown"))
    evaluations.mark_failed(ws, run, 1, "Too long.")
    column = replace(_column("task57"), items={"task57": 0})
    told = [(c.kind, c.text) for c in caveats_of(_own(ws), column)]
    assert ("differs", "Left out, because they failed and have no answer: 1 item.") in told
    assert ("unknown", "How many items the paper has is not known.") in told
    assert ("unknown", "How the model is quantised is not known.") in told


def test_the_demonstration_model_is_named_as_what_it_is(ws: Workspace) -> None:
    store_run(ws, AS_THE_PAPER)
    own = _own(ws)
    own = replace(own, counts=replace(own.counts, model_is_demo=True, files=2))
    told = [c.text for c in caveats_of(own, _column("task57"))]
    assert any("no medical model" in text for text in told)
    assert any("2 task files are put together" in text for text in told)


def test_figures_made_in_part_or_by_a_stand_in_are_told(ws: Workspace) -> None:
    store_run(ws, AS_THE_PAPER)
    own = _own(ws)
    name = "medsbench.accuracy"
    figure = replace(own.measured[name], signature="x|tok:regex~approximate", unscored=1)
    own = replace(own, measured={name: figure}, mixed={name: 4})
    told = " ".join(c.text for c in caveats_of(own, _column("task57")))
    assert "near the authors' and not theirs" in told
    assert "Left out for want of a score: 1 item." in told
    assert "scored in another way: 4 items." in told


def test_what_all_share_is_told_once_and_the_rest_by_name() -> None:
    shared, one = Caveat("differs", "Shared."), Caveat("note", "One.")
    told = merged([("A", [shared, one]), ("B", [shared]), ("C", [one, shared])])
    assert told == (shared, Caveat("note", "A, C: One."))
    assert merged([]) == ()


def test_a_whole_file_has_every_item_in_the_run(ws: Workspace) -> None:
    store_run(ws, AS_THE_PAPER)
    files = _own(ws).files
    assert whole_file(files)
    assert not whole_file((replace(files[0], items=3),))
    assert not whole_file(())
