"""Counts of marks by type and severity: by hand, on the forms that come with the program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.study_rating import Mark, MarkTarget
from medsdesk.metrics.mark_counts import error_counts, mark_counts
from medsdesk.services.instruments import load_instrument

HALLUCINATION = load_instrument("hallucination")
RATIONALE = load_instrument("rationale")


def mark(kind: str, severity: str = "", target: MarkTarget = "output_a") -> Mark:
    return Mark(target, 0, 4, "a" * 64, kind, severity)


def test_each_type_and_severity_has_a_count_and_none_is_zero() -> None:
    counts = mark_counts((), HALLUCINATION)
    types = ("fabrication", "negation", "context", "causality", "omission")
    assert counts == {f"marks.{each}_{how}": 0 for each in types for how in ("major", "minor")}


def test_marks_are_counted_by_type_and_severity_also_those_of_the_source() -> None:
    marks = (
        mark("fabrication", "major"),
        mark("fabrication", "major"),  # the same place once more is another mark
        mark("fabrication", "minor"),
        mark("omission", "major", "source"),
    )
    counts = mark_counts(marks, HALLUCINATION)
    assert {name: count for name, count in counts.items() if count} == {
        "marks.fabrication_major": 2,
        "marks.fabrication_minor": 1,
        "marks.omission_major": 1,
    }
    # four errors in eight words: 50 per 100 words
    assert error_counts(counts, HALLUCINATION, "One two three, four five six seven 8.") == {
        "errors.major": 3,
        "errors.minor": 1,
        "errors.all": 4,
        "errors.per_100_words": 50.0,
    }


@pytest.mark.parametrize(
    ("output", "per_100"), [("肺结节", 100 / 3), ("結節あり", 25.0), ("Легкие чистые", 50.0)]
)
def test_words_are_counted_in_every_language(output: str, per_100: float) -> None:
    counts = mark_counts([mark("negation", "major")], HALLUCINATION)
    found = error_counts(counts, HALLUCINATION, output)
    assert found["errors.per_100_words"] == pytest.approx(per_100)


def test_an_output_without_words_has_no_figure_per_words() -> None:
    counts = mark_counts([mark("negation", "major")], HALLUCINATION)
    assert error_counts(counts, HALLUCINATION, "...") == {
        "errors.major": 1,
        "errors.minor": 0,
        "errors.all": 1,
    }


def test_marks_without_a_severity_are_no_errors() -> None:
    counts = mark_counts([mark("reasoning_correct"), mark("citation")], RATIONALE)
    assert counts["marks.reasoning_correct"] == counts["marks.citation"] == 1
    assert counts["marks.reasoning_wrong"] == 0
    assert error_counts(counts, RATIONALE, "A sound step.") == {}


def test_in_a_pair_each_output_has_its_own_and_the_source_speaks_of_neither() -> None:
    form = replace(HALLUCINATION, kind="pair")
    marks = (
        mark("context", "minor", "output_b"),
        mark("omission", "major", "source"),
        mark("context", "major"),
    )
    left = mark_counts(marks, form, "output_a", pair=True)
    right = mark_counts(marks, form, "output_b", pair=True)
    assert {name for name, count in left.items() if count} == {"marks.context_major"}
    assert {name for name, count in right.items() if count} == {"marks.context_minor"}
    assert not any(name.startswith("marks.omission") for name in left | right)


@given(st.lists(st.builds(mark, st.sampled_from(["negation", "context"]), st.just("minor"))))
def test_no_mark_is_lost(marks: list[Mark]) -> None:
    counts = mark_counts(marks, HALLUCINATION)
    assert sum(counts.values()) == len(marks)
    assert error_counts(counts, HALLUCINATION, "word")["errors.all"] == len(marks)
