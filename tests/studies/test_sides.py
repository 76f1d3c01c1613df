"""Sides of pairs: every stretch is balanced, whatever must be swapped."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.studies.drawing import Draw
from medsdesk.studies.sides import balanced_sides
from tests.studies.plans import SEED


@settings(deadline=None, max_examples=500)
@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 1000), st.data())
def test_balanced_with_any_links(strata: list[int], number: int, data: st.DataObject) -> None:
    places = Draw(SEED, "links", str(number)).permutation(len(strata))
    n_links = data.draw(st.integers(0, len(strata) // 2))
    swapped = {places[2 * each]: places[2 * each + 1] for each in range(n_links)}
    sides = balanced_sides(strata, swapped, Draw(SEED, "sides", str(number)))
    assert len(sides) == len(strata)
    assert all(sides[first] != sides[second] for first, second in swapped.items())
    for stratum in set(strata):
        count = Counter(side for side, of in zip(sides, strata, strict=True) if of == stratum)
        assert abs(count[0] - count[1]) <= 1


def test_each_place_is_drawn_fairly() -> None:
    ones = Counter[int]()
    for number in range(400):
        sides = balanced_sides([0] * 5 + [1] * 5, {7: 2}, Draw(SEED, str(number)))
        ones.update(place for place, side in enumerate(sides) if side)
    assert all(140 < ones[place] < 260 for place in range(10))


def test_two_odd_stretches_have_their_extra_place_on_different_sides() -> None:
    for number in range(40):
        sides = balanced_sides(["a"] * 3 + ["b"] * 5, {}, Draw(SEED, str(number)))
        assert sum(sides) == 4
