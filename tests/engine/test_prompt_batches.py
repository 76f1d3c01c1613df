"""Prompts cut into batches, and what two of them have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.prompt_batches import cut, in_common, within

TOKENS = st.lists(st.integers(0, 3), max_size=40)


@pytest.mark.parametrize(
    ("shared", "lengths"),
    [(0, [4, 4, 2]), (4, [4, 4, 2]), (3, [3, 4, 3]), (9, [4, 4, 1, 1]), (10, [4, 4, 2])],
)
def test_a_cut_lies_where_the_shared_part_ends(shared: int, lengths: list[int]) -> None:
    assert [len(batch) for batch in cut(range(10), shared, 4)] == lengths


@given(TOKENS, st.integers(0, 40), st.integers(1, 9))
def test_nothing_is_lost_and_no_batch_is_too_long(
    tokens: list[int], shared: int, size: int
) -> None:
    batches = cut(tokens, shared, size)
    assert [token for batch in batches for token in batch] == tokens
    assert all(1 <= len(batch) <= size for batch in batches)
    count = within(batches, shared)
    assert sum(map(len, batches[:count])) == min(shared, len(tokens))


@given(TOKENS, TOKENS, TOKENS, st.integers(1, 9))
def test_the_shared_part_is_in_common(
    front: list[int], one: list[int], other: list[int], size: int
) -> None:
    first, second = (cut(front + rest, len(front), size) for rest in (one, other))
    common = in_common(first, second)
    assert first[:common] == second[:common]
    assert common >= within(first, len(front)) or not one or not other
    assert first[common : common + 1] != second[common : common + 1] or first == second
    assert in_common(first, first) == len(first)
