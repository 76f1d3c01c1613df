"""The forms that ratings name are found: those that come along, own ones, those of studies."""

from __future__ import annotations

from medsdesk.services.instruments import form_names, workbench_form
from medsdesk.services.lock_study import lock_study
from medsdesk.services.own_forms import add_own_form
from medsdesk.services.rated_forms import exported_studies, known_forms
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all

OWN = """
id = "ward"
version = {version}
title = "Ward form"
source = "Made up."
[[criteria]]
id = "useful"
label = "Useful"
question = "Is it useful?"
scale = "ordinal"
anchors = [
  {{ value = 1, label = "No", meaning = "Not at all." }},
  {{ value = 2, label = "Yes", meaning = "It is." }},
]
[[criteria]]
id = "comment"
label = "Comment"
question = "Anything else?"
scale = "text"
anchors = []
"""


def test_forms_are_found_by_name_and_version(ws: Workspace) -> None:
    for version in (1, 2):
        add_own_form(ws, OWN.format(version=version), "ward.toml")
    found = known_forms(ws)
    assert {name for name, _ in found} == {*form_names(), "ward"}
    assert {found["ward", "1"].version, found["ward", "2"].version} == {1, 2}
    assert found["workbench", str(workbench_form().version)] == workbench_form()


def test_only_locked_studies_are_told(ws: Workspace) -> None:
    made = made_study(ws, form="workbench", n_items=4)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    assert list(exported_studies(ws)) == []
    lock_study(ws, made.id, "", "Dr Owner")
    [(sha256, plan)] = exported_studies(ws)
    assert (plan.id, len(sha256)) == (made.id, 64)
    assert ("workbench", "1") in known_forms(ws)
