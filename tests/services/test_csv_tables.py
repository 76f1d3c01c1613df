"""Cells go out so that nothing runs them, headers too, and numbers as numbers."""

from __future__ import annotations

import io

from medsdesk.services.csv_tables import write_rows
from medsdesk.services.spreadsheet import Cell, Verbatim


def test_words_are_made_safe_and_numbers_are_not_touched() -> None:
    file = io.StringIO()
    rows: list[list[Cell]] = [["=1+1", -2, -0.5], [Verbatim("-0.50"), "-0.5", None]]
    assert write_rows(file, ["=a", "b", "c"], rows) == 2
    assert file.getvalue() == "'=a,b,c\r\n'=1+1,-2,-0.5\r\n-0.50,'-0.5,\r\n"


def test_raw_tables_are_written_as_they_are() -> None:
    file = io.StringIO()
    assert write_rows(file, ["a"], [["=1"]], raw=True) == 1
    assert file.getvalue() == "a\r\n=1\r\n"
