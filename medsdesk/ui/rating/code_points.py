"""Places in a text, counted in code points, and places in Qt's document of it; without Qt.

Qt counts in UTF-16: a sign beyond the first 65,536 counts twice, and the two signs of a Windows
line end become one end of a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

_UNEVEN = re.compile("[\U00010000-\U0010ffff]|\r\n")


class CodePoints:
    """Turns places of one text into places of its document, and back.

    Args:
        text: As it was given to the document.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._after: list[int] = []  # places in the text from which on a shift holds
        self._there: list[int] = []  # the same places in the document
        self._shifts: list[int] = []
        shift = 0
        for found in _UNEVEN.finditer(text):
            shift += 1 if len(found[0]) == 1 else -1
            self._after.append(found.end())
            self._there.append(found.end() + shift)
            self._shifts.append(shift)

    def to_document(self, place: int) -> int:
        """Return where a place of the text stands in the document.

        A place inside a line end of two signs stands before it.
        """
        place = min(max(place, 0), self.length)
        known = bisect_right(self._after, place)
        here = place + (self._shifts[known - 1] if known else 0)
        # Only a line end can be entered in its middle, one sign after its beginning.
        inside = known < len(self._after) and here >= self._there[known]
        return here - 1 if inside else here

    def to_text(self, place: int) -> int:
        """Return where a place of the document stands in the text.

        A place inside a sign that counts twice stands before the sign.
        """
        known = bisect_right(self._there, max(place, 0))
        here = max(place, 0) - (self._shifts[known - 1] if known else 0)
        if known < len(self._after):
            change = self._shifts[known] - (self._shifts[known - 1] if known else 0)
            if change > 0 and here >= self._after[known]:
                here = self._after[known] - 1
        return min(here, self.length)


def spread(starts: list[tuple[int, int]]) -> list[int]:
    """Return for each stretch the lowest line below the text that no earlier one takes there.

    Args:
        starts: Begin and end of each stretch, in any order.
    """
    lanes = [0] * len(starts)
    ends: list[int] = []  # of what lies in each lane
    for index in sorted(range(len(starts)), key=lambda n: (starts[n][0], -starts[n][1])):
        start, end = starts[index]
        free = next((lane for lane, last in enumerate(ends) if last <= start), len(ends))
        if free == len(ends):
            ends.append(end)
        else:
            ends[free] = end
        lanes[index] = free
    return lanes


def covered_twice(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches in which at least two of the given ones overlap, in order."""
    edges = sorted({edge for stretch in stretches for edge in stretch})
    begins, finishes = sorted(s for s, _ in stretches), sorted(e for _, e in stretches)
    found: list[tuple[int, int]] = []
    for low, high in pairwise(edges):
        deep = bisect_right(begins, low) - bisect_left(finishes, high)
        if deep < 2:
            continue
        if found and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found
