"""Who is shown what, in which order and on which side; everything drawn from the study's seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import (
    Assignment,
    KeyedPresentation,
    Presentation,
    PresentationRole,
    StudyDesign,
)
from medsdesk.studies.drawing import Draw, token
from medsdesk.studies.sample_size import shared_items
from medsdesk.studies.sides import balanced_sides

FULL_CROSS = 3
"""Up to so many raters are shown every item by default."""
SHARED = 0.3
"""Part of the items that all of more raters are shown by default, if these are 30 at least."""
LEAST_SHARED = 30

APART = 20
"""Presentations between an item and its repeat or its damaged copy, where there are enough."""
BLOCK = 10
"""Presentations in a row within which sides are balanced."""


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items on one text, which the same raters are shown."""

    category: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A damaged copy of an item, which may be shown to check attention.

    Attributes:
        id: The copy's own id, as that of an item.
        fault: What was done to it.
    """

    id: str
    fault: str


@dataclass(frozen=True, slots=True)
class Material:
    """What can be shown.

    Attributes:
        groups: The items, text by text, in the order they were drawn.
        calibration: Items shown first to everybody, as they are.
        copies: Damaged copies by the item they were made of, in the order they were drawn.
        first: For pairs, the place of the output whose system comes first by name: sides are
            balanced for systems, not for places alone.
    """

    groups: tuple[ItemGroup, ...]
    calibration: tuple[str, ...]
    copies: Mapping[str, Copy]
    first: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came of it.

    Attributes:
        assignments: The list of each rater.
        keyed: What each presentation is there for.
        notes: What could not be done as asked, in sentences.
    """

    assignments: tuple[Assignment, ...]
    keyed: tuple[KeyedPresentation, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Showing:
    """A presentation before it has an id: for a repeat or a copy, the item it goes back to."""

    item: str
    role: PresentationRole = "ordinary"
    of: str = ""
    fault: str = ""


def default_overlap(n_raters: int, n_items: int) -> float:
    """Return the part of the items that all raters are shown unless the owner chooses.

    All for up to three raters; for more, three in ten, and 30 items at the least.
    """
    if n_raters <= FULL_CROSS or not n_items:
        return 1.0
    return max(SHARED, min(1.0, LEAST_SHARED / n_items))


def assign(design: StudyDesign, material: Material) -> Assigned:
    """Return the lists of all raters.

    Raises:
        UserFacingError: A rater would have nothing to rate.
    """
    dealt, notes = deal(design, material.groups)
    assignments: list[Assignment] = []
    keyed: list[KeyedPresentation] = []
    for rater in design.raters:
        if not dealt[rater]:
            raise UserFacingError(
                f"There is no item left for {rater}: {design.n_items} items are too few for "
                f"{len(design.raters)} raters.",
                "Ask for more items, fewer raters, or a larger overlap.",
            )
        drawn = _RaterList(design, material, rater, dealt[rater])
        made, roles = drawn.presentations()
        assignments.append(Assignment(rater, made))
        keyed += roles
        notes += drawn.notes
    return Assigned(tuple(assignments), tuple(keyed), tuple(notes))


def deal(
    design: StudyDesign, groups: Sequence[ItemGroup]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return each rater's items, and what is to be told.

    Shared items are taken from every category in proportion, whole texts at a time. Of the rest,
    each text goes to the rater who has the fewest items of its category, then the fewest of all.
    """
    n_items = sum(len(group.items) for group in groups)
    wanted = shared_items(n_items, design.overlap)
    shared, rest = _split(groups, wanted)
    notes = []
    n_shared = sum(len(group.items) for group in shared)
    if n_shared > wanted:
        notes.append(
            f"{n_shared} items are shown to all raters instead of {wanted}, since answers to one "
            "text stay together."
        )
    common = [item for group in shared for item in group.items]
    lists = {rater: list(common) for rater in design.raters}
    having: Counter[tuple[str, str]] = Counter()
    for group in rest:
        ranks = Draw(design.seed, "deal", group.category).shuffled(design.raters)
        burdens = [(having[rater, group.category], len(lists[rater])) for rater in ranks]
        rater = ranks[burdens.index(min(burdens))]
        having[rater, group.category] += len(group.items)
        lists[rater] += group.items
    return lists, notes


def _split(groups: Sequence[ItemGroup], wanted: int) -> tuple[list[ItemGroup], list[ItemGroup]]:
    """Return what all raters share and what is dealt among them."""
    waiting: dict[str, list[ItemGroup]] = {}
    for group in reversed(groups):
        waiting.setdefault(group.category, []).append(group)
    sizes = {name: sum(len(g.items) for g in found) for name, found in waiting.items()}
    taken: Counter[str] = Counter()
    shared: list[ItemGroup] = []
    while taken.total() < wanted:
        open_ = sorted(name for name, found in waiting.items() if found)
        category = min(open_, key=lambda name: taken[name] / sizes[name])
        group = waiting[category].pop()
        taken[category] += len(group.items)
        shared.append(group)
    return shared, [group for name in sorted(waiting) for group in reversed(waiting[name])]


class _RaterList:
    """The list of one rater while it is made."""

    def __init__(
        self, design: StudyDesign, material: Material, rater: str, items: Sequence[str]
    ) -> None:
        self._design = design
        self._material = material
        self._rater = rater
        self._order = self._draw("order").shuffled(items)
        self.notes: list[str] = []

    def presentations(self) -> tuple[tuple[Presentation, ...], list[KeyedPresentation]]:
        """Return the list, calibration first, and what each presentation is there for."""
        main = self._main()
        practice = [_Showing(item, "calibration") for item in self._material.calibration]
        sides = [0] * len(practice) + list(self._sides(main))
        shown = [*practice, *main]
        ids = [
            token(self._design.seed, "presentation", self._rater, str(place))
            for place in range(len(shown))
        ]
        first = {
            each.item: ids[place] for place, each in enumerate(shown) if each.role == "ordinary"
        }
        made = tuple(
            Presentation(
                ids[place], each.item, self._as_shown(sides[place]), each.role == "calibration"
            )
            for place, each in enumerate(shown)
        )
        keyed = [
            KeyedPresentation(
                ids[place],
                each.role,
                first[each.of] if each.role == "repeat" else each.of,
                each.fault,
            )
            for place, each in enumerate(shown)
        ]
        return made, keyed

    def _main(self) -> list[_Showing]:
        """Return ordinary items with repeats and damaged copies put between them."""
        keyed = [((place, 1, 0), _Showing(item)) for place, item in enumerate(self._order)]
        repeats = self._repeats()
        copies = self._copies({self._order[first] for first, _ in repeats})
        between = [
            *(
                (before, _Showing(self._order[p], "repeat", self._order[p]))
                for p, before in repeats
            ),
            *copies,
        ]
        for number, (before, showing) in enumerate(self._draw("between").shuffled(between)):
            keyed.append(((before, 0, number), showing))
        return [showing for _, showing in sorted(keyed, key=lambda pair: pair[0])]

    def _repeats(self) -> list[tuple[int, int]]:
        """Return places of items that come back, and the place before which they do."""
        share, n = self._design.repeat_share, len(self._order)
        wanted = min(n, max(1, round(share * n))) if share > 0 else 0
        if not wanted:
            return []
        apart = min(APART, n // 2, n - wanted + 1)
        if apart < APART:
            self.notes.append(
                f"The list of {self._rater} has only {n} items: items come back {max(1, apart)} "
                f"presentations later at the least instead of {APART}."
            )
        draw = self._draw("repeats")
        able = range(n - apart + 1) if apart else range(n)
        return [
            (place, place + max(1, apart) + draw.below(n - place - max(1, apart) + 1))
            for place in sorted(draw.sample(able, wanted))
            if place + max(1, apart) <= n
        ]

    def _copies(self, repeated: set[str]) -> list[tuple[int, _Showing]]:
        """Return damaged copies, and the place before which each stands."""
        share, n = self._design.attention_share, len(self._order)
        wanted = max(1, round(share * n)) if share > 0 else 0
        places = {item: place for place, item in enumerate(self._order)}
        able = [item for item in self._material.copies if item in places]
        able.sort(key=lambda item: item in repeated)  # rather not one that is shown twice already
        apart = min(APART, n // 3)
        draw = self._draw("attention")
        made = []
        for item in able[:wanted]:
            copy, at = self._material.copies[item], places[item]
            early = max(0, at - apart + 1)  # places far enough before the item
            place = draw.below(early + max(0, n - at - apart))
            before = place if place < early else place - early + at + apart + 1
            made.append((before, _Showing(copy.id, "attention", item, copy.fault)))
        if len(made) < wanted:
            self.notes.append(
                f"{self._rater} has {len(made)} of {wanted} attention items: no other answer holds "
                "a negation, a side or a dose that can be changed safely."
            )
        return made

    def _sides(self, main: Sequence[_Showing]) -> tuple[int, ...]:
        """Return for each presentation whether its outputs are shown in order (0) or swapped."""
        if self._design.kind == "single":
            return (0,) * len(main)
        strata = [
            (place // BLOCK, self._material.first[each.item]) for place, each in enumerate(main)
        ]
        seen: dict[str, int] = {}
        swapped: dict[int, int] = {}
        for place, each in enumerate(main):
            if each.role == "repeat":
                swapped[place] = seen[each.item]
            seen.setdefault(each.item, place)
        return balanced_sides(strata, swapped, self._draw("sides"))

    def _as_shown(self, side: int) -> tuple[int, ...]:
        if self._design.kind == "single":
            return (0,)
        return (1, 0) if side else (0, 1)

    def _draw(self, what: str) -> Draw:
        return Draw(self._design.seed, what, self._rater)
