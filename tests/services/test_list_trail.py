"""The trail as people see it, and as a file that leaves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import check_trail
from medsdesk.services.list_trail import TRAIL_COLUMNS, export_trail, list_trail, trail_head
from medsdesk.store.audit import add_entry, machine_id
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, entry, made_plan, store_plan


def test_rows_have_numbers_versions_and_seals(ws: Workspace) -> None:
    assert trail_head(ws).rows == 0
    assert trail_head(ws).at == ""
    store_plan(ws, made_plan())
    add_entry(ws, entry(ws, study_id="", action="export"))
    rows = list_trail(ws)
    assert [(row.seq, row.action) for row in rows] == [(1, "create"), (2, "export")]
    assert [row.seq for row in list_trail(ws, "Made-up study")] == [1]
    head = trail_head(ws)
    assert (head.workspace, head.rows, head.at) == (machine_id(ws), 2, rows[-1].at)
    assert head.head == rows[-1].seal
    assert len(rows[0].seal) == 64
    assert rows[0].version


def test_the_export_is_on_the_trail_and_its_cells_are_no_formulas(
    ws: Workspace, tmp_path: Path
) -> None:
    store_plan(ws, made_plan())
    add_entry(ws, entry(ws, why="=1+1"))
    out = tmp_path / "trail.csv"
    assert export_trail(ws, out, None, "Dr Roy") == 2
    with out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == TRAIL_COLUMNS
    assert len(rows) == 2
    assert rows[1][TRAIL_COLUMNS.index("why")] == "'=1+1"
    last = list_trail(ws)[-1]
    assert (last.seq, last.action, last.actor) == (3, "export", "Dr Roy")
    assert export_trail(ws, out, STUDY, "") == 2
    assert check_trail(ws).intact


def test_a_file_that_cannot_be_written_leaves_no_row(ws: Workspace, tmp_path: Path) -> None:
    store_plan(ws, made_plan())
    with pytest.raises(UserFacingError, match="cannot be written"):
        export_trail(ws, tmp_path / "no" / "trail.csv", None, "")
    with pytest.raises(UserFacingError, match="belongs to the workspace"):
        export_trail(ws, ws.path, None, "")
    with pytest.raises(UserFacingError, match="no study"):
        export_trail(ws, tmp_path / "t.csv", "Other", "")
    assert trail_head(ws).rows == 1
