"""The way through a study: places, flags, drafts and times are there again after a restart."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries
from medsdesk.store.drafts import list_drafts, list_visits
from medsdesk.store.studies import lock
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, entry, give, made_plan, store_plan
from tests.services.test_active_time import Clock

SCALES = ("accurate", "thorough", "useful", "succinct", "synthesized")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(ws: Workspace, clock: Clock) -> StudySession:
    return StudySession(ws, store_plan(ws, made_plan(4)), "Dr Ada", clock)


def _again(ws: Workspace, clock: Clock | None = None) -> StudySession:
    return StudySession(ws, STUDY, "Dr Ada", clock or Clock())


def _complete(session: StudySession) -> None:
    for criterion in SCALES:
        session.set_value(criterion, 3)


def test_forward_and_back_within_the_list(session: StudySession) -> None:
    assert (session.view.place, session.view.total) == (0, 4)
    assert session.previous().place == 0
    assert [session.next().place for _ in range(5)] == [1, 2, 3, 3, 3]
    assert session.previous().place == 2
    assert session.go_to(1).source.startswith("Made-up note 1:")
    for place in (-1, 4):
        with pytest.raises(UserFacingError, match=f"no item {place + 1}"):
            session.go_to(place)
    assert session.view.place == 1
    assert session.instructions == "Read all of it first."


def test_the_same_item_after_a_restart(ws: Workspace, session: StudySession) -> None:
    session.next()
    session.next()
    assert _again(ws).view == session.view


def test_skipped_items_come_last(ws: Workspace, session: StudySession) -> None:
    assert session.skip().place == 1
    _complete(session)
    assert session.first_open().place == 2
    assert _again(ws).first_open().place == 2
    _complete(session)
    session.next()
    assert session.skip().place == 3
    assert session.first_open().place == 0
    _complete(session)
    assert session.first_open().place == 3
    _complete(session)
    assert (session.view.done, session.go_to(1).done) == (4, 4)
    assert session.first_open().place == 1


def test_flags(ws: Workspace, session: StudySession) -> None:
    assert session.flag().flagged
    assert session.flag(True).flagged
    session.next()
    assert not session.view.flagged
    assert _again(ws).previous().flagged
    session.previous()
    assert not session.flag(False).flagged
    flags = [e for e in list_entries(ws, STUDY) if e.action == "flag"]
    assert [e.after for e in flags] == ['{"flagged":true}', '{"flagged":false}']


def test_drafts_are_there_again(ws: Workspace, session: StudySession) -> None:
    session.save_draft("comment", "Made-up rem")
    session.save_draft("edit", "A corrected")
    session.next()
    assert session.view.draft == {}
    again = _again(ws)
    again.previous()
    assert again.view.draft == {"comment": "Made-up rem", "edit": "A corrected"}
    again.save_draft("comment", "")
    assert again.view.draft == {"edit": "A corrected"}
    again.save_draft("edit", again.view.outputs[0])
    assert list_drafts(ws, STUDY, "Dr Ada") == ()


def test_a_commit_ends_the_draft(ws: Workspace, session: StudySession) -> None:
    session.save_draft("comment", "Made-up rem")
    session.set_comment("Made-up remark")
    assert (session.view.draft, session.view.comment) == ({}, "Made-up remark")
    session.save_draft("comment", "Made-up remark!")
    session.set_comment("Made-up remark")  # typed, then taken back by hand
    assert session.view.draft == {}
    assert list_drafts(ws, STUDY, "Dr Ada") == ()


@pytest.mark.parametrize("criterion", ["accurate", "nonsense", ""])
def test_no_drafts_where_nothing_is_typed(session: StudySession, criterion: str) -> None:
    with pytest.raises(UserFacingError, match="Nothing is typed there"):
        session.save_draft(criterion, "words")


def test_active_time_goes_on_where_it_was(
    ws: Workspace, session: StudySession, clock: Clock
) -> None:
    clock.now += 20
    session.next()
    clock.now += 10
    session.pause()
    clock.now += 500
    session.resume()
    clock.now += 1
    session.previous()
    clock.now += 5
    session.set_value("accurate", 3)
    clock.now += 300  # away
    session.touch()
    session.set_value("useful", 3)
    later = Clock()
    again = _again(ws, later)
    later.now += 2
    again.set_value("thorough", 3)
    again.next()
    again.set_value("accurate", 3)
    assert [r.seconds for r in ratings_of_study(ws, STUDY)] == [25.0, 85.0, 87.0, 11.0]


def test_a_pause_keeps_the_time(ws: Workspace, session: StudySession, clock: Clock) -> None:
    clock.now += 30
    session.pause()
    session.pause()
    assert [v.seconds for v in list_visits(ws, STUDY, "Dr Ada")] == [30.0]


def test_a_clock_that_was_set_back_is_told(ws: Workspace) -> None:
    times = iter(["2026-01-31T10:00:00.000+01:00", "2026-01-31T10:30:00.000+02:00"])
    plan = made_plan()
    store_plan(ws, plan)
    give(ws, presentation_id="0p0", criterion="useful")
    late = StudySession(ws, STUDY, "Dr Ada", now=lambda: "2099-01-31T10:00:00.000+01:00")
    assert late.notice is None
    early = StudySession(ws, STUDY, "Dr Ada", now=lambda: next(times))
    assert "was set back" in (early.notice or "")
    early.set_value("accurate", 3)
    assert _again(ws).notice is None
    assert early.view.values["accurate"] == 3


def test_a_closed_set_can_be_looked_at(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 3)
    lock(ws, STUDY, "Dr Ada", entry(ws, action="lock"))
    closed = _again(ws)
    assert (closed.view.locked, closed.view.can_undo) == (True, False)
    assert closed.view.values == {"accurate": 3}
    assert closed.next().place == 1
    closed.pause()
    for act in (closed.flag, closed.undo, closed.redo):
        with pytest.raises(UserFacingError, match="closed"):
            act()
    with pytest.raises(UserFacingError, match="closed"):
        closed.save_draft("comment", "words")
