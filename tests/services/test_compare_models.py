"""Models by what clinicians say of them: in pairs, and in order, beside each metric's order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medsdesk.agreement.bradley_terry import bradley_terry
from medsdesk.services import compare_models
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.comparison_rows import CLINICIANS
from medsdesk.store.workspace import Workspace
from tests.agreement.worked import Floats
from tests.services.made_ratings import paired, rated

QUICK = CompareOptions(resamples=50)
CITATIONS = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]])
NAN = np.nan


def test_the_published_abilities_come_out_of_votes_on_pairs(ws: Workspace, tmp_path: Path) -> None:
    """A tenth of the citations between four journals, as votes."""
    wins = CITATIONS // 10
    votes = [
        (f"m{one}", f"m{other}", 1)
        for one, other in np.ndindex(wins.shape)
        for _ in range(wins[one, other])
    ]
    paired(ws, tmp_path, votes)
    found = compare(ws, QUICK).abilities
    expected = bradley_terry(wins)
    assert expected is not None
    assert [row.model for row in found] == ["m0", "m1", "m2", "m3"]
    assert [row.ability for row in found] == pytest.approx(list(expected.log_ability))
    assert (found[0].ability, found[0].ci95, found[0].reference) == (0, None, "m0")
    for row, low, high in zip(found[1:], expected.low[1:], expected.high[1:], strict=True):
        assert row.ci95 == pytest.approx((low, high))
        assert (row.interval, row.note) == (compare_models.WALD, None)
    assert [row.wins for row in found] == list(wins.sum(axis=1))
    assert [row.votes for row in found] == list(wins.sum(axis=1) + wins.sum(axis=0))
    assert {row.n_raters for row in found} == {1}


def test_a_tie_is_half_a_vote_for_each(ws: Workspace, tmp_path: Path) -> None:
    paired(ws, tmp_path, [("x", "y", 0)] * 3 + [("x", "y", 2), ("y", "x", 1)])
    one, other = compare(ws, QUICK).abilities
    assert (one.wins, one.ties, one.votes, one.n_items) == (2.5, 3, 5, 5)
    assert other.wins == 2.5
    assert other.ability == pytest.approx(0)


def test_several_votes_on_a_pair_are_not_taken_as_independent(
    ws: Workspace, tmp_path: Path
) -> None:
    votes = [("x", "y", 1)] * 30 + [("y", "x", 1)] * 20
    paired(ws, tmp_path, votes, raters="ABCD")
    row = compare(ws, QUICK).abilities[1]
    alone = bradley_terry(np.array([[0, 30], [20, 0]]))
    assert alone is not None
    assert (row.votes, row.n_items, row.interval) == (200, 50, compare_models.SANDWICH)
    low, high = row.ci95 or (0, 0)
    # Four equal votes say no more than one; 50 / 49 is the factor for few pairs.
    assert high - low == pytest.approx(
        float(alone.high[1] - alone.low[1]) * np.sqrt(50 / 49), rel=1e-6
    )


@pytest.mark.parametrize(
    ("votes", "note"),
    [
        ([("x", "y", 1), ("z", "w", 1)], compare_models.APART),
        ([("x", "x", 1)], compare_models.ONE_MODEL),
    ],
    ids=["groups that never met", "one model"],
)
def test_no_ability_has_its_sentence(
    ws: Workspace, tmp_path: Path, votes: list[tuple[str, str, int]], note: str
) -> None:
    paired(ws, tmp_path, votes)
    rows = compare(ws, QUICK).abilities
    assert rows
    assert all(row.ability is None and row.ci95 is None for row in rows)
    assert all((row.note or "").startswith(note) for row in rows)


def test_a_model_without_a_win_is_named(ws: Workspace, tmp_path: Path) -> None:
    paired(ws, tmp_path, [("good", "bad", 1)] * 4 + [("good", "fair", 1), ("fair", "good", 1)])
    rows = compare(ws, QUICK).abilities
    assert all((row.note or "").startswith("bad won every vote, or none") for row in rows)
    abilities = {row.model: row.ability for row in rows}
    assert (abilities["bad"] or 0) < (abilities["good"] or 0)


def test_ratings_of_single_answers_have_no_abilities(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0, 2], [2, 3], [3, 5]])
    rated(ws, tmp_path, human, human)
    assert compare(ws, QUICK).abilities == ()


def _ranking(
    ws: Workspace, folder: Path, human: Floats, metric: Floats, name: str = "strict.near"
) -> dict[str, list[tuple[str, int | None]]]:
    rated(ws, folder, human, metric, name)
    rows = [row for row in compare(ws, QUICK).rankings if row.category == "all"]
    found: dict[str, list[tuple[str, int | None]]] = {}
    for row in rows:
        found.setdefault(row.by, []).append((row.model, row.rank))
    return found


def test_models_are_ranked_by_clinicians_beside_a_metric(ws: Workspace, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    human = np.clip(np.round(random.normal([2, 4, 3], 0.5, (30, 3))), 1, 5)
    found = _ranking(ws, tmp_path, human, 10 - human)
    assert found[CLINICIANS] == [("m1", 1), ("m2", 2), ("m0", 3)]
    assert found["strict.near"] == [("m0", 1), ("m2", 2), ("m1", 3)]
    rows = [row for row in compare(ws, QUICK).rankings if row.category == "all"]
    assert rows[0].mean == pytest.approx(human[:, 1].mean())
    low, high = rows[0].ci95 or (0, 0)
    assert low < rows[0].mean < high
    assert (rows[0].spa, rows[0].n_items, rows[0].n_models, rows[0].n_raters) == (None, 30, 3, 2)
    spa = next(r for r in compare(ws, QUICK).human_vs_metric if r.statistic == "spa")
    assert rows[3].spa is not None
    assert rows[3].spa < 0.2
    assert {row.category for row in compare(ws, QUICK).rankings} == {"all", "easy", "hard"}
    assert spa.category == "easy"


def test_low_figures_lead_where_they_are_good(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0, 2], [1, 2], [2, 4]])
    found = _ranking(ws, tmp_path, human, 10 - human, "postedit.distance")
    assert found["postedit.distance"] == [("m1", 1), ("m0", 2)]


def test_equal_means_share_a_place(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0, 3, 2], [3, 1, 1]])
    assert _ranking(ws, tmp_path, human, human)[CLINICIANS] == [("m0", 1), ("m1", 1), ("m2", 3)]


def test_one_model_is_not_ranked_and_uneven_items_are_told(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0], [2], [3]])
    assert _ranking(ws, tmp_path, human, human)[CLINICIANS] == [("m0", None)]
    assert compare(ws, QUICK).rankings[0].note == compare_models.ONE_MODEL


def test_models_on_different_items_are_told(ws: Workspace, tmp_path: Path) -> None:
    human = np.array([[1.0, NAN], [NAN, 2], [3, 4]])
    _ranking(ws, tmp_path, human, human)
    rows = [row for row in compare(ws, QUICK).rankings if row.category == "all"]
    assert {row.note for row in rows} == {compare_models.OTHER_ITEMS}
    assert {row.n_items for row in rows} == {2}
