"""Ratings are chosen by any part, and each part says what it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.services.choose_ratings import RatingChoice, chosen, offered
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.compared_ratings import CATEGORIES, MODELS, RATERS, import_planted


def test_every_part_says_what_it_may_be(ws: Workspace, tmp_path: Path) -> None:
    import_planted(ws, tmp_path, items=4)
    found = offered(rating_rows(ws)[0])
    assert found == {
        "study": ("Planted",),
        "form": ("summary", "summary-harm"),
        "category": CATEGORIES,
        "language": ("en",),
        "model": tuple(sorted(MODELS)),
        "rater": RATERS,
        "protocol": ("medsbench", "strict"),
    }


@pytest.mark.parametrize(
    ("choice", "share"),
    [
        (RatingChoice(), 1),
        (RatingChoice(study="Planted", form="summary", language="en"), 1 / 2),
        (RatingChoice(category=CATEGORIES[0]), 1 / 2),
        (RatingChoice(model=MODELS[0], rater="B"), 1 / 9),
        (RatingChoice(study=""), 0),
    ],
)
def test_a_choice_keeps_what_fits_all_of_it(
    ws: Workspace, tmp_path: Path, choice: RatingChoice, share: float
) -> None:
    import_planted(ws, tmp_path, items=4)
    rows = rating_rows(ws)[0]
    assert len(chosen(rows, choice)) == round(len(rows) * share)


def test_a_protocol_keeps_its_scores_alone(ws: Workspace, tmp_path: Path) -> None:
    import_planted(ws, tmp_path, items=2)
    kept = chosen(rating_rows(ws)[0], RatingChoice(protocol="medsbench"))
    assert {name for row in kept for name in row.scores} == {"medsbench.near"}
