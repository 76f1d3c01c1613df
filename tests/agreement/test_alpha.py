"""Krippendorff's alpha: his own example, laws it obeys, and figures of other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from medsdesk.agreement.alpha import LEVELS, Level, alpha, alphas, counted
from tests.agreement.worked import FOUR_RATERS, Floats, tables


@pytest.mark.parametrize(
    ("level", "expected"),
    # Published as .743, .815, .849, .797; six digits by krippendorff 0.9.0 and evalica 0.4.2.
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_the_published_example(level: Level, expected: float) -> None:
    assert alpha(FOUR_RATERS, level) == pytest.approx(expected, abs=1e-6)


GAPPED = np.array([[1, 1, 2], [2, 5, np.nan], [3, np.nan, 3], [7, 5, 3], [np.nan, np.nan, 4]])


@pytest.mark.parametrize(
    ("level", "expected"),  # krippendorff 0.9.0
    [
        ("nominal", 0.1923076923076923),
        ("ordinal", 0.5300632911392406),
        ("interval", 0.4107142857142855),
        ("ratio", 0.48579089875692383),
    ],
)
def test_a_small_table_with_gaps(level: Level, expected: float) -> None:
    assert alpha(GAPPED, level) == pytest.approx(expected, abs=1e-12)


def _by_definition(table: Floats, level: Level) -> float:
    """Compute alpha from the list of all pairs of values, as its definition reads."""
    units = [row[np.isfinite(row)] for row in table]
    units = [row for row in units if len(row) > 1]
    values = np.concatenate(units) if units else np.empty(0)

    def apart(x: float, y: float) -> float:
        if level == "nominal":
            return float(x != y)
        if level == "interval":
            return float((x - y) ** 2)
        if level == "ratio":
            return float(((x - y) / (x + y)) ** 2) if x + y else 0.0
        low, high = min(x, y), max(x, y)
        ends = sum(values == low) + sum(values == high)
        between = sum((values >= low) & (values <= high))
        return 0.0 if x == y else float((between - ends / 2) ** 2)

    n = len(values)
    seen = sum(sum(apart(x, y) for x in row for y in row) / (len(row) - 1) for row in units) / n
    expected = sum(apart(x, y) for x in values for y in values) / (n * (n - 1))
    return float(1 - seen / expected)


@pytest.mark.parametrize("level", LEVELS)
def test_it_is_what_the_definition_says(level: Level) -> None:
    compared = 0
    for table in tables(5, 15):
        found = alpha(table, level)
        if np.isfinite(found):
            compared += 1
            assert found == pytest.approx(_by_definition(table, level), abs=1e-9)
    assert compared > 8


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "table",
    [
        [[1.0], [2.0]],  # one rater
        [[1.0, np.nan], [np.nan, 2.0]],  # no overlap
        [[2.0, 2.0], [2.0, 2.0]],  # all equal
        [[np.nan, np.nan]],
    ],
)
def test_where_it_is_not_defined_there_is_no_number(table: list[list[float]], level: Level) -> None:
    assert np.isnan(alpha(np.array(table), level))


TABLES = arrays.arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(2, 4)), elements=st.integers(1, 5)
)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from(LEVELS))
def test_raters_and_items_have_no_order(table: Floats, level: Level) -> None:
    found = alpha(table, level)
    assert np.isnan(found) or found <= 1 + 1e-12
    turned = alpha(table[::-1, ::-1], level)
    assert turned == pytest.approx(found, nan_ok=True, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from(LEVELS))
def test_equal_raters_agree_wholly(table: Floats, level: Level) -> None:
    twice = np.column_stack([table[:, 0], table[:, 0]])
    found = alpha(twice, level)
    assert np.isnan(found) if len(np.unique(table[:, 0])) == 1 else found == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_names_of_categories_do_not_matter(table: Floats) -> None:
    renamed = np.array([9.0, 4.0, 7.0, 1.0, 2.0])[table.astype(int) - 1]
    assert alpha(renamed, "nominal") == pytest.approx(alpha(table, "nominal"), nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_only_the_order_matters_on_an_ordinal_scale(table: Floats) -> None:
    stretched = np.exp(table)
    assert alpha(stretched, "ordinal") == pytest.approx(alpha(table, "ordinal"), nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_the_unit_does_not_matter_on_interval_and_ratio_scales(table: Floats) -> None:
    moved = alpha(3 * table + 100, "interval")
    assert moved == pytest.approx(alpha(table, "interval"), nan_ok=True, abs=1e-9)
    assert alpha(3 * table, "ratio") == pytest.approx(alpha(table, "ratio"), nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_a_resample_is_the_table_with_its_units_repeated(level: Level) -> None:
    counts, _ = counted(FOUR_RATERS)
    draws = np.random.default_rng(2).integers(0, 3, (5, len(counts))).astype(np.float64)
    pairable = FOUR_RATERS[np.isfinite(FOUR_RATERS).sum(axis=1) > 1]
    expected = [alpha(np.repeat(pairable, row.astype(int), axis=0), level) for row in draws]
    assert alphas(FOUR_RATERS, level)(draws) == pytest.approx(expected, abs=1e-12)
