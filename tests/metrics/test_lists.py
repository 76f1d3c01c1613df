"""Lists in the forms models write."""

from __future__ import annotations

import pytest

from medsdesk.metrics.lists import split_list


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a, b, c", ("a", "b", "c")),
        ("a; b；c、d，e", ("a", "b", "c", "d", "e")),
        ("a, b, and c", ("a", "b", "c")),
        ("a, & c", ("a", "c")),
        ("learning and memory impairment", ("learning and memory impairment",)),
        ("and a, b", ("and a", "b")),
        ("- a\n- b", ("a", "b")),
        ("* a\n• b", ("a", "b")),
        ("1. a\n2) b\n(3) c", ("a", "b", "c")),
        ("1. 5-fluorouracil\n2. 5-FU", ("5-fluorouracil", "5-FU")),
        ("1. a", ("a",)),
        ("2. 5 mcg / kg", ("2. 5 mcg / kg",)),  # a tokenised dose, not a number
        ("2,6-dimethoxy, b", ("2,6-dimethoxy", "b")),
        ("2 , 6 - dimethoxy, b", ("2 , 6 - dimethoxy", "b")),
        ("a , b", ("a", "b")),
        ("6, 7", ("6", "7")),
        ("x (1, 2), y", ("x (1, 2)", "y")),
        ("x (1, z, y", ("x (1", "z", "y")),  # never closed: protects nothing
        ("x), y (z", ("x)", "y (z")),
        ("a,, ,b", ("a", "b")),
        ("", ()),
    ],
)
def test_split_list(text: str, items: tuple[str, ...]) -> None:
    assert split_list(text) == items
