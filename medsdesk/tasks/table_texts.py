"""Reads own texts from the rows of a table: CSV, TSV or an Excel workbook, by named columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import excel_form
from medsdesk.tasks.encodings import is_guess, told
from medsdesk.tasks.own_texts import OwnText, Reading, checked
from medsdesk.tasks.tables import CSV_SUFFIXES, columns_found, csv_rows, separator_of
from medsdesk.tasks.texts import bytes_of, decode

SUFFIXES = (*CSV_SUFFIXES, *excel_form.SUFFIXES)
MAX_BYTES = 64_000_000

# What such columns are mostly called. One that is found is told, several are refused.
TEXT_NAMES = (
    "input", "text", "note", "letter", "report", "document", "narrative", "content", "body",
)  # fmt: skip
REFERENCE_NAMES = ("reference", "gt", "output", "answer", "target", "expected", "label")
ID_NAMES = ("id", "item", "item_id", "case", "case_id", "accession", "study_id")
FILE_NAMES = ("file", "filename", "file_name", "name", "document", "text", "id")

_ROW = "Mend the row in the table and read it again."


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns, in any case of letters; empty where they are to be found.

    Attributes:
        text: With the text.
        reference: With the right answer.
        id: With an id of each row.
    """

    text: str = ""
    reference: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was opened.

    Attributes:
        header: Its first row.
        rows: The rows after it that are not blank, each with its number in the file.
        unit: What the numbers count: ``line`` or ``row``.
    """

    header: Sequence[str]
    rows: Iterator[tuple[int, Sequence[str]]]
    unit: str


def open_table(path: Path, wanted: Sequence[str], reading: Reading) -> Table:
    """Open a table.

    Args:
        path: A file of ``SUFFIXES``.
        wanted: Names of columns by which the separator of a CSV file is known.
        reading: Told of a guessed encoding and of sheets that are not read.

    Raises:
        UserFacingError: It cannot be read, or has no header.
    """
    if path.suffix.lower() in excel_form.SUFFIXES:
        rows, unit = _excel_rows(path, reading), "row"
    else:
        name = f"The file {path.name}"
        text, encoding = decode(bytes_of(path, name, MAX_BYTES), name)
        if is_guess(encoding):
            reading.note(f"{path.name} was read as {told(encoding)}.")
        separator = separator_of(text, [one.casefold() for one in wanted if one])
        rows, unit = csv_rows(text, separator, name), "line"
    _, header = next(rows, (0, []))
    if not any(cell.strip() for cell in header):
        raise UserFacingError(
            f"The file {path.name} has no rows.", "Give a table with names of columns at its top."
        )
    return Table([cell.strip() for cell in header], iter(rows), unit)


def column(header: Sequence[str], named: str, names: Sequence[str], option: str) -> int | None:
    """Return the place of a column: the one that is named, else the one that is known by its name.

    Args:
        header: The names of all columns.
        named: The name wanted; empty to look among ``names``.
        names: What the column may be called, in small letters.
        option: What the user is to name it with.

    Raises:
        UserFacingError: The named one is not there or there twice, or several may be meant.
    """
    folded = [cell.casefold() for cell in header]
    wanted = (named.strip().casefold(),) if named.strip() else tuple(names)
    places = [at for at, name in enumerate(folded) if name in wanted]
    if named.strip() and not places:
        raise UserFacingError(
            f"The table has no column of the name that was given; {columns_found(header)}.",
            f"Give one of these with {option}.",
        )
    if len(places) > 1:
        shown = " and ".join(header[at] for at in places)
        raise UserFacingError(
            f"The table has several columns that may be meant: {shown}.",
            f"Say which one with {option}, or give the columns different names.",
        )
    return places[0] if places else None


def read_table(path: Path, columns: Columns, reading: Reading) -> Iterator[OwnText]:
    """Yield the text of each row; a row that cannot be used is left out and told.

    Raises:
        UserFacingError: The file cannot be read, or it is not clear which column is which.
    """
    wanted = (columns.text,) if columns.text else TEXT_NAMES
    table = open_table(path, wanted, reading)
    header = table.header
    reference_at = column(header, columns.reference, REFERENCE_NAMES, "--reference-column")
    id_at = column(header, columns.id, ID_NAMES, "--id-column")
    text_at = _text_column(header, columns, (reference_at, id_at))
    if len({text_at, reference_at, id_at} - {None}) < 3 - (reference_at, id_at).count(None):
        raise UserFacingError(
            "The same column was given for two things.", "Name a column of its own for each."
        )
    reading.note(_chosen(path, header, text_at, reference_at, id_at))
    try:
        for number, row in table.rows:
            where = f"{path.name}, {table.unit} {number:,}"
            if len(row) != len(header):
                reading.leave_out(
                    where, f"it has {len(row)} cells, but the header has {len(header)}", _ROW
                )
                continue
            own_id = row[id_at].strip() if id_at is not None else ""
            references = (row[reference_at],) if reference_at is not None else ()
            made = OwnText(own_id or f"{path.name} #{number}", row[text_at], references)
            found = checked(made, where, reading)
            if found is not None:
                yield found
    except UserFacingError as error:
        reading.fault(f"{path.name}, the rest", error, f"The file {path.name}")


def _text_column(header: Sequence[str], columns: Columns, taken: tuple[int | None, ...]) -> int:
    found = column(header, columns.text, TEXT_NAMES, "--text-column")
    if found is not None:
        return found
    left = [at for at in range(len(header)) if at not in taken]
    if len(left) == 1:
        return left[0]
    raise UserFacingError(
        f"It is not clear which column has the text; {columns_found(header)}.",
        "Name it with --text-column.",
    )


def _chosen(
    path: Path, header: Sequence[str], text: int, reference: int | None, own_id: int | None
) -> str:
    """Return which columns were taken, in a sentence."""
    told_reference = "none" if reference is None else f"'{header[reference]}'"
    told_id = "the row's number" if own_id is None else f"'{header[own_id]}'"
    return (
        f"{path.name}: the text is in the column '{header[text]}', "
        f"the reference in {told_reference}, the id is {told_id}."
    )


def _excel_rows(path: Path, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet that are not blank, as wide as the first of them."""
    with closing(excel_form.open_workbook(path)) as book:
        if len(book.sheetnames) > 1:
            reading.note(
                f"{path.name} has {len(book.sheetnames)} sheets; the first alone was read,"
                f" '{book.sheetnames[0]}'."
            )
        sheet = book[book.sheetnames[0]]
        sheet.reset_dimensions()
        width = 0
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                cells = [str(excel_form.plain(cell) or "") for cell in row]
                while cells and not cells[-1].strip():
                    cells.pop()
                if cells:
                    width = width or len(cells)
                    yield number, cells + [""] * (width - len(cells))
        except Exception as error:
            raise UserFacingError(
                f"The file {path.name} is damaged inside.", "Save it again, or as CSV."
            ) from error
