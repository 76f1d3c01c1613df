"""What leaves stands on the trail, and what did not leave does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.export import export_run
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.list_trail import list_trail
from medsdesk.services.note_export import noted_export
from medsdesk.store.audit import machine_id
from medsdesk.store.workspace import Workspace


def test_a_file_and_its_row(ws: Workspace, tmp_path: Path) -> None:
    with noted_export(ws, tmp_path / "a.csv", "made-up rows", 3, study_id="s", actor="Dr Roy"):
        pass
    (row,) = list_trail(ws)
    assert (row.action, row.actor, row.study, row.subject) == ("export", "Dr Roy", "s", "s")
    assert json.loads(row.after) == {"file": "a.csv", "holds": "made-up rows", "rows": 3}


def test_what_could_not_be_written_is_not_noted(ws: Workspace, tmp_path: Path) -> None:
    none = tmp_path / "none" / "a.csv"
    with pytest.raises(UserFacingError):
        export_ratings(ws, none)
    with pytest.raises(UserFacingError):
        export_run(ws, None, none, "jsonl")
    assert list_trail(ws) == ()
    export_ratings(ws, tmp_path / "a.csv")
    export_run(ws, None, tmp_path / "b.jsonl", "jsonl")
    export_run(ws, None, tmp_path / "c.csv", "medsbench-csv")
    assert [json.loads(row.after)["holds"] for row in list_trail(ws)] == [
        "ratings", "answers", "answers",
    ]  # fmt: skip
    assert {row.subject for row in list_trail(ws)} == {machine_id(ws)}
