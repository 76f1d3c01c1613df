"""Files that leave the house: whole, in stable columns, safe in a spreadsheet, readable back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunResult, run_once
from medsdesk.services.export import export_run
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.services.spreadsheet import restore
from medsdesk.store.models import list_models
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest

ANSWER = "=1+1 clear lungs"
REFERENCE = '-no effusion,\n"quoted" 正常'


@pytest.fixture
def result(ws: Workspace, engine: Engine, make_request: MakeRequest) -> RunResult:
    request = make_request({"text": ANSWER}, references=(REFERENCE,))
    return run_once(ws, engine, request, lambda _: None, CancelToken())


def _read(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_ratings_stand_next_to_scores_in_the_contracts_columns(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    session = RatingSession(ws, result.output.id, "Dr A", workbench_form())
    session.set_value("accuracy", 2)
    session.set_cannot_judge("harm_extent")
    session.set_comment("@see the report")
    path = tmp_path / "ratings.csv"
    assert export_ratings(ws, path).ratings == 3
    rows = _read(path)
    assert tuple(rows[0])[: len(RATING_COLUMNS)] == RATING_COLUMNS
    by_criterion = {row["criterion"]: row for row in rows}
    assert by_criterion["accuracy"]["value"] == "2"
    assert by_criterion["harm_extent"]["value"] == ""
    assert by_criterion["harm_extent"]["status"] == "cannot_judge"
    assert by_criterion["comment"]["comment"] == "'@see the report"
    expected = {s.name: s.value for s in result.scores}
    for row in rows:
        assert row["run"] == result.run_id
        assert float(row["metric:strict.bleu4"]) == pytest.approx(expected["strict.bleu4"])


def test_a_changed_rating_is_exported_once_with_its_last_value(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    session = RatingSession(ws, result.output.id, "Dr A", workbench_form())
    session.set_value("accuracy", 2)
    session.set_value("accuracy", 5)
    session.set_value("clarity", 1)
    session.clear("clarity")
    export_ratings(ws, tmp_path / "ratings.csv")
    assert [(r["criterion"], r["value"]) for r in _read(tmp_path / "ratings.csv")] == [
        ("accuracy", "5")
    ]


def test_with_no_ratings_there_is_a_header_and_nothing_else(ws: Workspace, tmp_path: Path) -> None:
    assert export_ratings(ws, tmp_path / "r.csv", bom=True).ratings == 0
    data = (tmp_path / "r.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfstudy,item,task,")
    assert data.count(b"\r\n") == 1


def test_a_run_as_csv_holds_texts_that_come_back(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    assert export_run(ws, result.run_id, tmp_path / "run.csv", "csv") == 1
    [row] = _read(tmp_path / "run.csv")
    assert row["answer"] == "'" + ANSWER
    assert restore(row["answer"]) == ANSWER
    assert restore(row["reference"]) == REFERENCE
    assert row["finish_reason"] == "stop"


def test_the_authors_form_is_byte_for_byte_what_their_scripts_read(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    export_run(ws, result.run_id[:8], tmp_path / "run.csv", "medsbench-csv")
    [row] = _read(tmp_path / "run.csv")
    assert list(row) == ["task_id", "input", "GT", "output"]
    assert (row["task_id"], row["GT"], row["output"]) == ("task112", REFERENCE, ANSWER)


def test_jsonl_holds_everything_about_an_answer(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    export_run(ws, None, tmp_path / "run.jsonl", "jsonl")
    [line] = (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()
    document = json.loads(line)
    assert document["output"]["completion"]["text"] == ANSWER
    assert document["scores"][0]["signature"]


def test_unknown_run_form_and_folder_are_refused(
    ws: Workspace, result: RunResult, tmp_path: Path
) -> None:
    with pytest.raises(UserFacingError):
        export_run(ws, "0123456789", tmp_path / "x.csv", "csv")
    with pytest.raises(UserFacingError, match="no export form"):
        export_run(ws, None, tmp_path / "x.csv", "xlsx")  # type: ignore[arg-type]
    with pytest.raises(UserFacingError, match="cannot be written"):
        export_run(ws, None, tmp_path / "missing" / "x.csv", "csv")


def test_an_export_never_replaces_the_workspace_or_a_model(
    ws: Workspace, result: RunResult
) -> None:
    model = Path(list_models(ws)[0].path)
    before = {path: path.read_bytes() for path in (ws.path, model)}
    log = ws.path.with_name(ws.path.name + "-wal")
    for path in (*before, log):
        with pytest.raises(UserFacingError, match="belongs to the workspace"):
            export_run(ws, result.run_id, path, "csv")
        with pytest.raises(UserFacingError, match="belongs to the workspace"):
            export_ratings(ws, path)
    assert {path: path.read_bytes() for path in before} == before
