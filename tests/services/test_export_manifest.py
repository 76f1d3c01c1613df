"""The record of an export says what it is of, and no more than its profile allows."""

from __future__ import annotations

import json

from medsdesk.core.identity import program_version
from medsdesk.services.export_manifest import about, manifest, signatures, sums
from medsdesk.services.gather_ratings import gather_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.lock_study import lock_study
from medsdesk.store.studies import list_studies
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all


def _locked(ws: Workspace) -> None:
    made = made_study(ws, form="workbench", n_items=4)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")


def test_a_full_record_names_forms_plans_and_runs(ws: Workspace) -> None:
    _locked(ws)
    found = gather_ratings(ws, "full")
    told = manifest(ws, found)
    form = workbench_form()
    assert told["forms"] == [{"id": form.id, "version": form.version, "sha256": form.sha256}]
    [study] = told["studies"]
    assert (study["study"], study["plan_sha256"]) == ("Letters", list_studies(ws)[0].plan_sha256)
    assert {run["model_name"] for run in told["runs"]} == {"Zebra 8B", "Okapi 1B"}
    assert (told["version"], told["ratings"]) == (program_version(), len(found.rows))
    assert told["metrics"] == {"strict.bleu4": ("made up",)}
    assert told == manifest(ws, found)
    json.dumps(told)


def test_a_deidentified_record_names_nobody_and_no_day(ws: Workspace) -> None:
    _locked(ws)
    full = gather_ratings(ws, "full")
    found = gather_ratings(ws, "deidentified")
    told = manifest(ws, found)
    text = json.dumps(told)
    for secret in ("Letters", "Zebra", "zebra", "nowhere.gguf", "Dr Roy", *full.runs):
        assert secret not in text
    assert str(full.rows[0]["rated_at"])[:10] not in text
    [study] = told["studies"]
    assert {row.text("study") for row in found.rows} == {study["study"]}
    assert {run["id"] for run in told["runs"]} == {row.text("run") for row in found.rows}
    assert {run["model"] for run in told["runs"]} == {row.text("model") for row in found.rows}
    assert signatures(ws, found) == {"strict.bleu4": ("made up",)}


def test_checksums_are_lines_that_other_programs_read() -> None:
    assert sums({"a.csv": "0" * 64}) == f"{'0' * 64}  a.csv\n"


def test_the_sheet_says_what_the_record_says(ws: Workspace) -> None:
    _locked(ws)
    rows = about(manifest(ws, gather_ratings(ws, "deidentified")), ["A note."])
    assert ["profile", "deidentified"] in rows
    assert ["note", "A note."] in rows
    assert any(key == "study plan" for key, _ in rows)
