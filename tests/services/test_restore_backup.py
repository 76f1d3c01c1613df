"""A backup comes back whole, and what was there before is never lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from medsdesk.core.errors import UserFacingError
from medsdesk.services.back_up import back_up
from medsdesk.services.check_trail import check_trail
from medsdesk.services.list_trail import list_trail
from medsdesk.services.rate_study import StudySession
from medsdesk.services.restore_backup import restore_backup
from medsdesk.store import upgrade
from medsdesk.store.audit import machine_id
from medsdesk.store.copies import open_copy
from medsdesk.store.migrations import migrations
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import DATABASE_NAME, Workspace, open_workspace
from tests.made_studies import STUDY, made_plan, store_plan


@pytest.fixture
def kept(ws: Workspace, tmp_path: Path) -> Path:
    """A backup with one rating, of a workspace that has a second one by now and is closed."""
    store_plan(ws, made_plan())
    session = StudySession(ws, STUDY, "Dr Ada")
    session.set_value("accurate", 4)
    file = Path(back_up(ws, tmp_path / "kept.sqlite", "").file)
    session.set_value("useful", 2)
    ws.close()
    return file


def test_a_workspace_goes_back_and_the_later_one_is_kept(ws: Workspace, kept: Path) -> None:
    done = restore_backup(ws.directory, kept, "Dr Roy")
    with open_workspace(ws.directory) as now, open_copy(Path(done.replaced)) as before:
        assert len(ratings_of_study(now, STUDY)) == 1
        assert len(ratings_of_study(before, STUDY)) == 2
        assert machine_id(now) == machine_id(before) == done.workspace
        assert check_trail(now).intact
        row = list_trail(now)[-1]
        assert (row.action, row.actor) == ("import", "Dr Roy")
        assert json.loads(row.after)["head"] == list_trail(now)[-2].seal == done.trail.head
        later = check_trail(before).head
        assert check_trail(now, later).problems[0].kind == "witness"
        StudySession(now, STUDY, "Dr Ada").set_value("useful", 3)
    names = sorted(path.name for path in ws.directory.iterdir())
    assert names == sorted([DATABASE_NAME, Path(done.replaced).name])


def test_into_an_empty_folder(kept: Path, tmp_path: Path) -> None:
    done = restore_backup(tmp_path / "new", kept, "")
    assert done.replaced == ""
    with open_workspace(tmp_path / "new") as ws:
        assert len(ratings_of_study(ws, STUDY)) == 1


def test_a_backup_of_another_workspace_is_named(kept: Path, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "other") as other:
        mine = machine_id(other)
    with pytest.raises(UserFacingError, match="another workspace") as caught:
        restore_backup(tmp_path / "other", kept, "")
    assert mine[:8] in caught.value.message
    assert [path.name for path in (tmp_path / "other").iterdir()] == [DATABASE_NAME]
    done = restore_backup(tmp_path / "other", kept, "", other=True)
    with open_copy(Path(done.replaced)) as before:
        assert machine_id(before) == mine


def test_a_workspace_that_is_open_is_left_alone(ws: Workspace, kept: Path) -> None:
    with open_workspace(ws.directory) as opened:
        with pytest.raises(UserFacingError, match="Another program is using"):
            restore_backup(ws.directory, kept, "")
        assert len(ratings_of_study(opened, STUDY)) == 2
    assert not list(ws.directory.glob(".restore-*"))


def test_a_changed_trail_replaces_nothing_but_may_be_looked_at(
    ws: Workspace, kept: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(kept, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_never_changes")
        db.execute("UPDATE audit SET actor = 'Dr Bo' WHERE seq = 2")
    with pytest.raises(UserFacingError, match="Row 2 is not as it was"):
        restore_backup(ws.directory, kept, "")
    with open_workspace(ws.directory) as now:
        assert len(ratings_of_study(now, STUDY)) == 2
    done = restore_backup(tmp_path / "new", kept, "")
    assert not done.trail.intact


def test_one_of_an_older_version_is_brought_up_to_date_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Migrations("medsdesk")
    for step in migrations._migrations:
        if step.name < "m005":
            older(name=step.name)(step.fn)
    with monkeypatch.context() as then:
        then.setattr(upgrade, "migrations", older)
        with open_workspace(tmp_path / "old") as ws:
            mine = machine_id(ws)
    done = restore_backup(tmp_path / "new", tmp_path / "old" / DATABASE_NAME, "")
    assert done.workspace == mine
    with open_workspace(tmp_path / "new") as ws:
        assert check_trail(ws).intact
        assert check_trail(ws).rows == 1


def test_a_damaged_workspace_is_kept_as_it_is(ws: Workspace, kept: Path) -> None:
    data = bytearray(ws.path.read_bytes())
    data[4096:-4096] = b"\xee" * len(data[4096:-4096])
    ws.path.write_bytes(data)
    done = restore_backup(ws.directory, kept, "")
    assert Path(done.replaced).read_bytes() == bytes(data)
    with open_workspace(ws.directory) as now:
        assert len(ratings_of_study(now, STUDY)) == 1
