"""Locking: what is missing is told first, what is locked stays so, and then the key opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.lock_study import lock_study, reveal
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_runs import MODELS
from tests.rated_studies import elsewhere, made_study, rate_all


def test_what_is_missing_is_told_before_it_is_locked(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    rate_all(ws, made.id, "Dr Roy")
    with pytest.raises(UserFacingError, match="by rater: Dr Sato 6"):
        lock_study(ws, made.id, "", "Dr Owner")
    assert lock_study(ws, made.id, "Dr Roy", "Dr Roy").new
    locked = lock_study(ws, made.id, "", "Dr Owner", incomplete=True, why="Dr Sato left")
    assert locked.unanswered == {"Dr Sato": 6}
    entry = list_entries(ws, made.id)[-1]
    assert (entry.action, entry.why) == ("lock", "Dr Sato left")


def test_a_locked_study_takes_no_rating_and_opens_its_key(ws: Workspace) -> None:
    made = made_study(ws, n_items=4)
    with pytest.raises(UserFacingError, match="not locked yet"):
        reveal(ws, made.id, "Dr Owner")
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    locked = lock_study(ws, "Letters", "", "Dr Owner")
    assert locked.new
    assert locked.ratings > 0
    assert not locked.unanswered
    key = reveal(ws, made.id, "Dr Owner")
    assert {each.model_name for each in key.outputs} <= set(MODELS)
    assert list_entries(ws, made.id)[-1].action == "reveal"
    session = StudySession(ws, made.id, "Dr Roy")
    assert session.view.locked
    with pytest.raises(UserFacingError, match="are closed"):
        session.set_cannot_judge(session.view.form.criteria[0].id)
    assert not lock_study(ws, made.id, "", "Dr Owner").new


def test_only_the_owner_locks_the_whole(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, n_items=4)
    elsewhere(ws, made.id, "Dr Roy", tmp_path / "roy")
    with open_workspace(tmp_path / "roy" / "workspace") as other:
        with pytest.raises(UserFacingError, match="Only the workspace in which"):
            lock_study(other, made.id, "", "Dr Roy", incomplete=True)
        with pytest.raises(UserFacingError, match="no rater 'Dr Who'"):
            lock_study(other, made.id, "Dr Who", "Dr Roy")
        assert lock_study(other, made.id, "Dr Roy", "Dr Roy").rater == "Dr Roy"
