"""Reads the right answers for own texts out of a table: name of a text's file, and answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import Reading
from medsdesk.tasks.table_texts import FILE_NAMES, REFERENCE_NAMES, Columns, column, open_table
from medsdesk.tasks.text_folders import Source

_NAME = "Write the name of the text's file as it is, with its folder where two have the same name."


def read_references(
    path: Path, columns: Columns, sources: Sequence[Source], reading: Reading
) -> Mapping[str, tuple[str, ...]]:
    """Return the references of a table by the ids of the sources that they are for.

    A text is known by its name within its folder, by the file's name, or by that without its
    ending, in any case of letters. Several rows for a text are several right answers.

    Args:
        path: CSV, TSV or Excel, with a column for the file and one for the reference.
        columns: Which columns; ``id`` is the one with the name of the file.
        sources: The files with the texts.
        reading: Told of the rows that fit no text, or several.

    Raises:
        UserFacingError: The table cannot be read, or it is not clear which column is which.
    """
    table = open_table(path, (columns.id, *FILE_NAMES), reading)
    file_at = column(table.header, columns.id, FILE_NAMES, "--id-column")
    reference_at = column(table.header, columns.reference, REFERENCE_NAMES, "--reference-column")
    if file_at is None or reference_at is None or file_at == reference_at:
        raise UserFacingError(
            f"The table {path.name} does not say which reference is for which text.",
            "Give it one column 'file' with the names of the texts and one 'reference'.",
        )
    known = _Names(sources)
    found: dict[str, list[str]] = defaultdict(list)
    for number, row in table.rows:
        where = f"{path.name}, {table.unit} {number:,}"
        if len(row) <= max(file_at, reference_at) or not row[reference_at].strip():
            reading.leave_out(where, "it has no reference", "Fill it in, or take the row out.")
            continue
        ids = known.find(row[file_at])
        if len(ids) == 1:
            found[ids[0]].append(row[reference_at])
        elif ids:
            reading.leave_out(where, "several texts have the name in it", _NAME)
        else:
            reading.leave_out(where, "no text has the name in it", _NAME)
    return {own_id: tuple(dict.fromkeys(many)) for own_id, many in found.items()}


class _Names:
    """Finds texts by what people call them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for source in sources:
            for name in dict.fromkeys(_names(source.id)):
                self._by_name[name].append(source.id)

    def find(self, name: str) -> Sequence[str]:
        """Return the ids of the texts that a name may mean; the whole name means one alone."""
        wanted = name.strip().replace("\\", "/").removeprefix("./").casefold()
        ids = self._by_name.get(wanted, ())
        whole = [one for one in ids if one.casefold() == wanted]
        return whole or ids


def _names(own_id: str) -> Iterator[str]:
    path = PurePosixPath(own_id.casefold())
    yield str(path)
    yield path.name
    yield str(path.with_suffix(""))
    yield path.stem
