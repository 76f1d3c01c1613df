"""A workbook has no formula, cuts no text, and keeps numbers numbers."""

from __future__ import annotations

import importlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.excel_cells import LONGEST
from medsdesk.services.spreadsheet import Cell, Verbatim
from medsdesk.services.write_excel import LONG_TEXTS, MOST_COLUMNS, MOST_ROWS, write_excel


def _load(path: Path) -> Any:
    return importlib.import_module("openpyxl").load_workbook(path)


def _write(path: Path, *rows: list[Cell]) -> int:
    return write_excel(path, [("ratings", ["=a", "b"], rows)])


def test_texts_are_texts_and_numbers_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    cells: list[Cell] = ["=1+1", "#N/A", "-2", "@x", -2, 0.1 + 0.2, Verbatim("0.50"), "", None]
    assert _write(path, *([cell, "x"] for cell in cells)) == 0
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>0.30000000000000004</v>" in sheet
    assert "<v>0.50</v>" in sheet
    rows = list(_load(path)["ratings"].iter_rows())
    assert [row[0].data_type for row in rows] == ["s", "s", "s", "s", "s", "n", "n", "n", "n", "n"]
    assert [row[0].value for row in rows[:5]] == ["=a", "=1+1", "#N/A", "-2", "@x"]
    assert rows[1][0].quotePrefix
    assert not rows[1][1].quotePrefix
    assert (rows[7][0].value, rows[7][0].number_format) == (0.5, "0.00")


def test_what_is_too_long_stands_elsewhere_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    assert _write(path, ["y" * LONGEST, "x" * (LONGEST + 1)], ["\x01" * LONGEST, 1]) == 2
    book = _load(path)
    [_, first, second] = book["ratings"].iter_rows(values_only=True)
    assert first[0] == "y" * LONGEST
    assert first[1] == "[a text of 32,768 characters: see the sheet 'long texts', number 1]"
    parts = list(book[LONG_TEXTS].iter_rows(values_only=True))[1:]
    assert "".join(row[3] for row in parts if row[0] == 1) == "x" * (LONGEST + 1)
    assert sum(row[0] == 2 for row in parts) == 7
    assert second[0] == parts[-1][2]


class _Many:
    """Stands for rows that are too many to make."""

    def __len__(self) -> int:
        return MOST_ROWS


def test_more_than_a_sheet_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with pytest.raises(UserFacingError, match="1,048,576 rows"):
        write_excel(path, [("ratings", ["a"], _Many())])  # type: ignore[list-item] # only its length
    with pytest.raises(UserFacingError, match="16,384 columns"):
        write_excel(path, [("ratings", ["a"] * (MOST_COLUMNS + 1), [])])
    assert not path.exists()


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        _write(tmp_path / name, ["x & <y>", 1], ["]]>", Verbatim("0.50")])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    rows = list(_load(tmp_path / "a.xlsx")["ratings"].iter_rows(values_only=True))
    assert rows[1:] == [("x & <y>", 1), ("]]>", 0.5)]


def test_nothing_is_put_into_a_file_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    for name in ("mkstemp", "NamedTemporaryFile", "TemporaryFile", "gettempdir"):
        monkeypatch.setattr(tempfile, name, lambda *_, **__: seen.append("used"))
    _write(tmp_path / "r.xlsx", ["a" * 100, "b"])
    assert seen == []


def test_columns_beyond_z_have_two_letters(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    header = [f"c{n}" for n in range(730)]
    write_excel(path, [("wide & <all>", header, [list(range(730))])])
    book = _load(path)
    assert book.sheetnames == ["wide & <all>"]
    assert [cell.value for cell in book["wide & <all>"][2]] == list(range(730))
    assert book["wide & <all>"]["ABB1"].value == "c729"
