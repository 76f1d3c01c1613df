"""A backup is whole, checked and on the trail, or there is none."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.back_up import back_up
from medsdesk.services.list_trail import list_trail, trail_head
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import machine_id
from medsdesk.store.backup import faults
from medsdesk.store.copies import open_copy
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, made_plan, store_plan


@pytest.fixture
def rated(ws: Workspace) -> Workspace:
    store_plan(ws, made_plan())
    session = StudySession(ws, STUDY, "Dr Ada")
    session.set_value("accurate", 4)
    session.set_comment("Made-up remark")
    return ws


def test_a_backup_holds_everything_and_stands_on_the_trail(
    rated: Workspace, tmp_path: Path
) -> None:
    head = trail_head(rated)
    made = back_up(rated, tmp_path / "kept.sqlite", "Dr Roy")
    data = Path(made.file).read_bytes()
    assert (made.bytes, made.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (made.workspace, made.trail.intact) == (machine_id(rated), True)
    assert (made.trail.head, made.trail.rows, made.trail.ratings) == (head.head, head.rows, 2)
    with open_copy(Path(made.file)) as copy:
        assert faults(copy.db.conn) == ()
        assert ratings_of_study(copy, STUDY) == ratings_of_study(rated, STUDY)
    row = list_trail(rated)[-1]
    assert (row.seq, row.action, row.actor) == (head.rows + 1, "export", "Dr Roy")
    assert json.loads(row.after) == {
        "backup": "kept.sqlite", "sha256": made.sha256, "head": head.head, "rows": head.rows,
    }  # fmt: skip
    assert [p.name for p in tmp_path.glob("*kept*")] == ["kept.sqlite"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (lambda ws, tmp: ws.path, "belongs to the workspace"),
        (lambda ws, tmp: ws.path.with_name(ws.path.name + "-wal"), "belongs to the workspace"),
        (lambda ws, tmp: tmp / "there", "already"),
        (lambda ws, tmp: tmp / "Dropbox", "is a folder"),
        (lambda ws, tmp: tmp / "none" / "kept.sqlite", "is not there"),
        (lambda ws, tmp: tmp / "Dropbox" / "kept.sqlite", "cloud service"),
    ],
)
def test_a_place_that_will_not_do_is_refused(
    rated: Workspace, tmp_path: Path, place: Callable[[Workspace, Path], Path], words: str
) -> None:
    (tmp_path / "there").write_text("older", encoding="utf-8")
    (tmp_path / "Dropbox").mkdir()
    rows = trail_head(rated).rows
    with pytest.raises(UserFacingError, match=words):
        back_up(rated, place(rated, tmp_path), "")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "older"
    assert trail_head(rated).rows == rows


def test_a_network_drive_is_refused_with_a_way_out(
    rated: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Partition:
        mountpoint = str(tmp_path.resolve())
        fstype = "cifs"

    def partitions(**_options: Any) -> list[Partition]:
        return [Partition()]

    monkeypatch.setattr(psutil, "disk_partitions", partitions)
    with pytest.raises(UserFacingError, match="network drive") as caught:
        back_up(rated, tmp_path / "kept.sqlite", "")
    assert "copy the finished file" in caught.value.hint


def test_a_changed_trail_is_backed_up_and_told(rated: Workspace, tmp_path: Path) -> None:
    with closing(sqlite3.connect(rated.path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_never_changes")
        db.execute("UPDATE audit SET actor = 'Dr Bo' WHERE seq = 2")
    made = back_up(rated, tmp_path / "kept.sqlite", "")
    assert (made.trail.intact, made.trail.problems[0].row) == (False, 2)
