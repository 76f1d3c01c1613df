"""A leaderboard as a CSV file: one row per figure, in the order seen, safe for spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.export_board import BOARD_COLUMNS, export_board
from medsdesk.services.leaderboard import Wanted, leaderboard, sorted_board
from medsdesk.store.workspace import Workspace
from tests.services.boards import RIGHT, WRONG, Made, store_run


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_figure_seen_is_a_row_with_all_that_is_known_of_it(
    ws: Workspace, tmp_path: Path
) -> None:
    run = store_run(ws, Made({"task57": [RIGHT, WRONG]}, model="=1+1", quantisation="Q8_0"))
    board = sorted_board(leaderboard(ws, Wanted(category="MCQA")), "task57")
    path = tmp_path / "board.csv"
    count = export_board(ws, path, board)
    rows = _read(path)
    seen = [cell for row in board.tables[0].rows for cell in row.cells if cell is not None]
    assert count == len(rows) == len(seen)
    assert tuple(rows[0]) == BOARD_COLUMNS
    [own] = [row for row in rows if row["whose"] == "own" and row["task"] == "MedQA"]
    assert own["model"] == "'=1+1"  # neutralised
    assert (own["runs"], own["tasks"], own["table"]) == (run, "task57", "1")
    assert (own["medsbench_value"], own["medsbench_n"], own["strict_value"]) == (
        "50.0",
        "2",
        "50.0",
    )
    assert "quantised (Q8_0)" in own["differs"]
    assert "fingerprints" in own["not_known"]
    published = next(row for row in rows if row["model"] == "GPT-4")
    assert (published["printed"], published["strict_value"]) == ("85.8", "")
    assert published["medsbench_interval"].startswith("wilson|from the published")
    assert [row["model"] for row in rows if row["task"] == "MedQA"] == [
        row.name.replace("=1+1", "'=1+1") for row in board.tables[0].rows if row.cells[0]
    ]


def test_the_workspace_itself_is_not_written_over(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="belongs to the workspace"):
        export_board(ws, ws.path, leaderboard(ws, Wanted(category="NER")))
