"""What is handed to the window holds nothing that unblinds."""

from __future__ import annotations

from dataclasses import fields

import msgspec

from medsdesk.core.rating_view import RatingView
from medsdesk.services.open_plan import open_plan
from medsdesk.services.rater_record import RaterRecord
from medsdesk.services.show_rating import show_rating
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, give, made_plan, store_plan


def _view(ws: Workspace, place: int = 0, rater: str = "Dr Ada") -> RatingView:
    plan = open_plan(ws, STUDY, rater)
    return show_rating(plan, RaterRecord(ws, plan), place)


def test_a_view_has_the_texts_by_side_and_no_ids(ws: Workspace) -> None:
    store_plan(ws, made_plan(form="pair"))
    give(ws, rater="Dr Ada", presentation_id="0p1", criterion="correctness", value=-2)
    view = _view(ws, 1, "Dr Bo")
    assert view.outputs == ("Output 1 at place 1: cough.", "Output 1 at place 0: cough.")
    assert view.values == {}
    words = msgspec.json.encode(view).decode()
    for secret in (STUDY, "1p1", "0p1", "i1", "Dr Ada", 'calibration":true'):
        assert f'"{secret}"' not in words
    assert not {"id", "role", "model", "presentation", "output"} & {f.name for f in fields(view)}


def test_answers_by_criterion(ws: Workspace) -> None:
    store_plan(ws, made_plan())
    give(ws, presentation_id="0p0", value=5)
    give(ws, presentation_id="0p0", criterion="useful", status="cannot_judge", value=None)
    give(ws, presentation_id="0p0", criterion="comment", scale="text", value=None, text="Fine.")
    view = _view(ws)
    assert view.values == {"accurate": 5, "useful": "cannot_judge"}
    assert view.comment == "Fine."
    assert (view.complete, view.can_undo, view.can_redo) == (False, True, False)


def test_the_reference_is_shown_where_the_design_shows_it(ws: Workspace) -> None:
    store_plan(ws, made_plan(show_reference=False))
    assert _view(ws).reference is None


def test_agreed_points_are_shown_once_a_calibration_item_is_complete(ws: Workspace) -> None:
    store_plan(ws, made_plan(calibration=1))
    assert (_view(ws).calibration, _view(ws).agreed) == (True, {})
    for criterion in ("accurate", "thorough", "useful", "succinct", "synthesized"):
        give(ws, presentation_id="0p0", criterion=criterion)
        give(ws, presentation_id="0p1", criterion=criterion)
    assert _view(ws).agreed == {"accurate": 3}
    assert (_view(ws, 1).complete, _view(ws, 1).agreed) == (True, {})
