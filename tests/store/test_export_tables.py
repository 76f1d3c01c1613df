"""The step that makes room for exports keeps every imported rating, and takes decisions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from medsdesk.core.imported_rating import DECIDED, LEFT_STANDING, RATING_COLUMNS, ImportedRating
from medsdesk.store.imported_ratings import add_imported, list_imported
from medsdesk.store.imported_tables import IMPORTED_RATINGS
from medsdesk.store.migrations import m010_exports
from medsdesk.store.workspace import Workspace
from tests.store.test_imported_ratings import file, rating


def changed(rating: ImportedRating, **changes: str) -> ImportedRating:
    cells = dict(zip(RATING_COLUMNS, rating.cells, strict=True)) | changes
    return replace(rating, cells=tuple(cells.values()))


def test_decisions_are_kept_and_other_statuses_are_not(ws: Workspace) -> None:
    decided = changed(rating("i1"), status=DECIDED)
    left = changed(rating("i2", ""), status=LEFT_STANDING)
    add_imported(ws, file(), [decided, left])
    assert list_imported(ws) == (decided, left)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        add_imported(ws, file(), [changed(rating("i3"), status="perhaps")])


def test_ratings_of_an_older_workspace_stay_in_their_order(tmp_path: Path) -> None:
    with closing(Database(str(tmp_path / "old.sqlite"), execute_plugins=False)) as db:
        db.executescript(IMPORTED_RATINGS)
        db.execute("INSERT INTO imported_files VALUES (1, 'f', 'a.csv', 'x', '[]', 'now')")
        columns = ", ".join(RATING_COLUMNS)
        marks = ", ".join("?" * len(RATING_COLUMNS))
        rows = [rating(f"i{n}").cells for n in range(5, 0, -1)]
        for number, cells in enumerate(rows):
            db.execute(
                f"INSERT INTO imported_ratings (seq, id, file_id, {columns}, scores)"
                f" VALUES (?, ?, 'f', {marks}, '{{}}')",
                (10 * number + 1, f"r{number}", *cells),
            )
        m010_exports(db)
        kept = db.execute(
            f"SELECT seq, id, {columns} FROM imported_ratings ORDER BY seq"
        ).fetchall()
        assert kept == [(10 * n + 1, f"r{n}", *cells) for n, cells in enumerate(rows)]
        db.execute(
            f"INSERT INTO imported_ratings (id, file_id, {columns}, scores)"
            f" VALUES ('new', 'f', {marks}, '{{}}')",
            rating("i9").cells,
        )
        assert db.execute("SELECT max(seq) FROM imported_ratings").fetchone() == (42,)
        for change in ("UPDATE imported_ratings SET value = '1'", "DELETE FROM imported_ratings"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                db.execute(change)
