"""Rating a study: committed one by one, undone across items, never overwritten, on the trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import ChangedMeanwhileError, UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.instruments import load_instrument
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries
from medsdesk.store.studies import lock
from medsdesk.store.study_ratings import current_ratings, merge_ratings, ratings_of_study
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import STUDY, entry, made_plan, rating, store_plan

SCALES = ("accurate", "thorough", "useful", "succinct", "synthesized")


@pytest.fixture
def session(ws: Workspace) -> StudySession:
    return StudySession(ws, store_plan(ws, made_plan(4)), "Dr Ada")


def _session(ws: Workspace, form: str) -> StudySession:
    return StudySession(ws, store_plan(ws, made_plan(4, form=form)), "Dr Ada")


def _mark(session: StudySession, **fields: Any) -> Mark:
    text = session.view.outputs[0]
    made = Mark("output_a", 0, 6, text_sha256(text), "fabrication", "major", "")
    return replace(made, **fields)


def test_each_answer_is_in_the_store_when_the_call_returns(
    ws: Workspace, session: StudySession
) -> None:
    view = session.set_value("accurate", 4)
    [stored] = current_ratings(ws, STUDY)
    form = load_instrument("summary")
    assert (stored.value, stored.rater, stored.presentation_id) == (4, "Dr Ada", "0p0")
    assert (stored.form, stored.form_version) == (form.id, form.version)
    assert (stored.form_sha256, stored.scale) == (form.sha256, "ordinal")
    assert (view.values, view.complete, view.can_undo) == ({"accurate": 4}, False, True)
    told = list_entries(ws, STUDY)[-1]
    assert (told.action, told.subject, told.at) == ("create", stored.id, stored.rated_at)


def test_every_kind_of_answer(ws: Workspace, session: StudySession) -> None:
    session.set_cannot_judge("accurate")
    session.set_comment("Made-up remark 所見")
    marks = (_mark(session), _mark(session, start=3, end=9, type="negation", severity="minor"))
    session.set_marks(marks)
    view = session.set_edit("Output 0, corrected.")
    assert view.values == {"accurate": "cannot_judge"}
    assert (view.comment, view.marks) == ("Made-up remark 所見", marks)
    assert view.edited == "Output 0, corrected."
    assert StudySession(ws, STUDY, "Dr Ada").view == view
    assert [r.scale for r in current_ratings(ws, STUDY)] == ["ordinal", "text", "marks", "edit"]


def test_an_item_is_complete_when_all_but_words_is_answered(session: StudySession) -> None:
    for criterion in SCALES[1:]:
        assert not session.set_value(criterion, 3).complete
    view = session.set_cannot_judge(SCALES[0])
    assert (view.complete, view.done) == (True, 1)
    assert not session.clear(SCALES[0]).complete


def test_counts_take_zero_for_an_answer(ws: Workspace) -> None:
    session = _session(ws, "radiology")
    questions = [c.id for c in session.view.form.criteria if c.is_count]
    for question in questions:
        session.set_value(question, 0)
    assert session.view.complete
    assert set(session.view.values.values()) == {0}
    assert session.set_value(questions[0], 12).values[questions[0]] == 12
    for wrong in (-1, 10_000):
        with pytest.raises(UserFacingError, match=f"cannot be {wrong}"):
            session.set_value(questions[0], wrong)


def test_a_pair_is_stored_as_it_was_shown(ws: Workspace) -> None:
    store_plan(ws, made_plan(form="pair"))
    for rater in ("Dr Ada", "Dr Bo"):
        StudySession(ws, STUDY, rater).set_value("correctness", -2)
    assert [(r.rater, r.value) for r in current_ratings(ws, STUDY)] == [
        ("Dr Ada", -2),
        ("Dr Bo", -2),
    ]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda s: s.set_value("accurate", 6), "no point 6"),
        (lambda s: s.set_value("comment", 3), "takes words"),
        (lambda s: s.set_cannot_judge("comment"), "takes words"),
        (lambda s: s.set_value("nonsense", 3), "no question 'nonsense'"),
        (lambda s: s.clear("nonsense"), "no question 'nonsense'"),
        (lambda s: s.set_marks([_mark(s, end=900)]), "outside its text"),
        (lambda s: s.set_marks([_mark(s, text_sha256="0" * 64)]), "another text"),
        (lambda s: s.set_edit(" \n"), "cannot be empty"),
        (lambda s: s.set_comment("x" * 1_000_001), "1,000,001 characters"),
    ],
    ids=range(9),
)
def test_what_cannot_be_said(
    ws: Workspace, session: StudySession, act: Callable[[StudySession], object], told: str
) -> None:
    before = session.view
    with pytest.raises(UserFacingError, match=told) as caught:
        act(session)
    assert caught.value.hint
    assert session.view == before
    assert ratings_of_study(ws, STUDY) == ()


def test_nothing_is_corrected_where_the_form_does_not_ask(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="not corrected"):
        _session(ws, "pair").set_edit("words")


def test_saying_the_same_again_writes_nothing(ws: Workspace, session: StudySession) -> None:
    for _ in range(2):
        session.set_value("accurate", 4)
        session.set_comment("Fine.")
        session.set_marks(())
        session.set_edit(session.view.outputs[0])
        session.clear("useful")
        session.clear("edit")
    assert [r.criterion for r in ratings_of_study(ws, STUDY)] == ["accurate", "comment", "marks"]


def test_an_emptied_comment_and_a_reset_output_are_taken_back(session: StudySession) -> None:
    session.set_comment("Fine.")
    session.set_edit("Corrected.")
    session.set_comment(" ")
    view = session.set_edit(None)
    assert (view.comment, view.edited) == ("", None)


def test_undo_and_redo_across_items(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 4)
    session.set_value("accurate", 2)
    session.next()
    session.set_comment("Made-up remark")
    session.next()
    view = session.undo()
    assert (view.place, view.comment, view.can_redo) == (1, "", True)
    view = session.undo()
    assert (view.place, view.values) == (0, {"accurate": 4})
    view = session.undo()
    assert (view.values, view.can_undo) == ({}, False)
    assert session.undo() == view
    session.go_to(3)
    assert session.redo().values == {"accurate": 4}
    assert session.redo().values == {"accurate": 2}
    view = session.redo()
    assert (view.place, view.comment, view.can_redo) == (1, "Made-up remark", False)
    assert session.redo() == view
    rows = ratings_of_study(ws, STUDY)
    assert len(rows) == 3 + 3 + 3
    told = [e for e in list_entries(ws, STUDY) if e.subject != STUDY]
    assert [e.subject for e in told] == [r.id for r in rows]
    assert [e.why.split(" ")[0] for e in told] == ["", "", "", *["undo"] * 3, *["redo"] * 3]


def test_undo_goes_on_after_a_restart(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 4)
    session.set_marks([_mark(session)])
    session.next()
    session.undo()
    again = StudySession(ws, STUDY, "Dr Ada")
    assert again.view == session.view
    assert (again.view.place, again.view.can_redo) == (0, True)
    assert len(again.redo().marks) == 1
    assert again.undo().marks == ()
    assert again.undo().values == {}
    again.set_value("useful", 1)
    assert not StudySession(ws, STUDY, "Dr Ada").view.can_redo


def test_undo_leaves_alone_what_came_from_elsewhere(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 4)
    session.set_value("useful", 2)
    [accurate, _] = ratings_of_study(ws, STUDY)
    merged = rating(presentation_id="0p0", value=1, supersedes=accurate.id)
    merge_ratings(ws, [merged], entry(ws, action="merge"))
    again = StudySession(ws, STUDY, "Dr Ada")
    assert again.undo().values == {"accurate": 1}
    view = again.undo()
    assert (view.values, view.can_undo) == ({"accurate": 1}, False)


def test_a_second_window_is_told_and_shown_what_the_first_one_saved(
    ws: Workspace, session: StudySession, tmp_path: Path
) -> None:
    session.next()
    with open_workspace(tmp_path / "workspace") as other_ws:
        other = StudySession(other_ws, STUDY, "Dr Ada")
        other.set_value("accurate", 4)
        other.previous()
        other.set_value("useful", 5)
        with pytest.raises(ChangedMeanwhileError, match="another window"):
            session.set_value("accurate", 1)
        assert session.view.values == {"accurate": 4}
        assert session.set_value("accurate", 1).values == {"accurate": 1}
        assert session.previous().values == {"useful": 5}
        other.next()
        with pytest.raises(ChangedMeanwhileError):
            other.set_value("accurate", 2)
    assert len(ratings_of_study(ws, STUDY)) == 3


def test_a_set_closed_by_another_window(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 4)
    lock(ws, STUDY, "", entry(ws, action="lock"))
    with pytest.raises(UserFacingError, match="study is locked"):
        session.set_value("accurate", 1)
    assert (session.view.locked, session.view.values) == (True, {"accurate": 4})
    with pytest.raises(UserFacingError, match="closed"):
        session.set_value("accurate", 1)


def test_a_full_disk_loses_nothing_and_moves_nothing(ws: Workspace, session: StudySession) -> None:
    session.set_value("accurate", 4)
    session.save_draft("comment", "Made-up")
    pages = ws.db.execute("PRAGMA page_count").fetchone()[0]
    ws.db.execute(f"PRAGMA max_page_count = {pages}")
    before = session.view
    acts: list[Callable[[], object]] = [
        lambda: session.set_comment("Made-up remark " * 5_000),
        lambda: session.save_draft("comment", "Made-up remark " * 5_000),
        lambda: session.set_edit("Made-up output " * 5_000),
    ]
    for act in acts:
        with pytest.raises(UserFacingError, match="no room left"):
            act()
        assert session.view == before
    ws.db.execute("PRAGMA max_page_count = 1073741823")
    session.set_comment("Made-up remark")
    assert StudySession(ws, STUDY, "Dr Ada").view == session.view


def test_a_rating_cannot_be_had_without_its_row_of_the_trail(
    ws: Workspace, session: StudySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medsdesk.store import study_ratings

    monkeypatch.setattr(study_ratings, "add_entry", lambda *_: None)
    with pytest.raises(sqlite3.IntegrityError):
        session.set_value("accurate", 4)
    assert ratings_of_study(ws, STUDY) == ()
    assert session.view.values == {}


@contextmanager
def _fresh() -> Iterator[Workspace]:
    with TemporaryDirectory() as name, open_workspace(Path(name) / "ws") as ws:
        ws.db.execute("PRAGMA synchronous = OFF")
        store_plan(ws, made_plan(3))
        yield ws


_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("set_value"), st.sampled_from(SCALES), st.integers(1, 5)),
        st.tuples(st.just("set_cannot_judge"), st.sampled_from(SCALES)),
        st.tuples(st.just("clear"), st.sampled_from(SCALES)),
        st.tuples(st.just("set_comment"), st.sampled_from(["", "One.", "Two 文."])),
        st.tuples(st.just("set_edit"), st.sampled_from([None, "One.", "Two."])),
        st.tuples(st.just("save_draft"), st.just("comment"), st.sampled_from(["", "O", "Tw"])),
        st.tuples(st.sampled_from(["next", "previous", "skip", "first_open", "flag"])),
        st.tuples(st.sampled_from(["undo", "redo", "undo", "redo"])),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(acts=_ACTS, restart=st.integers(0, 40))
def test_whatever_is_done_in_whatever_order(acts: list[tuple[Any, ...]], restart: int) -> None:
    """The store, the session and a restarted session agree; each row has one row of the trail."""
    with _fresh() as ws:
        session = StudySession(ws, STUDY, "Dr Ada")
        for number, (act, *values) in enumerate(acts):
            if number == restart:
                session = StudySession(ws, STUDY, "Dr Ada")
            getattr(session, act)(*values)
        session.pause()
        again = StudySession(ws, STUDY, "Dr Ada")
        for place in range(3):
            assert again.go_to(place) == session.go_to(place)
        rows = ratings_of_study(ws, STUDY)
        told = [e for e in list_entries(ws, STUDY) if e.action in ("create", "change", "withdraw")]
        assert [e.subject for e in told[1:]] == [r.id for r in rows]
        while session.view.can_undo:
            session.undo()
        assert all(not session.go_to(place).values for place in range(3))
        while session.view.can_redo:
            session.redo()
        for place in range(3):
            shown, expected = session.go_to(place), again.go_to(place)
            if not expected.can_redo:
                assert (shown.values, shown.comment) == (expected.values, expected.comment)
