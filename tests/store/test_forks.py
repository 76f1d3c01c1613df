"""Which of several answers holds follows from the set alone."""

from __future__ import annotations

import itertools

import pytest

from medsdesk.store.forks import Link, last_of

EARLY, LATE = "2026-01-31T10:00:00.000+01:00", "2026-01-31T09:30:00.000+00:00"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], None),
        ([Link("a", None, EARLY)], "a"),
        ([Link("a", None, LATE), Link("b", "a", EARLY)], "b"),
        ([Link("a", None, EARLY), Link("b", None, LATE)], "b"),
        ([Link("b", None, EARLY), Link("a", None, LATE)], "a"),
        ([Link("a", None, EARLY), Link("b", None, EARLY)], "b"),
        ([Link("a", None, EARLY), Link("b", "a", EARLY), Link("c", None, LATE)], "b"),
        ([Link("b", "absent", EARLY), Link("c", None, LATE)], "c"),
        ([Link("a", "b", EARLY), Link("b", "a", EARLY)], None),
        ([Link("a", "b", EARLY), Link("b", "a", EARLY), Link("c", "a", EARLY)], "c"),
        (
            [
                Link("a", "b", EARLY),
                Link("b", "a", EARLY),
                Link("c", "a", EARLY),
                Link("d", "a", LATE),
            ],
            "d",
        ),
        ([Link("a", None, "yesterday"), Link("b", None, EARLY)], "b"),
        ([Link("a", None, "2026-01-31T09:30:00"), Link("b", None, EARLY)], "a"),
    ],
    ids=range(13),
)
def test_the_longest_chain_then_the_latest_then_the_greatest(
    links: list[Link], expected: str | None
) -> None:
    for order in itertools.permutations(links):
        assert last_of(order) == expected
