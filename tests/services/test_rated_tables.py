"""Ratings as tables: means, scores at the same places, categories apart and together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medsdesk.services.rated_answers import questions
from medsdesk.services.rated_tables import ALL, RatedTable, rated_tables
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.services.made_ratings import rated, take_in

NAN = np.nan


def _tables(ws: Workspace) -> dict[str, RatedTable]:
    [question] = questions(rating_rows(ws)[0])
    return {table.category: table for table in rated_tables(question)}


def test_ratings_and_scores_stand_at_the_same_places(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0, 2], [3, 4], [5, NAN]])
    rated(ws, tmp_path, human, human * 10)
    found = _tables(ws)
    assert list(found) == ["easy", "hard", ALL]
    table = found[ALL]
    assert (table.n_items, table.n_raters, table.models) == (3, 2, ["m0", "m1"])
    np.testing.assert_array_equal(table.human * 10, table.scores("strict.near"))
    np.testing.assert_array_equal(table.human, human)
    assert table.lengths is None
    assert np.isnan(table.scores("none")).all()
    assert table.is_uneven(table.human)
    assert not found["easy"].is_uneven(found["easy"].human)
    assert {name: list(each) for name, each in table.by_model(table.human).items()} == {
        "m0": [1, 3, 5],
        "m1": [2, 4],
    }


def test_two_answers_of_one_model_are_one_by_model(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value,model,run"
    rows = [("S", "i", "A", "c", 1, "m", "r1"), ("S", "i", "A", "c", 4, "m", "r2")]
    take_in(ws, tmp_path, head, rows)
    table = _tables(ws)[ALL]
    assert table.human.shape == (1, 2)
    assert {name: list(each) for name, each in table.by_model(table.human).items()} == {"m": [2.5]}
