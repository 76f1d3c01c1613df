"""Draws items and worked cases from a task file by seed, the same on every machine."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Callable, Collection, Sequence
from typing import Literal

from medsdesk.core.task import Case
from medsdesk.tasks.meds_bench import Item, TaskFile, read_items

POOL = 16
"""Items whose texts are kept at hand as worked cases; more where more are asked for."""

Chooser = Callable[[Item], tuple[Case, ...]]
"""Returns the worked cases that one item is asked with."""


class Draw:
    """A draw without a random generator, whose numbers no version of anything changes.

    Args:
        seed: The user's.
        sha256: Of the file drawn from.
        purpose: Keeps the draws of one file apart.
    """

    def __init__(self, seed: int, sha256: str, purpose: Literal["items", "cases"]) -> None:
        self._key = hashlib.blake2b(f"{purpose}:{seed}:{sha256}".encode()).digest()

    def number(self, *places: int) -> int:
        """Return an even spread 64-bit number for some places in the file."""
        words = ",".join(map(str, places)).encode()
        return int.from_bytes(hashlib.blake2b(words, key=self._key, digest_size=8).digest())


def same_text_key(text: str) -> int:
    """Return a number that two texts share if they differ in white space at most."""
    words = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest())


def draw_items(indices: Sequence[int], limit: int | None, draw: Draw) -> Sequence[int]:
    """Return the items to run in the file's order: all, or as many as the limit, drawn."""
    if limit is None or limit >= len(indices):
        return indices
    return array("q", sorted(heapq.nsmallest(limit, indices, key=draw.number)))


def draw_cases(
    indices: Sequence[int], keys: Sequence[int], chosen: Collection[int], shots: int, draw: Draw
) -> tuple[int, ...]:
    """Return the items that serve as worked cases, in the order they are tried.

    Items that are not scored come first; no two of them have the same text, so that at most
    one falls out for any scored item.

    Args:
        indices: The file's items that have a reference.
        keys: The ``same_text_key`` of each.
        chosen: Those that are scored.
        shots: Cases wanted for each item.
        draw: The draw.
    """
    if not shots:
        return ()
    scored = frozenset(chosen)
    order = sorted(
        range(len(indices)), key=lambda i: (indices[i] in scored, draw.number(indices[i]))
    )
    found: dict[int, int] = {}
    for place in order:
        found.setdefault(keys[place], indices[place])
        if len(found) == max(POOL, shots + 1):
            break
    return tuple(found.values())


def pool_chooser(file: TaskFile, case_items: Sequence[int], shots: int) -> Chooser:
    """Return how cases are chosen from a pool: never the item itself, never its text again."""
    wanted = frozenset(case_items if shots else ())
    found: dict[int, Item] = {}
    if wanted:
        items = read_items(file, lambda _: None)
        found = {item.index: item for item in items if item.index in wanted}
    pool = [(item, same_text_key(item.input)) for i in case_items if (item := found.get(i))]

    def choose(item: Item) -> tuple[Case, ...]:
        own = same_text_key(item.input)
        usable = (c for c, key in pool if c.index != item.index and key != own)
        return tuple(_case(c) for c, _ in zip(usable, range(shots), strict=False))

    return choose


def leak_chooser(file: TaskFile, shots: int, draw: Draw) -> Chooser:
    """Return how the authors choose: any items of the file, the scored one included.

    An item without a reference is none of them: it would show no answer. Holds the file's
    items in memory.
    """
    items = tuple(i for i in read_items(file, lambda _: None) if i.outputs) if shots else ()

    def choose(item: Item) -> tuple[Case, ...]:
        places: dict[int, None] = {}
        turn = 0
        while len(places) < min(shots, len(items)):
            places[draw.number(item.index, turn) % len(items)] = None
            turn += 1
        return tuple(_case(items[place]) for place in places)

    return choose


def own_chooser(cases: Sequence[Case], shots: int) -> Chooser:
    """Return how cases that are no items are chosen: the first that are not the item's text."""
    keyed = [(case, same_text_key(case.input)) for case in cases]

    def choose(item: Item) -> tuple[Case, ...]:
        own = same_text_key(item.input)
        return tuple(case for case, key in keyed if key != own)[:shots]

    return choose


def _case(item: Item) -> Case:
    # Several references are all right; one is shown to the model.
    return Case(item.input, item.outputs[0])
