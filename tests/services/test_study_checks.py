"""Repeats and damaged copies, read after the lock: with known raters the figures are known."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating_view import RatingView
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.lock_study import lock_study
from medsdesk.services.study_checks import SAME_DIRECTION, StudyChecks, study_checks
from medsdesk.store.workspace import Workspace
from tests.rated_studies import Rule, made_study, middle, rate_all


def _checked(ws: Workspace, rule: Rule, other: Rule, **changes: Any) -> StudyChecks:
    made = made_study(
        ws, texts=40, n_items=30, repeat_share=0.2, attention_share=0.2, **changes
    )  # fmt: skip
    rate_all(ws, made.id, "Dr Roy", rule)
    rate_all(ws, made.id, "Dr Sato", other)
    lock_study(ws, made.id, "", "Dr Owner")
    return study_checks(ws, made.id)


def _dose(text: str) -> int:
    return int(next(word for word in text.split() if word.isdigit()))


def _reader(view: RatingView, criterion: str) -> int:
    """Somebody who reads: the better, the smaller the dose is."""
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    points = [anchor.value for anchor in asked.anchors]
    if len(view.outputs) == 1:
        low, high = min(points), max(points)
        return high if _dose(view.outputs[0]) < 45 else low
    left, right = (_dose(output) for output in view.outputs)
    return max(points) if left > right else min(points) if left < right else 0


def _leftmost(view: RatingView, criterion: str) -> int:
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    return min(anchor.value for anchor in asked.anchors)


def test_pairs_who_reads_and_who_always_says_left(ws: Workspace) -> None:
    found = _checked(ws, _reader, _leftmost, kind="pair", form="preference")
    roy = {row.result for row in found.attention if row.rater == "Dr Roy"}
    assert roy == {"passed"}
    _, plan = study_with_plan(ws, "Letters")
    outputs = {item.id: item.outputs for item in plan.items}
    shown = {
        p.id: [outputs[p.item_id][place] for place in p.order]
        for p in plan.assignments[1].presentations
    }
    for row in found.attention:
        if row.rater == "Dr Sato":  # missed wherever the copy, with the larger dose, was left
            left, right = map(_dose, shown[row.presentation])
            assert row.result == ("missed" if left > right else "passed")
    assert {row.fault for row in found.attention} == {"dose_times_ten"}
    same = {row.statistic: row.value for row in found.repeats}
    assert same[SAME_DIRECTION] == 0.5  # one always the same, one always the other way round
    assert same["intra_rater_same_value"] == 0.5


def test_single_answers(ws: Workspace) -> None:
    found = _checked(ws, middle, middle, form="workbench")
    assert {row.result for row in found.attention} == {"passed"}
    values = {row.criterion: row.value for row in found.repeats if "same" in row.statistic}
    assert set(values.values()) == {1.0}
    assert "comment" not in values
    assert len(found.attention) == 12
    assert {row.n_items for row in found.repeats} == {12}


def test_before_the_lock_nobody_is_told(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    with pytest.raises(UserFacingError, match="not locked yet"):
        study_checks(ws, made.id)


def test_what_was_not_answered_is_no_verdict(ws: Workspace) -> None:
    made = made_study(ws, n_items=10, attention_share=0.2, repeat_share=0.2)
    lock_study(ws, made.id, "", "Dr Owner", incomplete=True)
    found = study_checks(ws, made.id)
    assert {row.result for row in found.attention} == {"unanswered"}
    assert {row.value for row in found.repeats} == {None}
