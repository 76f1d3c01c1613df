"""Reads table files, CSV and JSON, to pairs of text and reference."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from medsdesk.core.errors import UserFacingError

Pair = tuple[str, str | None]

CSV_SUFFIXES = (".csv", ".tsv")
JSON_SUFFIXES = (".json", ".jsonl")
TEXT_COLUMNS = ("input", "text")
# GT before output: a result file of the benchmark keeps the model's answer in ``output``.
REFERENCE_COLUMNS = ("reference", "gt", "output")

_WANTED = "Name the column with the text 'input' or 'text', and one with the reference 'reference'."
_JSON_FORM = (
    "Give a list of objects with 'input' or 'text' and, if you have it, 'reference', one object"
    " per line, or a MedS-Ins task file."
)


def read_csv(text: str, name: str) -> tuple[Pair, ...]:
    """Return the rows of a table with a header, separated by comma, semicolon or tab.

    Args:
        text: The file's text.
        name: What to call the file in an error.

    Raises:
        UserFacingError: No column has the text, a row has too many or too few cells, quotes
            are not closed, or there is no row.
    """
    rows = csv_rows(text, separator_of(text, TEXT_COLUMNS), name)
    header = next(rows, (1, []))[1]
    columns = [cell.strip().casefold() for cell in header]
    at = _first(TEXT_COLUMNS, columns)
    if at is None:
        raise UserFacingError(
            f"{name} has no column with the text; {columns_found(header)}.", _WANTED
        )
    reference_at = _first(REFERENCE_COLUMNS, columns)
    pairs = []
    for line, row in rows:
        if len(row) != len(header):
            raise UserFacingError(
                f"{name} has {len(row)} cells in the row that ends in line {line}, but the header"
                f" has {len(header)}.",
                "Put a text that has the separator or a line end in it between double quotes.",
            )
        pairs.append((row[at], None if reference_at is None else row[reference_at]))
    return _not_empty(pairs, name)


def read_json(text: str, name: str) -> tuple[Pair, ...]:
    """Return the rows of a JSON document or of JSON lines.

    Both are tried whatever the file is called, because files of the benchmark that are one
    document are named as if they were lines.

    Args:
        text: The file's text.
        name: What to call the file in an error.

    Raises:
        UserFacingError: It is broken, or has not the form of a table.
    """
    document = _parse(text, name)
    if isinstance(document, dict):
        document = document.get("Instances", [document])
    if not isinstance(document, list):
        raise UserFacingError(f"{name} has no list of texts in it.", _JSON_FORM)
    return _not_empty([_pair(item, n, name) for n, item in enumerate(document, 1)], name)


def separator_of(text: str, wanted: Sequence[str]) -> str:
    """Return the separator under which the header has one of some columns, else most columns.

    Args:
        text: Of a table with a header.
        wanted: Names of columns, in small letters.
    """
    head = text.lstrip().partition("\n")[0].casefold()

    def columns(separator: str) -> tuple[bool, int]:
        cells = [cell.strip('" ') for cell in head.split(separator)]
        return _first(wanted, cells) is not None, len(cells)

    return max((",", ";", "\t"), key=columns)


def csv_rows(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the number of its last line.

    Raises:
        UserFacingError: Quotes are not closed; the rows before were yielded.
    """
    # The module's own limit of 131072 characters is less than a discharge letter with notes.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UserFacingError(
            f"{name} is no well-formed table near line {reader.line_num}.",
            "Look for a double quote that is not closed; inside a text it is written twice.",
        ) from error


def _first(wanted: Sequence[str], columns: Sequence[str]) -> int | None:
    return next((columns.index(name) for name in wanted if name in columns), None)


def columns_found(header: Iterable[str]) -> str:
    """Return the names found; without a header they are a patient's text, which is not repeated."""
    names = [cell.strip() for cell in header]
    if len(names) > 20 or any(len(name) > 30 or "\n" in name for name in names):
        return "its first line does not look like names of columns"
    return f"it has: {', '.join(names)}"


def _parse(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise UserFacingError(f"{name} is nested too deeply.", _JSON_FORM) from error
    except ValueError as error:
        first = getattr(error, "lineno", 1)
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    items = []
    for number, line in lines:
        try:
            items.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            # A document that is no lines fails in its first line; then its own fault counts.
            broken = number if items else first
            raise UserFacingError(f"{name} is broken JSON in line {broken}.", _JSON_FORM) from error
    return items


def _pair(item: object, number: int, name: str) -> Pair:
    if not isinstance(item, dict):
        raise UserFacingError(f"{name} has no object as item {number}.", _JSON_FORM)
    folded: Mapping[str, object] = {key.strip().casefold(): item[key] for key in item}
    text = next((folded[key] for key in TEXT_COLUMNS if key in folded), None)
    if not isinstance(text, str):
        raise UserFacingError(f"{name} has no text in item {number}.", _JSON_FORM)
    reference = next((folded[key] for key in REFERENCE_COLUMNS if key in folded), None)
    return text, _reference(reference, number, name)


def _reference(value: object, number: int, name: str) -> str | None:
    """Return a reference; some task files of the benchmark keep it in a list of one."""
    if isinstance(value, list) and len(value) < 2:
        value = value[0] if value else None
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise UserFacingError(
        f"{name} has a reference in item {number} that is not one text.",
        "Give one reference for each text.",
    )


def _not_empty(pairs: Sequence[Pair], name: str) -> tuple[Pair, ...]:
    if not pairs:
        raise UserFacingError(f"{name} has no rows.", "Choose a file with at least one text.")
    return tuple(pairs)
