"""Workbooks of ratings are read: our own exactly, those from elsewhere as they stand."""

from __future__ import annotations

import importlib
from datetime import datetime
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.excel_cells import LONGEST
from medsdesk.services.read_excel import excel_rows, is_workbook
from medsdesk.services.spreadsheet import Cell, restore_if_neutralised
from medsdesk.services.write_excel import write_excel

ABOUT = ("about", ("what", "is"), (("program", "MedsDesk 1.0"),))


def _ours(path: Path, *rows: list[Cell]) -> list[list[str]]:
    write_excel(path, [("ratings", ["a", "b", "c"], rows), ABOUT])
    return [[restore_if_neutralised(cell) for cell in row] for row in excel_rows(path)]


def test_our_own_texts_and_numbers_come_back(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["=1+1", "'=1", "'tis"],
        ["\r\n\t\x00", " _x0041_ ", "正常 😀"],
        [4, -0.1, "x" * (LONGEST + 5)],
        [None, "4.0", None],
    ]
    header, *found = _ours(tmp_path / "r.xlsx", *rows)
    assert header == ["a", "b", "c"]
    assert found == [["" if cell is None else str(cell) for cell in row] for row in rows]


def test_others_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "theirs.xlsx"
    book = importlib.import_module("openpyxl").Workbook()
    sheet = book.active
    sheet.append(["study", "item", "value"])
    sheet.append(["Pilot", 7, 4.5])
    sheet.append([datetime(2026, 1, 31, 8, 0), True, "'=1"])  # noqa: DTZ001 - Excel knows no zones
    sheet.cell(4, 5, "outside")
    book.save(path)
    assert list(excel_rows(path)) == [
        ["study", "item", "value"],
        ["Pilot", "7", "4.5"],
        ["2026-01-31T08:00:00", "True", "'=1"],
        ["", "", "", "", "outside"],
    ]


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing of it")
    assert is_workbook(path.read_bytes())
    assert not is_workbook(b"study,item")
    with pytest.raises(UserFacingError):
        list(excel_rows(path))
