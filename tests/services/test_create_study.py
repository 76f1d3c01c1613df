"""Studies made of runs: what is stored, what is refused, and what is left out and told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.create_study import create_study, design_of, plan_study
from medsdesk.store.audit import list_entries
from medsdesk.store.studies import has_key, list_studies, study_key, study_plan
from medsdesk.store.workspace import Workspace
from medsdesk.studies.plan_format import fingerprint, read_plan
from medsdesk.studies.planning import Agreed
from tests.made_runs import MODELS, made_run, made_runs, made_samples
from tests.rated_studies import RATERS, made_study, request


def test_a_study_is_stored_with_its_plan_its_key_and_its_row_of_the_trail(ws: Workspace) -> None:
    made = made_study(ws)
    [record] = list_studies(ws)
    assert (record.id, record.name, record.received) == (made.id, "Letters", False)
    text = study_plan(ws, made.id)
    assert fingerprint(text) == made.plan_sha256 == record.plan_sha256
    plan = read_plan(text)
    assert has_key(ws, made.id)
    with pytest.raises(UserFacingError, match="not locked yet"):
        study_key(ws, made.id)
    [entry] = list_entries(ws, made.id)
    assert (entry.action, entry.actor) == ("create", "Dr Owner")
    assert made.plan_sha256 in entry.after
    assert made.items == 12
    assert made.statement == plan.statement
    assert made.forms == ("decision", "radiology")  # by task; chest X-rays have their own
    assert [load.rater for load in made.raters] == list(RATERS[:2])
    assert {item.title for item in plan.items} == {
        "Chest X-ray: impression", "Cancer registry record: next treatment",
    }  # fmt: skip
    assert not any(model in text for model in MODELS)


def test_the_same_request_draws_the_same_items(ws: Workspace) -> None:
    asked = request(made_runs(ws, 20))
    first, second = plan_study(ws, asked), plan_study(ws, asked)
    assert first.plan.items == second.plan.items
    assert first.plan.assignments == second.plan.assignments
    assert first.plan.id != second.plan.id


def test_references_are_in_the_plan_only_where_raters_see_them(ws: Workspace) -> None:
    runs = made_runs(ws, 20)
    assert "Reference of case" not in plan_study(ws, request(runs)).plan_text
    assert "Reference of case" in plan_study(ws, request(runs, show_reference=True)).plan_text


def test_one_form_and_one_language_can_be_chosen(ws: Workspace) -> None:
    planned = plan_study(ws, request(made_runs(ws, 20), form="summary", language="ja"))
    [form] = planned.plan.forms
    assert (form.id, form.language) == ("summary", "ja")
    assert form.translation


def test_incomplete_and_empty_answers_are_left_out_and_told(ws: Workspace) -> None:
    samples = made_samples(ws, 6)
    runs = [
        made_run(ws, "Zebra 8B", samples),
        made_run(ws, "Okapi 1B", samples, finish="died"),
        made_run(ws, "Gnu 3B", samples[:2], text="  "),
    ]
    planned = plan_study(ws, request(runs))
    assert planned.notes[:2] == (
        "Answers left out as empty: 2.",
        "Answers left out as incomplete: 6.",
    )
    assert {each.model_name for each in planned.key.outputs} == {"Zebra 8B"}


def test_two_runs_of_one_model_make_pairs(ws: Workspace) -> None:
    samples = made_samples(ws, 8)
    runs = [made_run(ws, "Zebra 8B", samples, text=f"{word} {{n}}") for word in ("Some", "Other")]
    planned = plan_study(ws, request(runs, kind="pair", n_items=8))
    assert planned.key.design.n_items == 8
    assert planned.plan.forms[0].id == "pair"


def test_points_agreed_on_are_shown_first(ws: Workspace) -> None:
    asked = request(made_runs(ws, 20), form="workbench")
    output = plan_study(ws, asked).key.outputs[0].output_id
    planned = plan_study(ws, replace(asked, agreed=(Agreed((output,), {"accuracy": 4}),)))
    practice = planned.plan.assignments[0].presentations[0]
    [item] = [item for item in planned.plan.items if item.id == practice.item_id]
    assert practice.calibration
    assert item.agreed == (("accuracy", 4),)
    for points in ({"accuracy": 9}, {"acceptable": 1}):
        with pytest.raises(UserFacingError, match="'workbench' has no question"):
            plan_study(ws, replace(asked, agreed=(Agreed((output,), points),)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "no name"),
        ({"raters": ()}, "rater has no name"),
        ({"raters": ("A", " ")}, "rater has no name"),
        ({"raters": ("Dr Roy", "dr  roy ")}, "the same name"),
        ({"raters": tuple(f"R{n}" for n in range(51))}, "at most 50 raters"),
        ({"n_items": 0}, "from 1 to 10,000 items"),
        ({"overlap": 1.5}, "part from 0 to 1"),
        ({"repeat_share": 0.9}, "0 to 0.5"),
        ({"attention_share": -0.1}, "0 to 0.5"),
        ({"n_calibration": -1}, "practice items"),
        ({"seed": "7"}, "64 hexadecimal digits"),
        ({"runs": ()}, "no run"),
        ({"runs": ("ffffffff",)}, "no run 'ffffffff'"),
        ({"form": "nowhere"}, "no rating form named 'nowhere'"),
        ({"form": "pair"}, "compares two answers"),
        ({"form": "summary", "kind": "pair"}, "rates one answer"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_no_choice_is_refused(
    ws: Workspace, changes: dict[str, Any], sentence: str
) -> None:
    runs = made_runs(ws, 12)
    with pytest.raises(UserFacingError, match=sentence):
        create_study(ws, replace(request(runs), **changes), "Dr Owner")
    assert not list_studies(ws)


def test_making_tells_how_far_it_is_and_keeps_nothing_where_it_is_stopped(ws: Workspace) -> None:
    asked = request(made_runs(ws, 12))
    told: list[tuple[int, int]] = []
    stop = CancelToken()

    def tell(done: int, of: int) -> None:
        told.append((done, of))
        if done == 5:
            stop.cancel()

    with pytest.raises(CancelledError):
        create_study(ws, asked, "Dr Owner", stop, tell)
    assert told == [(n, 24) for n in range(1, 6)]
    assert not list_studies(ws)
    assert not list_entries(ws)
    assert create_study(ws, asked, "Dr Owner", CancelToken(), tell).items == 12
    assert told[-1] == (24, 24)


def test_a_name_is_given_once(ws: Workspace) -> None:
    made_study(ws)
    with pytest.raises(UserFacingError, match="a study named 'Letters'"):
        made_study(ws)


def test_what_is_left_open_is_filled_in(ws: Workspace, tmp_path: Path) -> None:
    asked = request(["x"], raters=RATERS, seed=None, primary=" ")
    design = design_of(asked)
    assert design.overlap == 1.0
    assert design.primary == "krippendorff_alpha_ordinal"
    assert len(design.seed) == 64
    assert design_of(asked).seed != design.seed
    many = design_of(request(["x"], raters=("A", "B", "C", "D"), n_items=300))
    assert many.overlap == 0.3
