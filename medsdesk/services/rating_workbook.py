"""Ratings as one Excel workbook: the tables, what their columns mean, and what they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medsdesk.services.codebook import CODEBOOK_COLUMNS, codebook
from medsdesk.services.export_manifest import about
from medsdesk.services.write_excel import ABOUT, CODEBOOK, RATINGS, Sheet, write_excel

if TYPE_CHECKING:
    from medsdesk.core.rating_export import RatingShape
    from medsdesk.services.gather_ratings import RatingSet
    from medsdesk.services.spreadsheet import Cell

WIDE = "wide"
_ABOUT_COLUMNS = ("what", "is")


def write_workbook(
    path: Path,
    found: RatingSet,
    record: Mapping[str, Any],
    shapes: Sequence[RatingShape],
    notes: Sequence[str],
) -> tuple[str, ...]:
    """Write a workbook of ratings.

    Args:
        path: The file.
        found: The ratings.
        record: The manifest without files.
        shapes: Of the tables; the first is the sheet 'ratings'.
        notes: What else a reader has to know.

    Returns:
        What is worth knowing of this file, a sentence each.

    Raises:
        UserFacingError: There are more rows or columns than a sheet can have.
    """
    tables: dict[str, tuple[Sequence[str], list[Sequence[Cell]]]] = {}
    for shape in shapes:
        header, rows = found.table(shape)
        tables[WIDE if tables else RATINGS] = (header, list(rows))
    book = list(codebook(found, tables, record["metrics"]))
    sheets: list[Sheet] = [(name, *table) for name, table in tables.items()]
    sheets.append((CODEBOOK, CODEBOOK_COLUMNS, book))
    sheets.append((ABOUT, _ABOUT_COLUMNS, about(record, notes)))
    long_texts = write_excel(path, sheets)
    if not long_texts:
        return ()
    were = "1 text is" if long_texts == 1 else f"{long_texts:,} texts are"
    return (f"{were} too long for a cell; see the sheet 'long texts'.",)
