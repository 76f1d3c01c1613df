"""Which output of a pair stands on the left: half and half in every stretch, repeats swapped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from medsdesk.studies.drawing import Draw

Stratum = Hashable


def balanced_sides(
    strata: Sequence[Stratum], swapped: Mapping[int, int], draw: Draw
) -> tuple[int, ...]:
    """Return 0 or 1 for each place so that every stratum has as many of one as of the other.

    Places that are linked have different sides. Links are the edges of a graph of strata; walked
    along closed ways (Euler), each stratum is left as often as it is entered, but for one time
    where it has an odd number of ends. The other places fill up what is lacking.

    Args:
        strata: What each place belongs to.
        swapped: Places that show what another place shows, swapped, with that other place.
        draw: Chooses among all that is balanced.

    Returns:
        One side for each place; in no stratum do the numbers of 0 and 1 differ by more than 1.
    """
    sides = _walked(strata, list(swapped.items()), draw)
    members: defaultdict[Stratum, list[int]] = defaultdict(list)
    for place, stratum in enumerate(strata):
        members[stratum].append(place)
    odd = draw.below(2)
    for places in members.values():
        free = draw.shuffled([place for place in places if place not in sides])
        zeros = (len(places) + (odd if len(places) % 2 else 0)) // 2
        zeros -= sum(sides.get(place) == 0 for place in places)
        odd ^= len(places) % 2  # the next odd stratum has its extra place on the other side
        for number, place in enumerate(free):
            sides[place] = int(number >= zeros)
    return tuple(sides[place] for place in range(len(strata)))


def _walked(
    strata: Sequence[Stratum], links: Sequence[tuple[int, int]], draw: Draw
) -> dict[int, int]:
    """Return the sides of linked places: one where a way leaves a stratum, one where it enters."""
    ways: dict[Stratum, list[tuple[Stratum, int, int]]] = defaultdict(list)
    for first, second in draw.shuffled(links):
        ways[strata[first]].append((strata[second], first, second))
        ways[strata[second]].append((strata[first], second, first))
    loose = [stratum for stratum, ends in ways.items() if len(ends) % 2]
    for stratum in loose:  # all ways become closed ones by a stratum that is none
        ways[stratum].append((_NOWHERE, _NONE, _NONE))
        ways[_NOWHERE].append((stratum, _NONE, _NONE))
    sides: dict[int, int] = {}
    for start in draw.shuffled(list(ways)):
        at, side = start, draw.below(2)  # a closed way is as good the other way round
        while ways[at]:
            beyond, here, there = ways[at].pop()
            if here == _NONE:
                ways[beyond].remove((at, _NONE, _NONE))
            elif here in sides:
                continue  # walked before, from the other end
            else:
                sides[here], sides[there] = side, 1 - side
            at = beyond
    return sides


_NONE = -1
_NOWHERE: Stratum = ("nowhere",)
