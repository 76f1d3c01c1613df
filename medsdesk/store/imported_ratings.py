"""Ratings collected elsewhere; like our own they are only ever added to."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from medsdesk.core.identity import new_id
from medsdesk.core.imported_rating import RATING_COLUMNS, ImportedFile, ImportedRating
from medsdesk.store.workspace import Workspace


def add_imported(ws: Workspace, file: ImportedFile, ratings: Sequence[ImportedRating]) -> None:
    """Store a file's ratings, all or none; none of them may be there already."""
    with ws.transaction():
        ws.db.execute(
            "INSERT INTO imported_files (id, name, sha256, metrics, imported_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (file.id, file.name, file.sha256, _json(file.metrics), file.imported_at),
        )
        ws.db.conn.executemany(
            _INSERT, [(new_id(), file.id, *each.cells, _json(each.scores)) for each in ratings]
        )


def list_imported(ws: Workspace) -> tuple[ImportedRating, ...]:
    """Return all imported ratings in the order they came."""
    decode = msgspec.json.Decoder(dict[str, str]).decode
    with ws.reading():
        rows = ws.db.execute(_SELECT).fetchall()
    return tuple(ImportedRating(tuple(cells), decode(scores)) for *cells, scores in rows)


def list_imported_files(ws: Workspace) -> tuple[ImportedFile, ...]:
    """Return the files that ratings came from, in the order they came."""
    with ws.reading():
        rows = list(ws.db.query("SELECT * FROM imported_files ORDER BY seq"))
    return tuple(
        msgspec.convert({**row, "metrics": msgspec.json.decode(row["metrics"])}, ImportedFile)
        for row in rows
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


_COLUMNS = ", ".join(RATING_COLUMNS)
_SELECT = f"SELECT {_COLUMNS}, scores FROM imported_ratings ORDER BY seq"  # noqa: S608 - only words of this program
_INSERT = (
    f"INSERT INTO imported_ratings (id, file_id, {_COLUMNS}, scores)"  # noqa: S608 - only words of this program
    f" VALUES ({', '.join('?' * (len(RATING_COLUMNS) + 3))})"
)
