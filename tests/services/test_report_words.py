"""Numbers and names as a reader of a report sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services import report_words as words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (0.123, "0.12"), (-0.126, "−0.13"), (-0.001, "0.00"), (0.0, "0.00"),
        (12.345, "12.3"), (1234.5, "1,234"), (-2500.0, "−2,500"),
    ],
)  # fmt: skip
def test_figures_have_the_decimals_that_say_something(value: float | None, text: str) -> None:
    assert words.number(value) == text


@given(st.floats(-1e6, 1e6))
def test_a_figure_is_as_large_as_it_is_told(value: float) -> None:
    told = float(words.number(value).replace(",", "").replace("−", "-"))
    assert told == pytest.approx(value, abs=0.006 if abs(value) < 10 else 0.6)


def test_small_p_values_are_told_so() -> None:
    assert [words.p_value(p) for p in (None, 0.0, 0.0004, 0.0123, 1.0)] == [
        "–", "<0.001", "<0.001", "0.012", "1.000",
    ]  # fmt: skip


def test_lists_and_counts_are_words() -> None:
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed("abc") == "a, b and c"
    assert words.count(1, "item") == "1 item"
    assert words.count(1234, "copy", "copies") == "1,234 copies"
    told = words.statuses({"withdrawn": 1, "cannot_judge": 2, "rated": 0, "odd": 3})
    assert told == "2 answered with 'cannot judge', 3 odd and 1 taken back"


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (
            "bootstrap-percentile|over:both|resamples:1000|seed:5",
            "expanded percentile bootstrap over items and models, 1,000 resamples, seed 5",
        ),
        ("f-distribution", "F distribution"),
        ("new-way|over:items|twice:yes", "new-way over items, twice yes"),
    ],
)
def test_ways_to_an_interval_are_told_also_new_ones(how: str, text: str) -> None:
    assert words.interval_method(how) == text


def test_characters_that_no_document_may_hold_are_shown_as_such() -> None:
    assert words.legible("a\x00\u202e\ud800b\r\nc\rd\te") == "a\ufffd\ufffd\ufffdb\nc\nd\te"
    assert words.legible("患者 🫀 é") == "患者 🫀 é"


def test_times_are_told_to_the_minute() -> None:
    assert words.moment("2026-01-31T15:02:03.004+01:00") == "2026-01-31 15:02 +01:00"
    assert words.moment("2026-01-31T14:02:03.004Z") == "2026-01-31 14:02 Z"
    assert words.moment(None) == "–"
    assert words.plain("harm_extent") == "Harm extent"
