"""Read a table of ratings in the long form, and say row by row what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import (
    DECIDED,
    LEFT_STANDING,
    NUMBER_COLUMNS,
    RATING_COLUMNS,
    ImportedRating,
)
from medsdesk.core.rating import RatingStatus, ScaleType
from medsdesk.services.csv_rows import UNCLOSED, delimiter_of, numbered_rows
from medsdesk.services.rating_rows import METRIC
from medsdesk.services.read_excel import excel_rows
from medsdesk.services.spreadsheet import is_number, restore_if_neutralised
from medsdesk.tasks.texts import decode

NEEDED = ("study", "item", "rater", "criterion", "value")
EXCEL = "xlsx"
NO_PLACE_FOR_VALUE = "it has a value beside a status or scale that has none"

_SCALES: tuple[str, ...] = get_args(ScaleType)
_STATUSES: tuple[str, ...] = (*get_args(RatingStatus), DECIDED, LEFT_STANDING)
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "."})
_HINT = f"Give the columns {', '.join(NEEDED)}, named in the first row; others may follow."


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that is left out; row 1 is the one with the names of the columns."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class RatingTable:
    """What stands in a file of ratings.

    Attributes:
        rows: Ratings by the number of their row.
        faults: Rows that cannot be read.
        empty: Rows without a value: gaps, and no ratings.
        unscored: Scores that are no number, which were left empty.
        metrics: Names of the columns of scores.
        ignored: Columns that have no meaning here.
        encoding: The encoding it was read in; ``xlsx`` for a workbook.
    """

    rows: Mapping[int, ImportedRating]
    faults: tuple[RowFault, ...]
    empty: int
    unscored: int
    metrics: tuple[str, ...]
    ignored: tuple[str, ...]
    encoding: str


def read_rating_table(data: bytes, name: str) -> RatingTable:
    """Return the ratings of a table separated by comma, semicolon or tab.

    Columns come in any order and letter case. Cells that our export kept from a spreadsheet
    come back as they were; with semicolons or tabs, numbers may have a decimal comma.

    Args:
        data: The file's bytes.
        name: What to call the file in an error.

    Raises:
        UserFacingError: It cannot be decoded, is empty, or lacks a column.
    """
    text, encoding = _text(data, name)
    if not text.strip():
        raise UserFacingError(f"The file {name} is empty.", _HINT)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter = delimiter_of(text, NEEDED)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _read(reader, name, encoding, decimal_comma=delimiter != ",")


def read_rating_sheet(path: Path) -> RatingTable:
    """Return the ratings of an Excel workbook, in the sheet 'ratings' or else the first.

    Raises:
        UserFacingError: It cannot be read, or lacks a column.
    """
    return _read(excel_rows(path), path.name, EXCEL, decimal_comma=False)


def _read(
    reader: Iterator[list[str]], name: str, encoding: str, *, decimal_comma: bool
) -> RatingTable:
    columns = _columns(reader, name)
    reading = _Reading(columns, decimal_comma=decimal_comma)
    rows: dict[int, ImportedRating] = {}
    faults: list[RowFault] = []
    for number, cells in numbered_rows(reader):
        found = UNCLOSED if cells is None else reading.rating(cells)
        if isinstance(found, ImportedRating):
            rows[number] = found
        elif found:
            faults.append(RowFault(number, found))
    metrics = tuple(c.removeprefix(METRIC) for c in columns if c.startswith(METRIC))
    ignored = tuple(c for c in columns if c not in RATING_COLUMNS and not c.startswith(METRIC))
    return RatingTable(
        rows, tuple(faults), reading.empty, reading.unscored, metrics, ignored, encoding
    )


class _Reading:
    """Reads rows under given columns.

    Args:
        columns: Their names.
        decimal_comma: Whether numbers may have one.
    """

    def __init__(self, columns: Sequence[str], *, decimal_comma: bool) -> None:
        self.empty = 0
        self.unscored = 0
        self._width = len(columns)
        self._decimal_comma = decimal_comma
        self._at = {name: place for place, name in enumerate(columns)}
        self._metrics = {
            name.removeprefix(METRIC): place
            for name, place in self._at.items()
            if name.startswith(METRIC)
        }

    def rating(self, row: Sequence[str]) -> ImportedRating | str:
        """Return a rating, the reason why the row is none, or nothing where it is a gap."""
        if len(row) != self._width:
            return f"it has {len(row)} cells and the first row has {self._width}"
        cells = {name: self._cell(row, name) for name in RATING_COLUMNS}
        for name in ("item", "rater", "criterion"):
            if not cells[name].strip():
                return f"it has no {name}"
        cells["scale"] = cells["scale"].strip().casefold() or "ordinal"
        cells["status"] = cells["status"].strip().casefold() or "rated"
        reason = self._fault(cells)
        if reason is not None:
            return reason
        scores = {name: self._score(row[place]) for name, place in self._metrics.items()}
        return ImportedRating(
            tuple(cells[name] for name in RATING_COLUMNS),
            {name: score for name, score in scores.items() if score is not None},
        )

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self._at.get(name)
        if place is None:
            return ""
        cell = restore_if_neutralised(row[place])
        return self._number(cell) if name in NUMBER_COLUMNS else cell

    def _number(self, cell: str) -> str:
        plain = cell.strip()
        if self._decimal_comma and is_number(plain.replace(",", ".")):
            return plain.replace(",", ".")
        return plain

    def _fault(self, cells: dict[str, str]) -> str | None:
        """Return what is wrong with a row, nothing where it is a gap, None where it is good."""
        if cells["scale"] not in _SCALES:
            return f"its scale is none of {', '.join(_SCALES)}"
        if cells["status"] not in _STATUSES:
            return f"its status is none of {', '.join(_STATUSES)}"
        if cells["scale"] == "text" or cells["status"] not in ("rated", DECIDED):
            return NO_PLACE_FOR_VALUE if cells["value"] else None
        if cells["value"].casefold() in _MISSING:
            self.empty += 1
            return ""
        if cells["scale"] != "nominal" and not is_number(cells["value"]):
            return f"its value is no number, which the scale '{cells['scale']}' asks for"
        return None

    def _score(self, cell: str) -> str | None:
        """Return a score as it stood, None for a gap, and empty for what is no number."""
        plain = cell if is_number(cell) else self._number(restore_if_neutralised(cell))
        if is_number(plain):
            return plain
        if plain.casefold() in _MISSING - {"nan"}:
            return None
        self.unscored += 1
        return ""


def _text(data: bytes, name: str) -> tuple[str, str]:
    """Return text and encoding; of UTF-8 every byte, line ends inside a comment included."""
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return decode(data, f"The file {name}")


def _columns(reader: Iterator[list[str]], name: str) -> list[str]:
    try:
        given = [cell.strip().strip("\ufeff") for cell in next(reader, [])]
    except csv.Error:
        given = []
    columns = [_column(cell) for cell in given]
    lacking = [column for column in NEEDED if column not in columns]
    if lacking:
        raise UserFacingError(
            f"The file {name} lacks the column{'s' * (len(lacking) > 1)} {', '.join(lacking)}.",
            _HINT,
        )
    twice = [column for column in dict.fromkeys(columns) if columns.count(column) > 1]
    if twice:
        raise UserFacingError(
            f"The file {name} has the column '{twice[0]}' more than once.",
            "Rename or remove one of them.",
        )
    return columns


def _column(cell: str) -> str:
    """Return a column's name; that of a metric keeps its letter case."""
    folded = cell.casefold()
    if folded.startswith(METRIC):
        return METRIC + cell[len(METRIC) :].strip()
    return folded
