"""Lists of raters: overlap, order, repeats, damaged copies and sides, on many drawn designs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import Presentation, StudyDesign
from medsdesk.studies.assignment import (
    APART,
    BLOCK,
    Assigned,
    Copy,
    ItemGroup,
    Material,
    assign,
    deal,
    default_overlap,
)
from tests.studies.plans import design

RATERS = ("Dr Roy", "Dr Sato", "Dr Kim", "Dr Ivanova")


def material(
    n: int, *, together: int = 1, categories: int = 1, copies: bool = True, practice: int = 0
) -> Material:
    """Return n items on texts of so many items each."""
    names = [f"i{number}" for number in range(n)]
    groups = tuple(
        ItemGroup(f"category {number % categories}", tuple(names[start : start + together]))
        for number, start in enumerate(range(0, n, together))
    )
    calibration = tuple(f"c{number}" for number in range(practice))
    made = {name: Copy(f"x{name}", "dose_times_ten") for name in names if copies}
    first = {name: hash_ % 2 for hash_, name in enumerate([*names, *calibration])}
    first |= {copy.id: 0 for copy in made.values()}
    return Material(groups, calibration, made, first)


def _roles(assigned: Assigned) -> dict[str, str]:
    return {each.presentation_id: each.role for each in assigned.keyed}


def _items(assigned: Assigned, rater: str, role: str = "ordinary") -> list[str]:
    roles = _roles(assigned)
    [found] = [a for a in assigned.assignments if a.rater == rater]
    return [each.item_id for each in found.presentations if roles[each.id] == role]


DESIGNS = st.builds(
    lambda n_raters, n, overlap, repeats, attention, pair, seed: design(
        *RATERS[:n_raters],
        kind="pair" if pair else "single",
        n_items=n,
        overlap=overlap,
        repeat_share=repeats,
        attention_share=attention,
        seed=f"{seed:064x}",
    ),
    st.integers(1, 4),
    st.integers(8, 80),
    st.floats(0, 1),
    st.sampled_from([0.0, 0.05, 0.1, 0.5]),
    st.sampled_from([0.0, 0.01, 0.02, 0.2]),
    st.booleans(),
    st.integers(0, 99),
)


@settings(deadline=None, max_examples=200)
@given(DESIGNS, st.integers(1, 3), st.integers(1, 3), st.integers(0, 3))
def test_what_holds_for_every_design(
    asked: StudyDesign, together: int, categories: int, practice: int
) -> None:
    shown = material(asked.n_items, together=together, categories=categories, practice=practice)
    try:
        made = assign(asked, shown)
    except UserFacingError:
        assert asked.n_items < 4 * together * categories  # each time a rater was left without
        return
    assert assign(asked, shown) == made  # all of it follows from the seed
    ids = [each.id for a in made.assignments for each in a.presentations]
    assert len(set(ids)) == len(ids)
    assert [each.presentation_id for each in made.keyed] == ids
    rated = Counter(item for a in made.assignments for item in _items(made, a.rater))
    assert rated.keys() == {item for group in shown.groups for item in group.items}
    assert set(rated.values()) <= {1, len(asked.raters)}
    for group in shown.groups:  # answers to one text stay together
        assert len({rated[item] for item in group.items}) == 1
    for assignment in made.assignments:
        _check_list(assignment.presentations, asked, shown, made)


def _check_list(
    presentations: tuple[Presentation, ...], asked: StudyDesign, shown: Material, made: Assigned
) -> None:
    keyed = {each.presentation_id: each for each in made.keyed}
    places = {each.id: place for place, each in enumerate(presentations)}
    practice = len(shown.calibration)
    assert [each.item_id for each in presentations[:practice]] == list(shown.calibration)
    assert [each.calibration for each in presentations] == [
        place < practice for place in range(len(presentations))
    ]
    ordinary = [e.item_id for e in presentations if keyed[e.id].role == "ordinary"]
    n, copied = len(ordinary), {copy.id: item for item, copy in shown.copies.items()}
    counts = Counter(keyed[each.id].role for each in presentations)
    assert counts["repeat"] == (max(1, round(asked.repeat_share * n)) if asked.repeat_share else 0)
    assert counts["attention"] == min(
        n, max(1, round(asked.attention_share * n)) if asked.attention_share else 0
    )
    for each in presentations:
        told = keyed[each.id]
        if told.role == "repeat":
            first = presentations[places[told.of]]
            assert first.item_id == each.item_id
            assert places[each.id] - places[told.of] >= min(APART, n // 2, n)
            assert asked.kind == "single" or first.order == each.order[::-1]
        if told.role == "attention":
            assert copied[each.item_id] == told.of
            assert told.of in ordinary
            assert told.fault == "dose_times_ten"
    if asked.kind == "pair":
        _check_sides(presentations[practice:], shown)


def _check_sides(main: tuple[Presentation, ...], shown: Material) -> None:
    """In every stretch half of the places, and half of the systems, stand on either side."""
    for start in range(0, len(main), BLOCK):
        block = main[start : start + BLOCK]
        swapped = sum(each.order == (1, 0) for each in block)
        left = sum(each.order[0] == shown.first[each.item_id] for each in block)
        assert abs(swapped - len(block) / 2) <= 1
        assert abs(left - len(block) / 2) <= 1


def test_orders_are_each_raters_own() -> None:
    made = assign(design(*RATERS[:3]), material(30))
    orders = [tuple(_items(made, rater)) for rater in RATERS[:3]]
    assert len(set(orders)) == 3
    other = assign(design(*RATERS[:3], seed="f" * 64), material(30))
    assert tuple(_items(other, RATERS[0])) != orders[0]


def test_a_raters_list_does_not_depend_on_the_other_raters() -> None:
    alone = assign(design(RATERS[0]), material(30)).assignments[0]
    assert assign(design(*RATERS[:3]), material(30)).assignments[0] == alone


def test_the_rest_is_dealt_evenly_in_every_category() -> None:
    asked = design(*RATERS, n_items=100, overlap=0.3)
    lists, notes = deal(asked, material(100, categories=2).groups)
    assert not notes
    common = set.intersection(*(set(items) for items in lists.values()))
    assert len(common) == 30
    even = {f"i{number}" for number in range(0, 100, 2)}
    assert len(common & even) == 15
    for items in lists.values():
        assert len(items) in (47, 48)
        assert abs(len(set(items) & even) - len(items) / 2) <= 1


def test_whole_texts_are_shared_and_it_is_told() -> None:
    _, notes = deal(design(*RATERS, n_items=30, overlap=1 / 3), material(30, together=4).groups)
    assert notes == [
        "12 items are shown to all raters instead of 10, since answers to one text stay together."
    ]


@pytest.mark.parametrize(
    ("raters", "items", "overlap"),
    [(1, 50, 1), (3, 50, 1), (4, 200, 0.3), (4, 40, 0.75), (5, 9, 1)],
)
def test_overlap_unless_chosen(raters: int, items: int, overlap: float) -> None:
    assert default_overlap(raters, items) == overlap


def test_what_does_not_fit_is_said() -> None:
    asked = replace(design(RATERS[0], n_items=12), repeat_share=0.1, attention_share=0.2)
    made = assign(asked, material(12, copies=False))
    assert any(
        "come back 6 presentations later at the least instead of 20" in n for n in made.notes
    )
    assert any("has 0 of 2 attention items" in note for note in made.notes)
    with pytest.raises(UserFacingError, match="no item left for Dr "):
        assign(design(*RATERS, n_items=3, overlap=0), material(3))


def test_long_lists_keep_items_and_repeats_apart() -> None:
    asked = replace(design(RATERS[0], n_items=100), repeat_share=0.1, attention_share=0.02)
    made = assign(asked, material(100))
    assert not made.notes
    assert len(made.assignments[0].presentations) == 112
