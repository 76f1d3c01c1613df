"""What counts as far apart, and that the side an answer was given from makes no difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.rating import Anchor, Criterion, ScaleType
from medsdesk.core.rating_view import RatedValue
from medsdesk.core.study_rating import Mark, MarkTarget
from medsdesk.services.raters_apart import marks_apart, turned_marks, turned_value, values_apart

POINTS = tuple(Anchor(value, str(value), "Made up.") for value in range(1, 6))


def _question(scale: ScaleType) -> Criterion:
    return Criterion("q", "Q", "Made up?", scale, () if scale == "ratio" else POINTS)


@pytest.mark.parametrize(
    ("scale", "values", "apart"),
    [
        ("nominal", (1, 1), False),
        ("nominal", (1, 2), True),
        ("ordinal", (3, 4), False),
        ("ordinal", (3, 5), True),
        ("ordinal", (2, 3, 4), True),
        ("interval", (1, 3), True),
        ("ratio", (0, 1), False),
        ("ratio", (0, 2), True),
        ("ordinal", ("cannot_judge", 3), True),
        ("ordinal", ("cannot_judge", "cannot_judge"), False),
        ("nominal", (2,), False),
        ("ordinal", (), False),
    ],
)
def test_how_far_is_far(scale: ScaleType, values: tuple[RatedValue, ...], *, apart: bool) -> None:
    assert values_apart(_question(scale), values) is apart


def test_the_limit_can_be_chosen() -> None:
    assert values_apart(_question("ordinal"), (3, 4), 1)
    assert not values_apart(_question("ordinal"), (1, 4), 4)
    assert values_apart(_question("nominal"), (1, 2), 4)


def _mark(start: int, end: int, target: MarkTarget = "output_a") -> Mark:
    return Mark(target, start, end, "0" * 64, "fabrication")


@pytest.mark.parametrize(
    ("marked", "apart"),
    [
        ([(_mark(0, 5),), (_mark(4, 9),)], False),
        ([(_mark(0, 5),), (_mark(5, 9),)], True),
        ([(_mark(0, 5),), ()], True),
        ([(), ()], False),
        ([(_mark(0, 5), _mark(7, 9)), (_mark(0, 9),)], False),
        ([(_mark(0, 5),), (_mark(0, 5, "source"),)], True),
        ([(_mark(0, 5),)], False),
        ([(_mark(0, 5),), (_mark(0, 5),), ()], True),
    ],
)
def test_marks_that_nobody_else_set(marked: list[tuple[Mark, ...]], *, apart: bool) -> None:
    assert marks_apart(marked) is apart


@given(st.lists(st.integers(-2, 2), min_size=1), st.integers(1, 4))
def test_from_the_other_side_raters_are_as_far_apart(values: list[int], points: int) -> None:
    turned = [turned_value(value, swapped=True) for value in values]
    known = [value for value in turned if value is not None]
    question = _question("ordinal")
    assert values_apart(question, values, points) == values_apart(question, known, points)
    assert [turned_value(value, swapped=True) for value in turned] == values


def test_turning_marks_exchanges_the_sides_and_leaves_the_source() -> None:
    marks = (_mark(0, 1), _mark(2, 3, "output_b"), _mark(4, 5, "source"))
    turned = turned_marks(marks, swapped=True)
    assert [mark.target for mark in turned] == ["output_b", "output_a", "source"]
    assert turned_marks(turned, swapped=True) == marks == turned_marks(marks, swapped=False)
    assert turned_value("cannot_judge", swapped=True) == "cannot_judge"
    assert turned_value(None, swapped=True) is None
