"""A workbook of ratings has all that a reader needs, and comes back as it was."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.imported_rating import ImportedFile
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.lock_study import lock_study
from medsdesk.services.package_ratings import package_ratings
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.imported_ratings import add_imported
from medsdesk.store.workspace import Workspace, open_workspace
from tests.rated_studies import made_study, rate_all
from tests.store.test_export_tables import changed
from tests.store.test_imported_ratings import rating

TRAPS = (
    "=1+1", "'=1", "'tis", "\r", "a\r\nb", "_x0041_", "_x0041\x02", "\x00", "#N/A", " ", "TRUE",
    "\ufeff=x", "x" * 40_000, "\x01" * 40_000, "007",
)  # fmt: skip
NUMBERS = ("4", "0.50", "1e3", "+4", "007", "2.0", "123456789012345678", "-0", "0.1")


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    """A locked study, and imported ratings with every trap."""
    made = made_study(ws, form="workbench", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")
    words = [changed(rating(f"w{n}"), comment=text) for n, text in enumerate(TRAPS)]
    numbers = [rating(f"n{n}", text, bleu=text) for n, text in enumerate(NUMBERS)]
    file = ImportedFile("f", "f.csv", "0" * 64, ("bleu",), utc_now())
    add_imported(ws, file, [*words, *numbers])
    return ws


def test_ratings_come_back_from_a_workbook_byte_for_byte(filled: Workspace, tmp_path: Path) -> None:
    book = tmp_path / "ratings.xlsx"
    found = export_ratings(filled, book, form="xlsx")
    assert found.notes == (
        "2 texts are too long for a cell; see the sheet 'long texts'.",
    )  # fmt: skip
    files = [tmp_path / f"{n}.csv" for n in range(2)]
    export_ratings(filled, files[0])
    assert import_ratings(filled, book).already_there == found.ratings
    with open_workspace(tmp_path / "other") as other:
        back = import_ratings(other, book)
        assert (back.imported, back.encoding) == (found.ratings, "xlsx")
        export_ratings(other, files[1])
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_sheets_tell_of_columns_and_origin(filled: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    package_ratings(filled, folder, form="xlsx", profile="deidentified")
    book = importlib.import_module("openpyxl").load_workbook(folder / "ratings.xlsx")
    assert book.sheetnames == ["ratings", "wide", "codebook", "about"]
    told = [row[:2] for row in book["about"].iter_rows(values_only=True)]
    assert told[0] == ("what", "is")
    assert ("ratings", len(rating_rows(filled)[0])) in told
    assert any(workbench_form().sha256 in str(row[1]) for row in told)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {"ratings.xlsx"}
    shapes = {row[0] for row in book["codebook"].iter_rows(values_only=True)}
    assert shapes == {"file", "ratings", "wide"}


def test_the_same_numbers_stand_in_workbook_and_csv(filled: Workspace, tmp_path: Path) -> None:
    export_ratings(filled, tmp_path / "r.xlsx", form="xlsx", shape="wide")
    export_ratings(filled, tmp_path / "r.csv", shape="wide")
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    book = importlib.import_module("openpyxl").load_workbook(tmp_path / "r.xlsx")
    header, *cells = book["ratings"].iter_rows(values_only=True)
    place = header.index("metric:strict.bleu4")
    assert len(cells) == len(rows)
    for row, texts in zip(cells, rows, strict=True):
        told = texts["metric:strict.bleu4"]
        assert row[place] == (float(told) if told else None)


def test_one_file_for_redcap_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="two files"):
        export_ratings(ws, tmp_path / "r.csv", form="redcap")
