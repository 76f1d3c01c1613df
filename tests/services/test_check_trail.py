"""The trail and the ratings it tells of: whole, or what is wrong in a sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import TrailReport, check_trail, grouped
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.services.rate_study import StudySession
from medsdesk.services.rating_trail import rating_entry
from medsdesk.store.audit import machine_id
from medsdesk.store.study_ratings import add_rating, ratings_of_study
from medsdesk.store.workspace import Workspace, open_workspace
from tests.bench import trail_actions
from tests.made_studies import STUDY, made_plan, rating, store_plan
from tests.store.conftest import Maker


@pytest.fixture
def path(ws: Workspace) -> Path:
    """A workspace in which one rater rated, changed, took back, and left a comment."""
    store_plan(ws, made_plan())
    session = StudySession(ws, STUDY, "Dr Ada")
    session.set_value("accurate", 4)
    session.set_value("accurate", 2)
    session.set_comment("Made-up remark: 咳嗽.")
    session.set_cannot_judge("useful")
    session.undo()
    session.flag()
    assert check_trail(ws).intact
    assert check_trail(ws).ratings == 5
    ws.close()
    return ws.path


def _after(path: Path, *statements: str) -> TrailReport:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
    with open_workspace(path.parent) as ws:
        return check_trail(ws)


@pytest.mark.parametrize(
    ("statement", "kind", "row", "words"),
    [
        ("UPDATE audit SET actor = 'Dr Bo' WHERE seq = 3", "changed", 3, "Row 3 is not as it was"),
        ("DELETE FROM audit WHERE seq = 3", "missing", 3, "Row 3 is missing."),
        ("DELETE FROM audit WHERE seq IN (3, 4)", "missing", 3, "Rows 3 to 4 are missing."),
        ("DELETE FROM audit_links WHERE seq = 3", "unsealed", 3, "Row 3 has no seal"),
        ("DELETE FROM audit WHERE seq > 6", "cut", 7, "missing at the end"),
        ("UPDATE audit_head SET seq = 4", "head", 4, "noted of the end"),
        (
            "UPDATE study_ratings SET value = 5 WHERE seq = 1",
            "rating",
            0,
            "not what the trail says",
        ),
        ("UPDATE study_ratings SET text = 'x' WHERE text <> ''", "rating", 0, "not what the trail"),
        ("UPDATE study_ratings SET criterion = 'x' WHERE seq = 1", "rating", 0, "not what"),
        ("DELETE FROM study_ratings WHERE seq = 5", "rating", 0, "not there any more"),
    ],
)
def test_what_is_wrong_is_said(path: Path, statement: str, kind: str, row: int, words: str) -> None:
    found = _after(path, statement)
    assert not found.intact
    assert (found.problems[0].kind, found.problems[0].row) == (kind, row)
    assert words in found.problems[0].text


def test_a_head_noted_before_is_found_with_spaces_and_capitals(ws: Workspace) -> None:
    store_plan(ws, made_plan())
    noted = grouped(check_trail(ws).head)
    StudySession(ws, STUDY, "Dr Ada").set_value("accurate", 4)
    for head in (noted, noted.upper(), noted.replace(" ", "-"), noted[:18]):
        found = check_trail(ws, head)
        assert found.intact
        assert found.witnessed == 1
        assert "row 1" in found.notes[0]
    other = check_trail(ws, "0123456789abcdef")
    assert (other.intact, other.problems[0].kind) == (False, "witness")


@pytest.mark.parametrize("head", ["abc", "g" * 64, "0" * 65, "head"])
def test_what_can_be_no_head_is_refused(ws: Workspace, head: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be the head"):
        check_trail(ws, head)


def test_a_clock_set_back_is_a_note_and_no_fault(ws: Workspace) -> None:
    store_plan(ws, made_plan())
    here, last = machine_id(ws), None
    for at in ("2040-01-31T10:00:00.000+01:00", "2039-12-31T10:00:00.000+01:00"):
        given = rating(machine=here, rated_at=at, supersedes=last and last.id)
        add_rating(ws, given, rating_entry(given, last))
        last = given
    found = check_trail(ws)
    assert found.intact
    assert found.set_back == (3,)
    assert "set back before row 3" in found.notes[0]
    assert len(ratings_of_study(ws, STUDY)) == 2


def test_each_act_leaves_one_row(tmp_path: Path) -> None:
    found = trail_actions.trial(tmp_path, 250, seed=3)
    assert (found.wrong, found.problems) == (0, 0)
    assert found.rows > 100
    assert 0 < found.refused < 150


@pytest.mark.parametrize(
    "statement", ["UPDATE ratings SET value = 1 WHERE value = 2", "DELETE FROM ratings"]
)
def test_ratings_of_the_workbench_are_compared_too(tmp_path: Path, statement: str) -> None:
    with open_workspace(tmp_path / "workspace") as ws:
        output = Maker().stored_output(ws).id
        session = RatingSession(ws, output, "Dr Ada", workbench_form())
        session.set_value(next(c.id for c in workbench_form().criteria if c.anchors), 2)
        session.set_comment("Made up")
        assert check_trail(ws).ratings == 2
    found = _after(ws.path, statement)
    assert {problem.kind for problem in found.problems} == {"rating"}
