"""Reads the Excel form in which the authors of MedS-Ins take tasks."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.office_zip import check_office_zip
from medsdesk.tasks.task_bytes import unreadable
from medsdesk.tasks.task_header import KEYS, key_of
from medsdesk.tasks.task_parts import NO_INSTANCES, Survey

SUFFIXES = (".xlsx", ".xlsm")
_INFORMATION = ("basic information", "basic_information", "information")
# The authors' form has the misspelt name.
_INSTANCES = ("instences", "instances", "instance")
MOST_BYTES = 1_000_000_000
"""Most bytes of a workbook unpacked; it is read row by row, so that a large task has room."""
_ZIP = b"PK\x03\x04"

Row = tuple[object, ...]


class Sheet(Protocol):
    """What is asked of a sheet of openpyxl."""

    def reset_dimensions(self) -> None:
        """Forget the size that the file tells of the sheet; some programs write a wrong one."""

    def iter_rows(self, *, values_only: bool) -> Iterator[Row]:
        """Return the rows."""


class Book(Protocol):
    """What is asked of a workbook of openpyxl."""

    @property
    def sheetnames(self) -> Sequence[str]:
        """The names of its sheets."""

    def __getitem__(self, name: str) -> Sheet: ...

    def close(self) -> None:
        """Close the file."""


def is_excel(path: Path, head: bytes) -> bool:
    """Return whether a file is an Excel workbook, by its name and first bytes."""
    return path.suffix.lower() in SUFFIXES and head.startswith(_ZIP)


def survey(path: Path) -> Survey:
    """Return header and number of instances of a workbook.

    Raises:
        UserFacingError: It cannot be read.
    """
    with closing(open_workbook(path)) as book:
        information, instances = _sheet(book, _INFORMATION), _sheet(book, _INSTANCES)
        found = Survey(layout="excel", has_list=instances is not None)
        if information is not None:
            found.header = header_of(information.iter_rows(values_only=True))
        if instances is None:
            found.problems.append(NO_INSTANCES)
        else:
            found.instances = sum(1 for _ in rows_of(instances.iter_rows(values_only=True)))
    return found


def rows(path: Path) -> Iterator[dict[str, object]]:
    """Yield each row of the sheet with the instances, by the names in its first row.

    Raises:
        UserFacingError: It cannot be read.
    """
    with closing(open_workbook(path)) as book:
        sheet = _sheet(book, _INSTANCES)
        if sheet is not None:
            yield from rows_of(sheet.iter_rows(values_only=True))


def header_of(cells: Iterable[Row]) -> dict[str, object]:
    """Return keys and values of a sheet: a key in the first cell, its values beside it."""
    header: dict[str, object] = {}
    for row in cells:
        key, *values = row or ("",)
        if isinstance(key, str) and key_of(key) in KEYS:
            header[key] = [plain(value) for value in values if value is not None]
    return header


def rows_of(cells: Iterable[Row]) -> Iterator[dict[str, object]]:
    """Yield each row that is not empty by the names in the first; rows between count too.

    An empty row among others is yielded as an instance without anything, so that the numbers
    of the rows after it stay true.
    """
    names: list[str] = []
    empty = 0
    for row in cells:
        values = [plain(value) for value in row]
        if not any(value not in (None, "") for value in values):
            empty += bool(names)
        elif not names:
            names = [str(value or "").strip().casefold() for value in values]
        else:
            yield from ({} for _ in range(empty))
            empty = 0
            yield {
                name: value for name, value in zip(names, values, strict=False) if name and value
            }


def plain(value: object) -> object:
    """Return a cell's value; a number is what was typed, because Excel makes numbers of words."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if value is None or isinstance(value, str) else str(value)


def _sheet(book: Book, names: Iterable[str]) -> Sheet | None:
    titles = {title.strip().casefold(): title for title in book.sheetnames}
    for name in names:
        if name in titles:
            sheet = book[titles[name]]
            sheet.reset_dimensions()
            return sheet
    return None


def open_workbook(path: Path) -> Book:
    """Open a workbook to read it row by row; it is to be closed.

    Raises:
        UserFacingError: It cannot be read, or must not be.
    """
    with _opened(path) as file:
        check_office_zip(file, f"The file {path.name}", MOST_BYTES)
    try:
        # By its name, because MedsDesk runs without it and then has no types of it either.
        openpyxl = importlib.import_module("openpyxl")
    except ImportError as error:
        raise UserFacingError(
            f"The file {path.name} is an Excel workbook, and the package openpyxl that reads"
            " it is not installed.",
            "Install openpyxl, or save it in another form, such as CSV.",
        ) from error
    try:
        book: Book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise UserFacingError(
            f"The file {path.name} cannot be read as an Excel workbook.",
            "Open it in Excel and save it again, or in another form, such as CSV.",
        ) from error
    return book


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
