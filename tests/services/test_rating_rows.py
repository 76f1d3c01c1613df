"""Ratings made here and imported ones stand in one table, long or wide."""

from __future__ import annotations

import csv
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import run_once
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest


def _fill(ws: Workspace, engine: Engine, make_request: MakeRequest, folder: Path) -> None:
    """Rate two answers to one text, and import a rating from elsewhere."""
    request = make_request({"text": "Clear."})
    for _ in range(2):
        result = run_once(ws, engine, request, lambda _: None, CancelToken())
        session = RatingSession(ws, result.output.id, "Ann", workbench_form())
        session.set_value("accuracy", 2)
        session.set_comment("Short.")
    path = folder / "foreign.csv"
    path.write_text(
        "study,item,rater,criterion,value,metric:bleu\nPilot,i1,Bo,fluency,4,0.50\n",
        encoding="utf-8",
    )
    import_ratings(ws, path)


def test_answers_to_the_same_text_have_the_same_item(
    ws: Workspace, engine: Engine, make_request: MakeRequest, tmp_path: Path
) -> None:
    _fill(ws, engine, make_request, tmp_path)
    rows, metrics = rating_rows(ws)
    assert len({row["item"] for row in rows[:4]}) == 1
    assert len({row["output"] for row in rows[:4]}) == 2
    assert [row.length for row in rows] == [6, 6, 6, 6, None]
    assert "bleu" in metrics
    assert rows[-1].scores == {"bleu": "0.50"}
    assert (rows[-1]["study"], rows[0]["study"], rows[0].text("study")) == ("Pilot", None, "")


def test_the_wide_form_has_a_row_per_answer_and_rater(
    ws: Workspace, engine: Engine, make_request: MakeRequest, tmp_path: Path
) -> None:
    _fill(ws, engine, make_request, tmp_path)
    path = tmp_path / "wide.csv"
    assert export_ratings(ws, path, shape="wide").ratings == 5
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["rater"] for row in rows] == ["Ann", "Ann", "Bo"]
    assert [row["accuracy"] for row in rows] == ["2", "2", ""]
    assert [row["accuracy:status"] for row in rows] == ["rated", "rated", ""]
    assert [row["comment"] for row in rows] == ["Short.", "Short.", ""]
    assert [row["fluency"] for row in rows] == ["", "", "4"]
    assert rows[2]["metric:bleu"] == "0.50"
