"""Read the rows of a CSV file whose columns are known by name, fault by fault."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator

UNCLOSED = "a double quote in it is not closed, or not written twice"


def delimiter_of(text: str, columns: Collection[str]) -> str:
    """Return the one of comma, semicolon and tab that finds most of the columns in the first row.

    Args:
        text: The file's text.
        columns: Names of columns; small and capital letters are the same.
    """
    head = text.lstrip("\ufeff").lstrip().partition("\n")[0].casefold()
    wanted = {column.casefold() for column in columns}

    def known(separator: str) -> int:
        return len(wanted & {cell.strip('" \r') for cell in head.split(separator)})

    return max(",;\t", key=known)


def numbered_rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row below the header that is not blank with its number, from 2.

    Args:
        reader: A reader of the module ``csv`` that has given the header; a strict one yields
            None for a row that it cannot read, which is ``UNCLOSED``.
    """
    number = 1
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        if any(cell.strip() for cell in row):
            yield number, row
