"""Draws are the same for ever, and no item is shown its own answer unless that is asked for."""

from __future__ import annotations

import pytest

from medsdesk.core.task import Case
from medsdesk.services.case_pool import (
    POOL,
    Draw,
    draw_cases,
    draw_items,
    leak_chooser,
    own_chooser,
    pool_chooser,
    same_text_key,
)
from medsdesk.tasks.meds_bench import Item, TaskFile, open_task_file, read_items
from tests.services.conftest import WriteTaskFile

SHA = "ab" * 32


def _items(file: TaskFile) -> list[Item]:
    return list(read_items(file, lambda _: None))


def _drawn(file: TaskFile, shots: int, chosen: list[int] | None = None) -> tuple[int, ...]:
    items = _items(file)
    indices = [item.index for item in items]
    keys = [same_text_key(item.input) for item in items]
    scored = indices if chosen is None else chosen
    return draw_cases(indices, keys, scored, shots, Draw(1, file.sha256, "cases"))


def test_a_draw_never_changes() -> None:
    """Written down once: a run of today must be drawn again alike in ten years."""
    draw = Draw(0, SHA, "items")
    assert list(draw_items(range(1000), 5, draw)) == [215, 446, 457, 642, 983]
    assert draw.number(7) != Draw(1, SHA, "items").number(7)
    assert draw.number(7) != Draw(0, SHA, "cases").number(7)
    assert draw.number(1, 2) != draw.number(12)


def test_a_draw_is_even() -> None:
    hits = [0] * 10
    for seed in range(300):
        for index in draw_items(range(10), 3, Draw(seed, SHA, "items")):
            hits[index] += 1
    assert sum(hits) == 900
    assert all(60 < count < 120 for count in hits)


@pytest.mark.parametrize("limit", [None, 4, 9])
def test_all_are_taken_where_the_limit_allows(limit: int | None) -> None:
    assert list(draw_items([2, 3, 5, 7], limit, Draw(0, SHA, "items"))) == [2, 3, 5, 7]


def test_texts_are_the_same_but_for_white_space() -> None:
    assert same_text_key(" a  b\n") == same_text_key("a b")
    assert same_text_key("a b") != same_text_key("ab")


def test_unscored_items_are_shown_before_scored_ones(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file(count=40))
    pool = _drawn(file, 3, chosen=[0, 1, 2])
    assert len(pool) == POOL
    assert not {0, 1, 2} & set(pool)
    few = _drawn(file, 3, chosen=list(range(38)))
    assert set(few[:2]) == {38, 39}
    assert len(_drawn(file, 30)) == 31
    assert _drawn(file, 0) == ()


def test_neither_the_item_nor_its_text_is_ever_among_its_cases(
    write_task_file: WriteTaskFile,
) -> None:
    texts = [f"Text {n % 5}." for n in range(25)]
    file = open_task_file(write_task_file(inputs=texts))
    choose = pool_chooser(file, _drawn(file, 3), 3)
    for item in _items(file):
        cases = choose(item)
        assert len(cases) == len({case.input for case in cases}) == 3
        assert item.input not in [case.input for case in cases]


def test_all_items_share_their_cases_where_the_pool_holds_none_of_them(
    write_task_file: WriteTaskFile,
) -> None:
    file = open_task_file(write_task_file(count=30))
    choose = pool_chooser(file, _drawn(file, 3, chosen=[0, 1, 2]), 3)
    assert len({choose(item) for item in _items(file)[:3]}) == 1


def test_a_pool_that_is_too_small_gives_what_it_has(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file(count=2, outputs=[["first", "second"], "third"]))
    first, second = _items(file)
    choose = pool_chooser(file, _drawn(file, 3), 3)
    assert choose(first) == (Case(second.input, "third"),)
    assert choose(second) == (Case(first.input, "first"),)
    assert pool_chooser(file, (), 0)(first) == ()


def test_an_item_without_a_reference_is_never_a_case(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file(count=3, outputs=[None, "second", None]))
    first, second, _ = _items(file)
    assert first.outputs == ()
    for choose in (
        leak_chooser(file, 3, Draw(0, file.sha256, "cases")),
        pool_chooser(file, [second.index], 3),
    ):
        assert choose(first) == (Case(second.input, "second"),)


def test_the_leak_shows_scored_items_too_and_each_case_once(
    write_task_file: WriteTaskFile,
) -> None:
    file = open_task_file(write_task_file(count=6))
    choose = leak_chooser(file, 3, Draw(0, file.sha256, "cases"))
    leaked = 0
    for item in _items(file):
        cases = choose(item)
        assert len(set(cases)) == 3
        assert cases == choose(item)
        leaked += item.input in [case.input for case in cases]
    assert 0 < leaked < 6
    assert len(leak_chooser(file, 9, Draw(0, SHA, "cases"))(_items(file)[0])) == 6
    assert leak_chooser(file, 0, Draw(0, SHA, "cases"))(_items(file)[0]) == ()


def test_our_own_cases_leave_out_the_items_text() -> None:
    cases = [Case(f"Case {n}.", str(n)) for n in range(3)]
    choose = own_chooser(cases, 2)
    assert choose(Item(0, "", "Case  0.", ("0",))) == (cases[1], cases[2])
    assert choose(Item(1, "", "Another.", ("0",))) == (cases[0], cases[1])
