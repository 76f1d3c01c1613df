"""How far a study has come: counted presentation by presentation, never by what was answered."""

from __future__ import annotations

from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.services.study_status import all_studies, study_status, unanswered
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, middle, rate_all


def test_progress_of_each_rater(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    empty = study_status(ws, "Letters")
    assert [(r.complete, r.presentations, r.last_at) for r in empty.raters] == [(0, 6, None)] * 2
    assert (empty.owned, empty.locked, empty.ratings) == (True, None, 0)
    rate_all(ws, made.id, "Dr Roy")
    session = StudySession(ws, made.id, "Dr Sato", clock=lambda: 0.0)
    criteria = [c for c in session.view.form.criteria if c.scale != "text"]
    for criterion in criteria[:-1]:
        session.set_value(criterion.id, middle(session.view, criterion.id))
    half = study_status(ws, made.id).raters[1]
    assert (half.complete, half.answers, half.too_fast) == (0, len(criteria) - 1, 1)
    session.set_cannot_judge(criteria[-1].id)
    status = study_status(ws, made.id)
    roy, sato = status.raters
    assert (roy.complete, roy.cannot_judge) == (6, 0)
    assert (sato.complete, sato.cannot_judge, sato.seconds) == (1, 1, 0.0)
    assert status.ratings == roy.answers + sato.answers
    assert sato.last_at is not None
    _, plan = study_with_plan(ws, made.id)
    assert unanswered(ws, made.id, plan) == {"Dr Sato": 5}
    assert unanswered(ws, made.id, plan, "Dr Roy") == {}


def test_an_answer_taken_back_is_missing_again(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    rate_all(ws, made.id, "Dr Roy")
    session = StudySession(ws, made.id, "Dr Roy")
    session.clear(session.view.form.criteria[0].id)
    status = study_status(ws, made.id)
    assert status.raters[0].complete == 5
    assert status.ratings == status.raters[0].answers + 2


def test_closed_sets_and_all_studies(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    lock_study(ws, made.id, "Dr Roy", "Dr Roy", incomplete=True)
    roy, sato = study_status(ws, made.id).raters
    assert roy.closed
    assert sato.closed is None
    lock_study(ws, made.id, "", "Dr Owner", incomplete=True)
    [status] = all_studies(ws)
    assert status.locked
    assert all(rater.closed for rater in status.raters)
    assert status.forms == ("decision@1", "radiology@1")
