"""Overlapping names, against the package that computes them from places in a text."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate.entities import Entity
from nervaluate.strategies import PartialEvaluation

from medsdesk.metrics.counts import Counts
from medsdesk.metrics.partial_names import overlap, partial_counts

# A text of words that are all different, as runs of words between which there are others.
RUNS = st.lists(st.integers(1, 4), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("aspirin", "aspirin", True),
        ("aspirin", "aspirin tablets", True),
        ("low dose aspirin tablets", "dose aspirin", True),
        ("acute renal", "renal failure", True),
        ("renal failure", "acute renal", True),
        ("diabetes mellitus", "diabetes insipidus", False),
        ("type 1", "type 11", False),
        ("aspirin", "heparin", False),
        ("", "aspirin", False),
        ("", "", False),
    ],
)
def test_names_overlap_where_they_can_lie_over_each_other(
    first: str, second: str, expected: bool
) -> None:
    assert overlap(first.split(), second.split()) is expected


@pytest.mark.parametrize(
    ("found", "wanted", "tp", "fp", "fn"),
    [
        (["aspirin"], ["aspirin"], 1, 0, 0),
        (["aspirin tablets"], ["aspirin"], 0.5, 0.5, 0.5),
        # one name is half found once, however many overlap with it
        (["low aspirin", "aspirin tablets"], ["aspirin"], 0.5, 1.5, 0.5),
        # an equal name is no longer there for others
        (["aspirin", "aspirin tablets"], ["aspirin"], 1, 1, 0),
        # the first could take the second's only partner: as many pairs as there can be
        (["a b", "b"], ["a b c", "a z"], 0.5, 1.5, 1.5),
        (["a b", "b c"], ["a b c", "z a b"], 1.0, 1.0, 1.0),
        ([], ["aspirin"], 0, 0, 1),
        ([], [], 0, 0, 0),
    ],
)
def test_counts_by_hand(
    found: list[str], wanted: list[str], tp: float, fp: float, fn: float
) -> None:
    assert partial_counts(found, wanted) == Counts(tp, fp, fn)


@given(RUNS, st.data())
def test_counts_are_those_of_nervaluate(runs: list[int], data: st.DataObject) -> None:
    """Each wanted run of words is found whole, with other edges, or not; others are made up."""
    starts = list(accumulate((size + 3 for size in runs), initial=1))[:-1]
    wanted = [(start, start + size) for start, size in zip(starts, runs, strict=True)]
    found = []
    for start, end in wanted:
        if data.draw(st.booleans()):
            # at most one word more on each side: no reach to the neighbour
            new_start = data.draw(st.integers(start - 1, end - 1))
            found.append((new_start, data.draw(st.integers(max(new_start, start) + 1, end + 1))))
    found += [(at, at + 1) for at in data.draw(st.lists(st.integers(900, 999), unique=True))]

    def names(spans: list[tuple[int, int]]) -> list[str]:
        return [" ".join(f"w{at}" for at in range(*span)) for span in spans]

    def entities(spans: list[tuple[int, int]]) -> list[Entity]:
        return [Entity(label="x", start=start, end=end - 1) for start, end in spans]

    theirs, _ = PartialEvaluation().evaluate(entities(wanted), entities(found), ["x"])
    ours = partial_counts(names(found), names(wanted))
    assert ours.tp == theirs.correct + theirs.partial / 2
    assert (ours.tp + ours.fp, ours.tp + ours.fn) == (theirs.actual, theirs.possible)
    if found:
        figures = ours.figures()
        assert figures["precision"] == pytest.approx(100 * theirs.precision)
        assert figures["recall"] == pytest.approx(100 * theirs.recall)
        assert figures["f1"] == pytest.approx(100 * theirs.f1)


NAMES = st.lists(st.text("abc ", min_size=1, max_size=8), max_size=6)


@given(NAMES, NAMES)
def test_partial_credit_is_never_less_than_exact(found: list[str], wanted: list[str]) -> None:
    ours = partial_counts(found, wanted)
    assert len(set(found) & set(wanted)) <= ours.tp <= min(len(set(found)), len(set(wanted)))
    assert ours.tp == partial_counts(wanted, found).tp
