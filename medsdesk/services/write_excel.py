"""Write ratings as an Excel workbook row by row: no text in it is a formula, and none is cut."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from medsdesk.core.errors import UserFacingError
from medsdesk.services.excel_cells import LONGEST, escape, number_format, parts, units
from medsdesk.services.spreadsheet import Cell, Verbatim, neutralise

RATINGS, CODEBOOK, ABOUT, LONG_TEXTS = "ratings", "codebook", "about", "long texts"
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
POINTER = "[a text of {length:,} characters: see the sheet 'long texts', number {number}]"
LONG_COLUMNS = ("number", "part", "instead_of", "text")

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]
"""The name of a sheet, its header, and the rows under it."""


class _Made(Protocol):
    """What is set of a cell of openpyxl."""

    data_type: str
    number_format: str
    quotePrefix: bool  # noqa: N815 - openpyxl's name


class _Page(Protocol):
    """What is asked of a sheet of openpyxl."""

    freeze_panes: str

    def append(self, row: Sequence[object]) -> None:
        """Add a row."""


class _Book(Protocol):
    """What is asked of a workbook of openpyxl."""

    def create_sheet(self, title: str) -> _Page:
        """Add a sheet."""


def write_excel(path: Path, sheets: Iterable[Sheet]) -> int:
    """Write a workbook.

    Texts are typed as texts. Characters that a workbook cannot hold are escaped, and a text that
    is too long for a cell stands in parts in a sheet of its own; both come back when read.

    Args:
        path: The file.
        sheets: Its sheets in order.

    Returns:
        How many texts were too long for a cell.

    Raises:
        UserFacingError: A table has more rows or columns than a sheet can have, or the package
            that writes workbooks is not installed.
    """
    sheets = list(sheets)
    for sheet in sheets:
        _refuse_large(sheet)
    try:
        openpyxl = importlib.import_module("openpyxl")
    except ImportError as error:
        raise UserFacingError(
            "The package openpyxl that writes Excel workbooks is not installed.",
            "Install openpyxl, or choose the form CSV.",
        ) from error
    book = openpyxl.Workbook(write_only=True)
    writing = _Writing(book, importlib.import_module("openpyxl.cell").WriteOnlyCell)
    for name, header, rows in sheets:
        writing.sheet(name, header, rows)
    if writing.long_texts:
        writing.long_sheet()
    book.save(path)
    return len(writing.long_texts)


class _Writing:
    """Writes sheets into a workbook of openpyxl.

    Args:
        book: The workbook.
        make: Makes a cell of a sheet.
    """

    def __init__(self, book: _Book, make: Callable[[_Page, str], _Made]) -> None:
        self.long_texts: list[tuple[str, str]] = []
        self._book = book
        self._make = make

    def sheet(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a table; its header stays in sight."""
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([self._text(sheet, cell) for cell in header])
        for row in rows:
            sheet.append([self._cell(sheet, cell) for cell in row])

    def long_sheet(self) -> None:
        """Write the texts that were too long, part by part."""
        rows: list[list[Cell]] = [
            [number, place, pointer, part]
            for number, (pointer, text) in enumerate(self.long_texts, 1)
            for place, part in enumerate(parts(text), 1)
        ]
        _refuse_large((LONG_TEXTS, LONG_COLUMNS, rows))
        self.sheet(LONG_TEXTS, LONG_COLUMNS, rows)

    def _cell(self, sheet: _Page, cell: Cell) -> _Made | None:
        if cell is None or cell == "":
            return None
        if isinstance(cell, Verbatim) or not isinstance(cell, str):
            return self._number(sheet, str(cell))
        return self._text(sheet, cell)

    def _number(self, sheet: _Page, text: str) -> _Made:
        """Return a number as it stands; openpyxl would round the last digit of some."""
        shown_as = number_format(text)
        if shown_as is None:
            return self._text(sheet, text)
        made = self._make(sheet, text)
        made.data_type = "n"
        if shown_as != "General":
            made.number_format = shown_as
        return made

    def _text(self, sheet: _Page, text: str) -> _Made:
        told = escape(text)
        if len(told) > LONGEST // 2 and units(told) > LONGEST:
            pointer = POINTER.format(length=len(text), number=len(self.long_texts) + 1)
            self.long_texts.append((pointer, text))
            told = pointer
        made = self._make(sheet, told)
        made.data_type = "s"
        if neutralise(text) != text:
            made.quotePrefix = True  # a text it stays, also where somebody edits the cell
        return made


def _refuse_large(sheet: Sheet) -> None:
    name, header, rows = sheet
    if len(rows) >= MOST_ROWS:
        raise UserFacingError(
            f"A sheet of Excel has {MOST_ROWS:,} rows at the most, and '{name}' would have "
            f"{len(rows) + 1:,}.",
            "Choose the form CSV.",
        )
    if len(header) > MOST_COLUMNS:
        raise UserFacingError(
            f"A sheet of Excel has {MOST_COLUMNS:,} columns at the most, and '{name}' would have "
            f"{len(header):,}.",
            "Choose the form CSV, or the long shape.",
        )
