"""What a form of a model costs, by the formulas."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.metrics.fidelity import TokenFigures, measure

LOSS = st.floats(0, 12, allow_nan=False)
ROW = st.tuples(st.integers(0, 4), LOSS, LOSS, st.floats(0, 5), st.booleans())


def _tokens(rows: list[tuple[int, float, float, float, bool]]) -> TokenFigures:
    return TokenFigures(*zip(*rows, strict=True))


def test_by_hand() -> None:
    # A model that gives each of two tokens a quarter has a perplexity of 4.
    quarter, half = math.log(4), math.log(2)
    found = measure(_tokens([(0, quarter, half, 0.5, True), (1, quarter, half, 0.0, False)]))
    assert found.perplexity.value == pytest.approx(4)
    assert found.reference_perplexity.value == pytest.approx(2)
    assert found.perplexity_ratio.value == pytest.approx(2)
    assert found.top_agreement.value == 50
    assert found.divergence.value == 0.25
    assert (found.top_agreement.low, found.top_agreement.high) == (0, 100)


def test_tokens_count_alike_in_short_and_in_long_passages() -> None:
    found = measure(_tokens([(3, 1.0, 1.0, 0.0, True)] * 9 + [(7, 11.0, 1.0, 0.0, True)]))
    assert found.perplexity.value == pytest.approx(math.exp(2))


def test_a_single_passage_has_no_interval() -> None:
    found = measure(_tokens([(0, 1.0, 1.0, 0.1, True)] * 5))
    assert (found.divergence.low, found.divergence.high) == (None, None)
    with pytest.raises(ValueError, match="no token"):
        measure(TokenFigures((), (), (), (), ()))


@given(st.lists(ROW, min_size=2, max_size=30))
def test_bounds_and_the_same_interval_each_time(
    rows: list[tuple[int, float, float, float, bool]],
) -> None:
    found = measure(_tokens(rows))
    assert found == measure(_tokens(rows))
    assert found.perplexity.value >= 1 - 1e-9
    assert 0 <= found.top_agreement.value <= 100
    assert found.divergence.value >= 0
    both = found.reference_perplexity.value * found.perplexity_ratio.value
    assert both == pytest.approx(found.perplexity.value)


@given(st.lists(ROW, min_size=2, max_size=30))
def test_a_form_that_is_its_reference_costs_nothing(
    rows: list[tuple[int, float, float, float, bool]],
) -> None:
    found = measure(_tokens([(p, loss, loss, 0.0, True) for p, loss, *_ in rows]))
    assert found.perplexity_ratio.value == pytest.approx(1)
    assert (found.top_agreement.value, found.divergence.value) == (100, 0)
