"""Means of figures: what goes in, and when there is an interval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.metrics.intervals import of_mean
from medsdesk.services.board import Measured
from medsdesk.services.board_cells import average_cell, mean_of, own_cell, parts_of
from medsdesk.tasks.published_results import paper_version

FIGURE = Measured(40.0, 10, 1, (30.0, 50.0), "wilson", "accuracy|a", None, 3.0)
COLUMNS = paper_version("npj-2025").of_category("Explanation")


def test_a_mean_of_one_is_that_one() -> None:
    assert mean_of([FIGURE]) is FIGURE


def test_a_mean_of_several_adds_items_and_has_the_normal_interval() -> None:
    other = replace(FIGURE, value=60.0, n=5, signature="accuracy|b", stderr=4.0)
    made = mean_of([FIGURE, other])
    assert (made.value, made.n, made.unscored) == (50.0, 15, 2)
    assert (made.ci95, made.interval) == (of_mean(50.0, [3.0, 4.0]), "normal")
    assert made.stderr == pytest.approx(2.5)
    assert made.signature == "accuracy|a; accuracy|b"


def test_a_mean_of_figures_without_standard_errors_has_no_interval_and_says_why() -> None:
    made = mean_of([FIGURE, replace(FIGURE, stderr=None)])
    assert (made.value, made.ci95, made.interval) == (40.0, None, "")
    assert made.reason == "an interval of a mean of such figures is not computed"
    lacking = mean_of([FIGURE, replace(FIGURE, value=None)])
    assert (lacking.value, lacking.reason) == (None, "one of the figures has no value")


def test_where_nothing_was_run_there_is_no_cell() -> None:
    assert own_cell({}, COLUMNS[0]) is None
    average = next(column for column in COLUMNS if column.is_average)
    assert average_cell([None] * len(COLUMNS), COLUMNS, average) is None
    assert {c.score for c in parts_of(average, COLUMNS)} == {average.score}
    assert len(parts_of(average, COLUMNS)) == 3
