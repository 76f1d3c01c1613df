"""Precision, recall and F1 by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.metrics.counts import Counts, counted


@pytest.mark.parametrize(
    ("counts", "figures"),
    [
        (Counts(0, 0, 0), (100.0, 100.0, 100.0)),  # nothing to find, nothing named
        (Counts(0, 1, 0), (0.0, 0.0, 0.0)),
        (Counts(0, 0, 1), (0.0, 0.0, 0.0)),
        (Counts(3, 1, 2), (75.0, 60.0, 200 / 3)),  # 3/4, 3/5, 6/9
    ],
)
def test_figures(counts: Counts, figures: tuple[float, float, float]) -> None:
    assert tuple(counts.figures().values()) == pytest.approx(figures)


@given(st.frozensets(st.text(max_size=2)), st.frozensets(st.text(max_size=2)))
def test_figures_are_bounded_and_f1_lies_between(
    found: frozenset[str], wanted: frozenset[str]
) -> None:
    figures = counted(found, wanted).figures()
    low, high = sorted((figures["precision"], figures["recall"]))
    assert 0 <= low <= figures["f1"] + 1e-9
    assert figures["f1"] <= high + 1e-9 <= 100 + 1e-9
    # Swapping answer and reference swaps precision and recall.
    assert counted(wanted, found).figures()["precision"] == figures["recall"]


@given(st.frozensets(st.text(max_size=3)))
def test_identity_is_perfect(names: frozenset[str]) -> None:
    assert set(counted(names, names).figures().values()) == {100.0}
