"""Where raters differ is found on ordinary items only, from one side, and nothing unblinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from medsdesk.core.adjudication import Disagreements
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.rating_view import RatingView
from medsdesk.core.study_rating import Mark
from medsdesk.services.find_disagreements import disagreements
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_runs import MODELS
from tests.rated_studies import Rule, elsewhere, made_study, rate_all

RATERS = ("Dr Roy", "Dr Sato")
CHECKS = {"n_calibration": 2, "repeat_share": 0.2, "attention_share": 0.2}


def _low(view: RatingView, criterion: str) -> int:
    return _points(view, criterion)[0]


def _high(view: RatingView, criterion: str) -> int:
    return _points(view, criterion)[-1]


def _next(view: RatingView, criterion: str) -> int:
    return _points(view, criterion)[1]


def _points(view: RatingView, criterion: str) -> list[int]:
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    return [anchor.value for anchor in asked.anchors] or [0, 1, 5]


def _rated(ws: Workspace, first: Rule, second: Rule, **changes: Any) -> str:
    made = made_study(ws, **{"n_items": 6, "form": "workbench", **CHECKS, **changes})
    rate_all(ws, made.id, RATERS[0], first)
    rate_all(ws, made.id, RATERS[1], second)
    return made.id


def test_only_ordinary_items_of_two_raters_are_compared(ws: Workspace) -> None:
    found = disagreements(ws, _rated(ws, _low, _high))
    assert found.compared == 6
    assert len({row.item_id for row in found.rows}) == 6
    for row in found.rows:
        assert row.question is not None
        assert sorted(each.number for each in row.answers) == [1, 2]
        points = [anchor.value for anchor in row.question.anchors] or [0, 5]
        assert {each.value for each in row.answers} == {points[0], points[-1]}
    asked = {row.criterion for row in found.rows}
    assert len(found.rows) == 6 * len(asked)


def test_neighbouring_points_are_no_disagreement_unless_asked_for(ws: Workspace) -> None:
    study = _rated(ws, _low, _next, form="summary")
    assert not disagreements(ws, study).rows
    assert len(disagreements(ws, study, points=1).rows) == 6 * 5
    with pytest.raises(UserFacingError, match="differ by 0 points"):
        disagreements(ws, study, points=0)


def _for_zebra(view: RatingView, criterion: str) -> int:
    return -2 if "says z" in view.outputs[0] else 2 if "says z" in view.outputs[1] else 0


def _against_zebra(view: RatingView, criterion: str) -> int:
    return -_for_zebra(view, criterion)


def test_pairs_are_compared_from_one_side(ws: Workspace) -> None:
    agreed = _rated(ws, _for_zebra, _for_zebra, kind="pair", form="preference", n_items=10)
    assert not disagreements(ws, agreed).rows


def test_pairs_that_differ_tell_who_saw_them_the_other_way_round(ws: Workspace) -> None:
    study = _rated(ws, _for_zebra, _against_zebra, kind="pair", form="preference", n_items=10)
    found = disagreements(ws, study)
    assert len(found.rows) == 10
    for row in found.rows:
        assert {each.value for each in row.answers} == {-2, 2}
        assert not all(each.swapped for each in row.answers)
    assert any(each.swapped for row in found.rows for each in row.answers)


def test_one_who_cannot_judge_differs_from_one_who_can(ws: Workspace) -> None:
    study = _rated(ws, _low, _low, form="summary", n_items=4)
    session = StudySession(ws, study, RATERS[0])
    view = session.go_to(0)
    for _ in range(view.total):
        session.set_cannot_judge("useful")
        view = session.next()
    found = disagreements(ws, study)
    assert {row.criterion for row in found.rows} == {"useful"}
    assert len(found.rows) == 4
    assert {each.value for each in found.rows[0].answers} == {1, "cannot_judge"}


def test_marks_that_one_set_alone(ws: Workspace) -> None:
    study = _rated(ws, _low, _low, form="summary", n_items=4, n_calibration=0, repeat_share=0,
                   attention_share=0)  # fmt: skip
    session = StudySession(ws, study, RATERS[0])
    text = session.view.outputs[0]
    kind = next(each for each in session.view.form.marks if "output" in each.targets)
    mark = Mark("output_a", 0, 4, text_sha256(text), kind.id, session.view.form.severities[0].id)
    session.set_marks([mark])
    session.set_comment("Made-up remark.")
    [row] = disagreements(ws, study).rows
    assert (row.criterion, row.label, row.question) == ("marks", "Marks", None)
    assert sorted(len(each.marks) for each in row.answers) == [0, 1]
    assert {each.comment for each in row.answers} == {"", "Made-up remark."}


def _whole(found: Disagreements) -> str:
    return json.dumps(msgspec.to_builtins(found), ensure_ascii=False)


def test_nothing_unblinds_before_the_lock_and_names_are_told_after_it(ws: Workspace) -> None:
    study = _rated(ws, _low, _high)
    blind = _whole(disagreements(ws, study))
    outputs = [row[0] for row in ws.db.execute("SELECT id FROM outputs")]
    for secret in (*RATERS, *MODELS, "zebra", "okapi", "bleu", *outputs):
        assert secret not in blind
    lock_study(ws, study, "", "Dr Owner")
    found = disagreements(ws, study)
    assert found.locked
    assert {each.name for row in found.rows for each in row.answers} == set(RATERS)
    assert not any(secret in _whole(found) for secret in (*MODELS, *outputs))


def test_numbers_of_raters_are_dealt_item_by_item(ws: Workspace) -> None:
    found = disagreements(ws, _rated(ws, _low, _high, form="summary", n_items=12))
    firsts = {row.item_id: row.answers[0].value for row in found.rows if row.criterion == "useful"}
    assert len(set(firsts.values())) == 2
    for row in found.rows:  # one rater has one number for all questions of an item
        assert row.answers[0].value == firsts[row.item_id]


def test_who_rates_an_item_is_not_shown_what_others_answered(ws: Workspace) -> None:
    study = _rated(ws, _low, _high)
    found = disagreements(ws, study, "dr roy")
    assert (found.rows, found.own, found.compared) == ((), 6, 6)
    assert disagreements(ws, study, "Dr Ada").own == 0


def test_only_the_owner_compares(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, n_items=4)
    elsewhere(ws, made.id, RATERS[0], tmp_path / "roy")
    with (
        open_workspace(tmp_path / "roy" / "workspace") as other,
        pytest.raises(UserFacingError, match="Only the workspace in which the study was made"),
    ):
        disagreements(other, made.id)
