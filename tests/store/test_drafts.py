"""Drafts, places and visits: the last one counts, each rater's own."""

from __future__ import annotations

import pytest

from medsdesk.core.identity import utc_now
from medsdesk.store.drafts import (
    Draft,
    Visit,
    clear_draft,
    last_place,
    list_drafts,
    list_visits,
    save_draft,
    save_place,
    save_visit,
)
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, stored_study

ADA, BO = "Dr Ada", "Dr Bo"


@pytest.fixture(autouse=True)
def study(ws: Workspace) -> None:
    stored_study(ws)


def test_drafts(ws: Workspace) -> None:
    first = Draft("p1", "comment", "Made-up", utc_now())
    longer = Draft("p1", "comment", "Made-up remark 所見", utc_now())
    edit = Draft("p1", "edit", "", utc_now())
    for draft in (first, longer, edit):
        save_draft(ws, STUDY, ADA, draft)
    save_draft(ws, STUDY, BO, first)
    assert list_drafts(ws, STUDY, ADA) == (longer, edit)
    clear_draft(ws, STUDY, ADA, "p1", "comment")
    clear_draft(ws, STUDY, ADA, "p1", "comment")
    assert list_drafts(ws, STUDY, ADA) == (edit,)
    assert list_drafts(ws, STUDY, BO) == (first,)


def test_places(ws: Workspace) -> None:
    assert last_place(ws, STUDY, ADA) is None
    save_place(ws, STUDY, ADA, "p1")
    save_place(ws, STUDY, ADA, "p2")
    assert last_place(ws, STUDY, ADA) == "p2"
    assert last_place(ws, STUDY, BO) is None


def test_visits(ws: Workspace) -> None:
    assert list_visits(ws, STUDY, ADA) == ()
    save_visit(ws, STUDY, ADA, Visit("p1", flagged=True, seconds=1.5))
    save_visit(ws, STUDY, ADA, Visit("p1", skipped=True, seconds=2.5))
    save_visit(ws, STUDY, ADA, Visit("p2", flagged=True))
    assert set(list_visits(ws, STUDY, ADA)) == {
        Visit("p1", skipped=True, seconds=2.5),
        Visit("p2", flagged=True),
    }
    assert list_visits(ws, STUDY, BO) == ()
