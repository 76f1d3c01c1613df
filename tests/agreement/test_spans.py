"""Agreement on marked stretches: worked by hand, and held against characters one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.agreement.alpha import alpha
from medsdesk.agreement.spans import (
    BY_CHARACTER,
    NOTHING,
    ONE_RATER,
    MarkedText,
    Span,
    character_alpha,
    overlap,
    span_agreement,
)

LENGTH = 12
SPANS = st.lists(
    st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH), st.sampled_from("xy")).map(
        lambda t: Span(min(t[0], t[1] - 1), max(t[0] + 1, t[1]), t[2])
    ),
    max_size=4,
)


def one_by_one(text: MarkedText) -> list[list[frozenset[str]]]:
    """Return each rater's types of each character."""
    return [
        [frozenset(s.type for s in spans if s.start <= at < s.end) for spans in text.spans.values()]
        for at in range(text.length)
    ]


def test_overlap_by_hand() -> None:
    # A marks characters 0-3, B 2-5: two in common, four each
    found = overlap([Span(0, 4)], [Span(2, 6)], 10)
    assert (found.both, found.first, found.second) == (2, 4, 4)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    # B marks six characters more: precision 2/10, recall 2/4, F1 = 2 * 2 / 14
    found = overlap([Span(0, 4)], [Span(2, 12)], 12)
    assert (found.precision, found.recall) == (0.2, 0.5)
    assert found.f1 == pytest.approx(4 / 14)


def test_alpha_by_hand() -> None:
    # Ten characters: two marked by both, two by A, two by B, four by none. Of 20 values 8 are
    # "marked": D_o = 4 * 2 / 20 = 0.4; D_e = 2 * 8 * 12 / (20 * 19) = 192 / 380;
    # alpha = 1 - 0.4 * 380 / 192 = 1 - 152 / 192 = 0.208333
    text = MarkedText(10, {"A": [Span(0, 4)], "B": [Span(2, 6)]})
    assert character_alpha([text]) == pytest.approx(1 - 152 / 192, abs=1e-12)


def test_types_by_hand() -> None:
    # Eight characters: two x and x, two x and y, four unmarked. Values: x 6, y 2, none 8.
    # So D_o is 2 * 2 / 16, D_e is (256 - 36 - 4 - 64) / 240, and alpha is 1 - 60 / 152.
    first, second = [Span(0, 4, "x")], [Span(0, 2, "x"), Span(2, 4, "y")]
    assert character_alpha([MarkedText(8, {"A": first, "B": second})]) == pytest.approx(92 / 152)
    assert overlap(first, second, 8).f1 == 1.0
    assert overlap(first, second, 8, by_type=True).f1 == 0.5


def test_nothing_marked_is_no_number() -> None:
    assert overlap([], [], 5).f1 is None
    assert overlap([Span(0, 1)], [], 5).precision is None
    assert math.isnan(character_alpha([MarkedText(5, {"A": [], "B": []})]))
    assert math.isnan(character_alpha([]))
    assert math.isnan(character_alpha([MarkedText(5, {"A": [Span(0, 5)]})]))


@given(SPANS, SPANS)
def test_overlap_is_that_of_characters(first: list[Span], second: list[Span]) -> None:
    cells = one_by_one(MarkedText(LENGTH, {"A": first, "B": second}))
    found = overlap(first, second, LENGTH)
    assert found.both == sum(bool(a and b) for a, b in cells)
    assert found.first == sum(bool(a) for a, _ in cells)
    typed = overlap(first, second, LENGTH, by_type=True)
    assert typed.both == sum(len(a & b) for a, b in cells)
    assert typed.second == sum(len(b) for _, b in cells)
    assert overlap(second, first, LENGTH).f1 == found.f1
    assert found.f1 is None or 0 <= found.f1 <= 1


@settings(max_examples=50)
@given(st.lists(st.tuples(SPANS, SPANS, SPANS), min_size=1, max_size=3))
def test_alpha_is_that_of_a_table_of_characters(marks: list[tuple[list[Span], ...]]) -> None:
    texts = [MarkedText(LENGTH, dict(zip("ABC", each, strict=True))) for each in marks]
    rows = [cells for text in texts for cells in one_by_one(text)]
    values = {value: place for place, value in enumerate({v for row in rows for v in row})}
    table = np.array([[float(values[v]) for v in row] for row in rows])
    found, wanted = character_alpha(texts), alpha(table, "nominal")
    assert (math.isnan(found) and math.isnan(wanted)) or found == pytest.approx(wanted, abs=1e-12)


def test_raters_who_share_only_some_texts() -> None:
    texts = [
        MarkedText(10, {"A": [Span(0, 4)], "B": [Span(0, 4)]}),
        MarkedText(10, {"B": [Span(1, 5)], "C": [Span(1, 5)]}),
        MarkedText(10, {"A": [], "C": []}),
        MarkedText(10, {"A": [Span(0, 9)]}),  # looked at by one: nothing to compare
    ]
    figures = {figure.statistic: figure for figure in span_agreement(texts, resamples=50)}
    assert {figure.value for figure in figures.values()} == {1.0}
    assert {(figure.n_items, figure.n_raters) for figure in figures.values()} == {(3, 3)}
    told = figures["krippendorff_alpha_characters_nominal"].note or ""
    assert BY_CHARACTER in told
    assert "alpha-u" in told


def test_figures_have_an_interval_and_are_the_same_again() -> None:
    texts = [
        MarkedText(40, {"A": [Span(n % 7, 12, "x")], "B": [Span(3, 10 + n % 5, "xy"[n % 2])]})
        for n in range(12)
    ]
    figures = span_agreement(texts, resamples=100, seed=1)
    assert figures == span_agreement(texts, resamples=100, seed=1)
    for figure in figures:
        assert figure.value is not None
        assert figure.ci95 is not None
        assert figure.ci95[0] <= figure.value <= figure.ci95[1]


@pytest.mark.parametrize(
    ("texts", "note"),
    [
        ([], ONE_RATER),
        ([MarkedText(9, {"A": [Span(0, 2)]})] * 5, ONE_RATER),
        ([MarkedText(9, {"A": [Span(0, 2)], "B": []})] * 2, "Only 2 texts"),
        ([MarkedText(9, {"A": [], "B": []})] * 5, NOTHING),
    ],
)
def test_too_little_is_a_sentence(texts: list[MarkedText], note: str) -> None:
    for figure in span_agreement(texts, resamples=20):
        assert figure.value is None
        assert (figure.note or "").startswith(note)
