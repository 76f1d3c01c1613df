"""Read a table of ratings from an Excel workbook: our own export, or one from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from medsdesk.core.errors import UserFacingError
from medsdesk.services.excel_cells import number_text, unescape
from medsdesk.services.spreadsheet import neutralise
from medsdesk.services.write_excel import ABOUT, LONG_TEXTS, RATINGS
from medsdesk.tasks.excel_form import open_workbook

if TYPE_CHECKING:
    from medsdesk.tasks.excel_form import Book

_ZIP = b"PK\x03\x04"
_OURS = ("program", "MedsDesk ")


class _Cell(Protocol):
    """What is asked of a cell of openpyxl."""

    value: object
    number_format: str


def is_workbook(data: bytes) -> bool:
    """Say whether a file is an Excel workbook, by its first bytes."""
    return data.startswith(_ZIP)


def excel_rows(path: Path) -> Iterator[list[str]]:
    """Yield header and rows of the sheet of ratings, or of the first one, as a CSV file has them.

    Numbers come as text. Texts of our own export come back as they were, long ones whole. A row
    has as many cells as the header, or more where cells stand outside of it.

    Raises:
        UserFacingError: It cannot be read, or must not be.
    """
    try:
        yield from _excel_rows(path)
    except UserFacingError:
        raise
    except Exception as error:  # whatever a reader of other people's files stumbles over
        raise UserFacingError(
            f"The file {path.name} cannot be read as an Excel workbook.",
            "Open it in Excel and save it again, or in another form, such as CSV.",
        ) from error


def _excel_rows(path: Path) -> Iterator[list[str]]:
    with closing(open_workbook(path)) as book:
        names = list(book.sheetnames)
        if not names:
            raise UserFacingError(
                f"The file {path.name} has no sheet with a table.", "Choose another file."
            )
        reading = _Reading(book)
        width = 0
        for row in _rows(book, RATINGS if RATINGS in names else names[0]):
            texts = [reading.text(cell) for cell in row]
            while texts and not texts[-1] and len(texts) > width:
                texts.pop()
            width = width or len(texts)
            yield texts + [""] * (width - len(texts))


class _Reading:
    """Reads cells of a workbook.

    Args:
        book: The workbook.
    """

    def __init__(self, book: Book) -> None:
        self._ours = _is_ours(book)
        self._long = _long_texts(book) if LONG_TEXTS in book.sheetnames else {}

    def text(self, cell: _Cell) -> str:
        """Return a cell as a CSV file of ours has it, where the workbook is ours."""
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_text(value, cell.number_format)
        if isinstance(value, date | time):
            return value.isoformat()
        if not isinstance(value, str):
            return str(value)
        text = self._long.get(value) or unescape(value)
        return neutralise(text) if self._ours else text


def _is_ours(book: Book) -> bool:
    if ABOUT not in book.sheetnames:
        return False
    first = next(iter(_rows(book, ABOUT, skip=1)), ())
    told = [str(cell.value) for cell in first][:2]
    return len(told) == len(_OURS) and told[0] == _OURS[0] and told[1].startswith(_OURS[1])


def _long_texts(book: Book) -> dict[str, str]:
    """Return the long texts by what stands in their place."""
    found: dict[str, str] = {}
    for row in _rows(book, LONG_TEXTS, skip=1):
        pointer, part = [cell.value for cell in row][2:4]
        found[str(pointer)] = found.get(str(pointer), "") + unescape(str(part))
    return found


def _rows(book: Book, name: str, skip: int = 0) -> Iterator[Iterable[_Cell]]:
    sheet = book[name]
    sheet.reset_dimensions()
    rows = iter(sheet.iter_rows(values_only=False))
    for _ in range(skip):
        next(rows, None)
    yield from (cast("tuple[_Cell, ...]", row) for row in rows)
