"""Imported ratings are kept as they stood, in order, all or none."""

from __future__ import annotations

import sqlite3

import pytest

from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.imported_rating import RATING_COLUMNS, ImportedFile, ImportedRating
from medsdesk.store.imported_ratings import add_imported, list_imported, list_imported_files
from medsdesk.store.workspace import Workspace


def rating(item: str = "i1", value: str = "4", **scores: str) -> ImportedRating:
    cells = dict.fromkeys(RATING_COLUMNS, "")
    cells |= {"study": "Pilot", "item": item, "rater": "Ann", "criterion": "accuracy"}
    cells |= {"scale": "ordinal", "value": value, "status": "rated"}
    return ImportedRating(tuple(cells.values()), scores)


def file() -> ImportedFile:
    return ImportedFile(new_id(), "r.csv", "a" * 64, ("bleu",), utc_now())


def test_what_comes_in_goes_out_in_its_order(ws: Workspace) -> None:
    ratings = [rating("i2", bleu="0.50"), rating("i1", "正常")]
    first, second = file(), file()
    add_imported(ws, first, ratings)
    add_imported(ws, second, [rating("i0")])
    assert list_imported(ws) == (*ratings, rating("i0"))
    assert list_imported_files(ws) == (first, second)


def test_a_rating_that_is_there_stops_the_whole_file(ws: Workspace) -> None:
    add_imported(ws, file(), [rating("i1")])
    with pytest.raises(sqlite3.IntegrityError):
        add_imported(ws, file(), [rating("i2"), rating("i1", "5")])
    assert list_imported(ws) == (rating("i1"),)
    assert len(list_imported_files(ws)) == 1
