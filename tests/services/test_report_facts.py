"""What a report is made of: counted from the workspace, and blind where blinding holds."""

from __future__ import annotations

from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.make_report import compared
from medsdesk.services.report_facts import report_facts
from medsdesk.store.workspace import Workspace
from tests.services.reports import QUICK, rated_study


def test_a_locked_study_is_told_whole(ws: Workspace) -> None:
    rated_study(ws)
    made = report_facts(ws, compared(ws, QUICK), QUICK)
    [study] = made.studies
    assert study.key is not None
    assert study.checks is not None
    assert set(made.rated.models) == {"zebra", "okapi"}
    assert {run.model_name for run in made.runs} == {"Zebra 8B", "Okapi 1B"}
    assert made.people == {"Dr Roy": "Rater 1", "Dr Sato": "Rater 2"}
    assert made.report is not None
    assert made.rated.statuses["rated"] == made.report.ratings
    assert made.rated.answers == 12
    assert (made.rated.own, made.rated.imported) == (0, 0)
    named = report_facts(ws, None, QUICK, named=True)
    assert named.people == {"Dr Roy": "Dr Roy", "Dr Sato": "Dr Sato"}


def test_of_an_open_study_nothing_unblinds(ws: Workspace) -> None:
    rated_study(ws, locked=False)
    made = report_facts(ws, None, QUICK)
    assert (made.rated.models, made.runs, made.rated.statuses) == ((), (), {})
    [status] = made.open_studies
    assert status.name == "Letters"
    assert made.studies[0].checks is None


def test_another_study_is_not_told_of(ws: Workspace) -> None:
    rated_study(ws)
    assert report_facts(ws, None, CompareOptions(study="Other")).studies == ()
