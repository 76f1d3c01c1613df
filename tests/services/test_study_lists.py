"""Lists of raters for the owner: complete, in order, and without roles."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.study_lists import COLUMNS, assignment_lists, write_lists
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study


def test_lists_are_shown_and_written(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, n_calibration=2)
    lists = assignment_lists(ws, "Letters")
    assert {row.rater: row.place for row in lists.rows} == {
        load.rater: load.presentations for load in made.raters
    }
    assert [row.practice for row in lists.rows[:3]] == [True, True, False]
    write_lists(ws, lists, tmp_path / "lists.csv")
    with (tmp_path / "lists.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *body = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert len(body) == len(lists.rows)
    assert not any(role in str(lists) for role in ("attention", "repeat", "dose_times_ten"))


def test_one_raters_list(ws: Workspace) -> None:
    made_study(ws)
    assert {row.rater for row in assignment_lists(ws, "Letters", "dr sato").rows} == {"Dr Sato"}
    with pytest.raises(UserFacingError, match="no rater 'Dr Who'"):
        assignment_lists(ws, "Letters", "Dr Who")
