"""Write tables as CSV so that no cell is run by a spreadsheet, and every byte can come back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO

from medsdesk.services.spreadsheet import Cell, Verbatim, neutralise


def write_rows(
    file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, raw: bool = False
) -> int:
    """Write a header and the rows under it, and return how many rows there were.

    Args:
        file: Open for text, with line ends left as they are given.
        header: Names of columns.
        rows: The cells; numbers stay numbers.
        raw: Write texts as they are, for programs that read them byte for byte.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header if raw else [safe(name) for name in header])
    count = 0
    for row in rows:
        writer.writerow(row if raw else [safe(cell) for cell in row])
        count += 1
    return count


def safe(cell: Cell) -> Cell:
    """Return a cell as a spreadsheet may see it; numbers stay numbers."""
    if isinstance(cell, Verbatim) or not isinstance(cell, str):
        return cell
    return neutralise(cell)
