"""Decisions between raters: rows of their own on the trail, changed and taken back, rules kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.adjudication import Disagreement
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.rating_view import RatingView
from medsdesk.core.study_rating import Mark
from medsdesk.services.adjudicate import LONGEST_WHY, decide
from medsdesk.services.find_disagreements import disagreements
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.services.study_status import study_status
from medsdesk.store.audit import list_entries
from medsdesk.store.study_ratings import current_ratings, ratings_of_study
from medsdesk.store.workspace import Workspace, open_workspace
from tests.rated_studies import elsewhere, made_study, rate_all

ADA = "Dr Ada"


@pytest.fixture
def study(ws: Workspace) -> str:
    """Four items on which two raters are as far apart as can be."""
    made = made_study(ws, n_items=4, form="summary", repeat_share=0, attention_share=0)
    rate_all(ws, made.id, "Dr Roy", lambda *_: 1)
    rate_all(ws, made.id, "Dr Sato", lambda *_: 5)
    return made.id


def _for_z(view: RatingView, _: str) -> int:
    return -2 if "says z" in view.outputs[0] else 2


def _first(ws: Workspace, study: str) -> Disagreement:
    return disagreements(ws, study).rows[0]


def _decide(ws: Workspace, study: str, row: Disagreement, value: Any, **more: Any) -> Disagreement:
    return decide(ws, study, row.item_id, row.criterion, value, **{"adjudicator": ADA, **more})


def test_a_decision_is_a_row_of_its_own_and_answers_stay(ws: Workspace, study: str) -> None:
    before = ratings_of_study(ws, study)
    row = _first(ws, study)
    done = _decide(ws, study, row, 2, why=" The dose is wrong. ")
    assert done.decision is not None
    assert (done.decision.adjudicator, done.decision.value) == (ADA, 2)
    *rest, added = ratings_of_study(ws, study)
    assert tuple(rest) == before
    assert (added.role, added.rater, added.value, added.status) == ("adjudicator", ADA, 2, "rated")
    assert added.presentation_id == row.presentation_id
    entry = list_entries(ws, study)[-1]
    assert (entry.action, entry.subject, entry.actor) == ("adjudicate", added.id, ADA)
    assert entry.why == "The dose is wrong."
    assert disagreements(ws, study).rows[0] == done
    assert disagreements(ws, study).decided == 1
    assert study_status(ws, study).decisions == 1


def test_a_decision_is_changed_left_standing_and_taken_back(ws: Workspace, study: str) -> None:
    row = _first(ws, study)
    for value in (2, 4, "cannot_judge", None, 3):
        done = _decide(ws, study, row, value, adjudicator="dr ada" if value == 4 else ADA)
        assert (done.decision.value if done.decision else None) == value
    rows = [each for each in ratings_of_study(ws, study) if each.role == "adjudicator"]
    assert [each.supersedes for each in rows] == [None, *(each.id for each in rows[:-1])]
    assert [each.status for each in rows] == [
        "rated",
        "rated",
        "cannot_judge",
        "withdrawn",
        "rated",
    ]
    assert {each.rater for each in rows} == {ADA}
    entries = [each for each in list_entries(ws, study) if each.action == "adjudicate"]
    assert len(entries) == 5
    _decide(ws, study, row, 3)  # once more
    assert len([each for each in list_entries(ws, study) if each.action == "adjudicate"]) == 5


def test_the_first_showing_in_the_plans_order_is_named(ws: Workspace) -> None:
    made = made_study(ws, kind="pair", form="preference", n_items=6)
    rate_all(ws, made.id, "Dr Roy", _for_z)
    rate_all(ws, made.id, "Dr Sato", lambda view, asked: -_for_z(view, asked))
    shown = {p.presentation_id for p in current_ratings(ws, made.id, "Dr Roy")}
    for row in disagreements(ws, made.id).rows:
        assert row.presentation_id in shown
        left = "says z" in row.outputs[0]
        _decide(ws, made.id, row, -1 if left else 1)  # for z, whichever side it is on
    for given in current_ratings(ws, made.id, "Dr Roy"):
        for said in current_ratings(ws, made.id, ADA):
            if said.presentation_id == given.presentation_id:
                assert said.value is not None
                assert said.value * (given.value or 0) > 0


def test_marks_are_decided_by_taking_those_of_one_rater(ws: Workspace, study: str) -> None:
    session = StudySession(ws, study, "Dr Sato")
    form, text = session.view.form, session.view.outputs[0]
    kind = next(each for each in form.marks if "output" in each.targets)
    mark = Mark("output_a", 0, 4, text_sha256(text), kind.id, form.severities[0].id)
    session.set_marks([mark])
    [row] = [each for each in disagreements(ws, study).rows if each.criterion == "marks"]
    [number] = [each.number for each in row.answers if each.marks]
    done = _decide(ws, study, row, number)
    assert done.decision is not None
    assert (done.decision.value, done.decision.marks) == (None, (mark,))
    done = _decide(ws, study, row, 0)
    assert done.decision is not None
    assert done.decision.marks == ()
    with pytest.raises(UserFacingError, match="no Rater 3"):
        _decide(ws, study, row, 3)


def test_raters_who_agree_later_leave_the_decision_to_be_seen(ws: Workspace, study: str) -> None:
    row = _first(ws, study)
    _decide(ws, study, row, 2)
    StudySession(ws, study, "Dr Sato").go_to(0)
    rate_all(ws, study, "Dr Sato", lambda *_: 1)
    [left] = disagreements(ws, study).rows
    assert (left.item_id, left.criterion, left.differs) == (row.item_id, row.criterion, False)
    assert _decide(ws, study, left, None).decision is None
    assert not disagreements(ws, study).rows
    with pytest.raises(UserFacingError, match="do not differ"):
        _decide(ws, study, left, 2)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"adjudicator": "DR ROY"}, "DR ROY is one of the raters of this item"),
        ({"adjudicator": "  "}, "not said who decides"),
        ({"value": 9}, "has no point 9"),
        ({"criterion": "comment"}, "no question 'comment' to decide"),
        ({"criterion": "nonsense"}, "no question 'nonsense'"),
        ({"item": "ffff"}, "no item 'ffff' that several raters were shown"),
        ({"item": ""}, "no item ''"),
        ({"value": None}, "no decision on 'Accurate' of this item to take back"),
        ({"why": "x" * (LONGEST_WHY + 1)}, "2,001 characters"),
        ({"named": "Other"}, "no study 'Other'"),
    ],
)
def test_what_cannot_be_decided_is_said(
    ws: Workspace, study: str, changes: dict[str, Any], told: str
) -> None:
    before = len(list_entries(ws))
    row = _first(ws, study)
    asked = {
        "named": study, "item": row.item_id, "criterion": "accurate", "value": 2,
        "adjudicator": ADA, **changes,
    }  # fmt: skip
    with pytest.raises(UserFacingError, match=told):
        decide(ws, **asked)
    assert len(list_entries(ws)) == before


def test_a_second_adjudicator_does_not_decide_over_the_first(ws: Workspace, study: str) -> None:
    row = _first(ws, study)
    _decide(ws, study, row, 2)
    with pytest.raises(UserFacingError, match="Dr Ada has decided this already"):
        _decide(ws, study, row, 4, adjudicator="Dr Bo")
    _decide(ws, study, row, None)
    assert _decide(ws, study, row, 4, adjudicator="Dr Bo").decision is not None


def test_after_the_lock_and_elsewhere_nothing_is_decided(
    ws: Workspace, study: str, tmp_path: Path
) -> None:
    row = _first(ws, study)
    elsewhere(ws, study, "Dr Roy", tmp_path / "roy")
    with (
        open_workspace(tmp_path / "roy" / "workspace") as other,
        pytest.raises(UserFacingError, match="Only the workspace in which the study was made"),
    ):
        _decide(other, study, row, 2)
    _decide(ws, study, row, 2)
    lock_study(ws, study, "", "Dr Owner")
    with pytest.raises(UserFacingError, match="The study is locked"):
        _decide(ws, study, row, 3)
    kept = disagreements(ws, study).rows[0].decision
    assert kept is not None
    assert kept.value == 2


def test_a_closed_set_of_a_rater_can_be_decided_on(ws: Workspace, study: str) -> None:
    for rater in ("Dr Roy", "Dr Sato"):
        lock_study(ws, study, rater, rater)
    assert _decide(ws, study, _first(ws, study), 2).decision is not None
