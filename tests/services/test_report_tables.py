"""Every row of a comparison is in a table, also of kinds that are not known yet."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from medsdesk.services.report_tables import cell, row_grids, tables
from tests.services.reports import agreement_row, contest_row, metric_row, report


@dataclass(frozen=True, slots=True)
class _NewRow:
    study: str
    rater: str
    ability: float
    ability_ci95: tuple[float, float] | None
    wins: int
    fitted: bool
    parts: dict[str, float]
    note: str | None


def test_each_kind_has_its_tables_and_each_row_its_place() -> None:
    rows = tuple(
        metric_row(criterion=question, category=category, metric=metric)
        for question in ("accurate", "useful")
        for category in ("a", "all")
        for metric in ("strict.bleu4", "own")
    )
    groups = tables(report(rows, contests=(contest_row(),)), {})
    assert [group.kind for group in groups] == [
        "agreement", "human_vs_metric", "metric_vs_metric",
    ]  # fmt: skip
    grids = groups[1].grids
    assert len(grids) == 4
    assert [len(grid.rows) for grid in grids] == [2, 2, 2, 2]
    assert grids[1].caption == "Study Letters, form summary, all categories, Accurate"
    assert grids[0].rows[0][:3] == ("BLEU-4 (strict)", "Kendall's tau-b by item", "0.40")


def test_notes_are_told_once_and_referred_to() -> None:
    rows = [agreement_row(note=note, why=None) for note in ("Few.", "Few.", None, "Other.")]
    [grid] = row_grids(rows, {})
    assert grid.notes == ("Few.", "Other.")
    assert [row[-1] for row in grid.rows] == ["1", "1", "", "2"]
    assert grid.below == (
        "Intervals: bias-corrected and accelerated bootstrap over items, 50 resamples, seed 7.",
        "In all rows: 2 raters.",
        "Left out: 3 answered with 'cannot judge'.",
    )


def test_a_kind_of_row_that_is_new_is_shown_too_and_raters_are_no_names() -> None:
    row = _NewRow("S", "Dr Roy", -1.234, (-2.0, 0.5), 1200, True, {"a": 0.5}, None)
    [grid] = row_grids([row, row], {"Dr Roy": "Rater 1"})
    assert [column.name for column in grid.columns] == [
        "Rater", "Ability (95 % interval)", "Wins", "Fitted", "Parts",
    ]  # fmt: skip
    assert grid.rows[0] == ("Rater 1", "−1.23 (−2.00 to 0.50)", "1,200", "yes", "a: 0.50")


def test_all_cells_of_a_row_have_a_column() -> None:
    for group in tables(report(contests=(contest_row(),)), {}):
        for grid in group.grids:
            assert {len(row) for row in grid.rows} == {len(grid.columns)}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("p_holm", 0.0001, "<0.001"), ("value", None, "–"), ("category", "all", "all categories"),
        ("criterion", "harm_extent", "Harm extent"), ("models", ("a", "b"), "a, b"),
        ("scale", "ordinal", "ordinal"), ("n_items", 1234, "1,234"),
    ],
)  # fmt: skip
def test_cells_are_written_for_people(name: str, value: object, text: str) -> None:
    assert cell(name, value) == text
