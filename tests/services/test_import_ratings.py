"""Ratings come in from a file once, whole or named, and go out again as they came."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunResult, run_once
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import (
    OTHER_SCORES,
    OTHER_STORED,
    OTHER_VALUE,
    import_ratings,
)
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store.imported_ratings import list_imported, list_imported_files
from medsdesk.store.workspace import Workspace, open_workspace
from tests.services.conftest import MakeRequest

FOREIGN = """study,item,rater,criterion,value,model,metric:bleu
Pilot,i1,Ann,accuracy,4,m1,0.50
Pilot,i1,Bo,accuracy,5,m1,0.50
Pilot,i2,Ann,accuracy,2,m1,
"""


def _write(folder: Path, text: str, name: str = "ratings.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def rated(ws: Workspace, engine: Engine, make_request: MakeRequest) -> RunResult:
    """An answer with ratings whose words a spreadsheet would run."""
    request = make_request({"text": "=1+1 clear lungs"}, references=("Clear lungs.",))
    result = run_once(ws, engine, request, lambda _: None, CancelToken())
    session = RatingSession(ws, result.output.id, "'@Ann", workbench_form())
    session.set_value("accuracy", 2)
    session.set_cannot_judge("harm_extent")
    session.set_comment('=HYPERLINK("x"),\n"quoted"\r\n\'tis 正常')
    return result


@pytest.mark.parametrize("bom", [False, True])
def test_export_import_export_is_byte_for_byte_the_same(
    ws: Workspace, rated: RunResult, tmp_path: Path, bom: bool
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert export_ratings(ws, first, bom=bom).ratings == 3
    with open_workspace(tmp_path / "other") as other:
        found = import_ratings(other, first)
        assert (found.imported, found.complete) == (3, True)
        assert export_ratings(other, second, bom=bom).ratings == 3
    assert second.read_bytes() == first.read_bytes()


def test_what_the_workspace_itself_exported_is_there_already(
    ws: Workspace, rated: RunResult, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    export_ratings(ws, path)
    found = import_ratings(ws, path)
    assert (found.imported, found.already_there, found.complete) == (0, 3, True)
    assert list_imported(ws) == ()
    assert list_imported_files(ws) == ()
    RatingSession(ws, rated.output.id, "'@Ann", workbench_form()).set_value("accuracy", 5)
    changed = import_ratings(ws, path)
    assert [fault.reason for fault in changed.conflicts] == [OTHER_STORED]
    assert changed.already_there == 2


def test_a_foreign_table_comes_in_once(ws: Workspace, tmp_path: Path) -> None:
    path = _write(tmp_path, FOREIGN)
    found = import_ratings(ws, path)
    assert (found.rows, found.imported, found.already_there) == (3, 3, 0)
    [study] = found.studies
    assert (study.study, study.ratings, study.items, study.raters) == ("Pilot", 3, 2, 2)
    again = import_ratings(ws, path)
    assert (again.imported, again.already_there, again.complete) == (0, 3, True)
    assert len(list_imported(ws)) == 3
    [file] = list_imported_files(ws)
    assert (file.name, file.metrics, file.sha256) == ("ratings.csv", ("bleu",), found.sha256)
    export_ratings(ws, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as out:
        rows = list(csv.DictReader(out))
    assert [row["metric:bleu"] for row in rows] == ["0.50", "0.50", ""]
    assert {row["scale"] for row in rows} == {"ordinal"}
    assert {row["status"] for row in rows} == {"rated"}


def test_more_rows_of_a_known_file_are_added(ws: Workspace, tmp_path: Path) -> None:
    import_ratings(ws, _write(tmp_path, FOREIGN))
    found = import_ratings(ws, _write(tmp_path, FOREIGN + "Pilot,i2,Bo,accuracy,1,m1,0.1\n"))
    assert (found.imported, found.already_there) == (1, 3)


def test_conflicts_are_named_and_the_earlier_rating_stays(ws: Workspace, tmp_path: Path) -> None:
    import_ratings(ws, _write(tmp_path, FOREIGN))
    changed = FOREIGN.replace("Ann,accuracy,4", "Ann,accuracy,3").replace("5,m1,0.50", "5,m1,0.9")
    found = import_ratings(ws, _write(tmp_path, changed))
    assert [(fault.row, fault.reason) for fault in found.conflicts] == [
        (2, OTHER_STORED),
        (3, OTHER_SCORES),
    ]
    assert not found.complete
    assert [rating.cells[13] for rating in list_imported(ws)] == ["4", "5", "2"]


def test_a_rating_that_stands_twice_in_a_file_is_taken_once(ws: Workspace, tmp_path: Path) -> None:
    text = FOREIGN + "Pilot,i1,Ann,accuracy,4,m1,0.50\nPilot,i1,Ann,accuracy,1,m1,0.50\n"
    found = import_ratings(ws, _write(tmp_path, text))
    assert (found.imported, found.already_there) == (3, 1)
    assert [(f.row, f.reason) for f in found.conflicts] == [(6, OTHER_VALUE.format(row=2))]


def test_rows_that_cannot_be_read_are_left_out_and_listed(ws: Workspace, tmp_path: Path) -> None:
    text = FOREIGN + "Pilot,i3,Ann,accuracy,good,m1,0.2\nPilot,i3,,accuracy,1,m1,0.2\n"
    found = import_ratings(ws, _write(tmp_path, text))
    assert [fault.row for fault in found.faults] == [5, 6]
    assert (found.rows, found.imported, found.complete) == (5, 3, False)


def test_files_without_a_rating_are_refused(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value\n"
    with pytest.raises(UserFacingError, match="has no ratings"):
        import_ratings(ws, _write(tmp_path, head))
    with pytest.raises(UserFacingError, match="has no ratings"):
        import_ratings(ws, _write(tmp_path, head + "s,i,Ann,c,NA\n"))
    with pytest.raises(UserFacingError, match="row 2: its value is no number"):
        import_ratings(ws, _write(tmp_path, head + "s,i,Ann,c,high\n"))
    with pytest.raises(UserFacingError, match="cannot be read"):
        import_ratings(ws, tmp_path / "gone.csv")
    assert list_imported_files(ws) == ()


def test_many_ratings_come_in_one_go(ws: Workspace, tmp_path: Path) -> None:
    rows = [f"Big,i{n % 4000},r{n // 4000},c,{n % 5 + 1}" for n in range(20_000)]
    path = _write(tmp_path, "\n".join(["study,item,rater,criterion,value", *rows]))
    assert import_ratings(ws, path).imported == 20_000
    assert import_ratings(ws, path).already_there == 20_000
