"""Write ratings as an Excel workbook row by row: no text in it is a formula, and none is cut."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape as xml_escape

from medsdesk.core.errors import UserFacingError
from medsdesk.services.excel_cells import LONGEST, escape, number_format, parts, units
from medsdesk.services.excel_parts import (
    GUARDED,
    PLAIN,
    SHEET_HEAD,
    SHEET_TAIL,
    other_parts,
    sheet_part,
    style_of,
)
from medsdesk.services.spreadsheet import Cell, Verbatim, neutralise

RATINGS, CODEBOOK, ABOUT, LONG_TEXTS = "ratings", "codebook", "about", "long texts"
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_MANY = 20_000
POINTER = "[a text of {length:,} characters: see the sheet 'long texts', number {number}]"
LONG_COLUMNS = ("number", "part", "instead_of", "text")

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]
"""The name of a sheet, its header, and the rows under it."""


def write_excel(path: Path, sheets: Iterable[Sheet]) -> int:
    """Write a workbook; the same sheets make the same bytes.

    Texts are typed as texts. Characters that a workbook cannot hold are escaped, and a text that
    is too long for a cell stands in parts in a sheet of its own; both come back when read. Rows
    go straight into the file: nothing of them is put into another one on the way.

    Args:
        path: The file.
        sheets: Its sheets in order.

    Returns:
        How many texts were too long for a cell.

    Raises:
        UserFacingError: A table has more rows or columns than a sheet can have.
    """
    sheets = list(sheets)
    for sheet in sheets:
        _refuse_large(sheet)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        writing = _Writing(archive)
        for sheet in sheets:
            writing.sheet(*sheet)
        if writing.long_texts:
            writing.long_sheet()
        writing.finish()
    return len(writing.long_texts)


class _Writing:
    """Writes the parts of a workbook.

    Args:
        archive: The workbook, open.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.long_texts: list[tuple[str, str]] = []
        self._archive = archive
        self._names: list[str] = []

    def sheet(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Write a table; its header stays in sight."""
        self._names.append(name)
        letters = [_letters(place) for place in range(len(header))]
        part = _part(sheet_part(len(self._names)))
        # Only a sheet that may grow past 2 GiB is marked as one that old programs cannot read.
        with self._archive.open(part, "w", force_zip64=len(rows) > _MANY) as file:
            file.write(SHEET_HEAD.encode())
            for number, row in enumerate(chain((header,), rows), 1):
                cells = "".join(
                    self._cell(f"{letters[place]}{number}", cell)
                    for place, cell in enumerate(row)
                    if cell is not None and cell != ""
                )
                file.write(f'<row r="{number}">{cells}</row>'.encode())
            file.write(SHEET_TAIL.encode())

    def long_sheet(self) -> None:
        """Write the texts that were too long, part by part."""
        rows: list[list[Cell]] = [
            [number, place, pointer, part]
            for number, (pointer, text) in enumerate(self.long_texts, 1)
            for place, part in enumerate(parts(text), 1)
        ]
        _refuse_large((LONG_TEXTS, LONG_COLUMNS, rows))
        self.sheet(LONG_TEXTS, LONG_COLUMNS, rows)

    def finish(self) -> None:
        """Write what makes the sheets a workbook."""
        for name, text in other_parts(self._names).items():
            self._archive.writestr(_part(name), text)

    def _cell(self, place: str, cell: Cell) -> str:
        if isinstance(cell, Verbatim) or not isinstance(cell, str):
            text = str(cell)
            if (shown_as := number_format(text)) is not None:
                return f'<c r="{place}" s="{style_of(shown_as)}"><v>{text}</v></c>'
        return self._text(place, str(cell))

    def _text(self, place: str, text: str) -> str:
        told = escape(text)
        if len(told) > LONGEST // 2 and units(told) > LONGEST:
            pointer = POINTER.format(length=len(text), number=len(self.long_texts) + 1)
            self.long_texts.append((pointer, text))
            told = pointer
        # A text that looks like a formula stays a text also where somebody edits the cell.
        style = GUARDED if neutralise(text) != text else PLAIN
        return (
            f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
            f"{xml_escape(told)}</t></is></c>"
        )


def _part(name: str) -> zipfile.ZipInfo:
    """Return what is said of a part; nothing of when it was written."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _letters(place: int) -> str:
    """Return a column's letters by its place from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


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
