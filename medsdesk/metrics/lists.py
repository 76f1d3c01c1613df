"""Lists as models write them: commas, semicolons, lines, bullets and numbers."""

from __future__ import annotations

import re

from medsdesk.metrics.words import compatible

_BULLET = re.compile(r"^\s*(?:[-*•·‣▪◦+]|\(?\d{1,2}[.)])\s+", re.MULTILINE)
_SEPARATORS = ",;、\n"
_OPENING, _CLOSING = "([{", ")]}"
_AND = re.compile(r"\A(?:and|&)\s+", re.IGNORECASE)


def split_list(text: str) -> tuple[str, ...]:
    """Return the items of a list, without bullets, numbers and blank items.

    Commas, semicolons, ideographic commas and line ends part items, but not inside brackets
    that are closed again, and not between digits (``2,6-dimethoxy``, ``1,000``). An "and" is
    dropped only where a comma stands before it (``a, b, and c``): elsewhere it can belong to a
    name (``learning and memory impairment``).
    """
    text = _BULLET.sub("", compatible(text))
    items, depth, start = [], 0, 0
    inside = _balanced(text)
    for place, character in enumerate(text):
        depth += inside * ((character in _OPENING) - (character in _CLOSING))
        # A line end always parts: no bracket reaches over it in a list.
        parts = character == "\n" or (character in _SEPARATORS and not depth)
        if parts and not _between_digits(text, place):
            items.append(text[start:place])
            start = place + 1
    items.append(text[start:])
    cleaned = (_AND.sub("", item.strip()) if number else item.strip()
               for number, item in enumerate(items))  # fmt: skip
    return tuple(item for item in cleaned if item)


def _balanced(text: str) -> bool:
    """Say whether every bracket is closed again; if not, brackets protect nothing."""
    depth = 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _between_digits(text: str, place: int) -> bool:
    if text[place] != ",":
        return False
    if text[place - 1 : place].isspace():
        # Tokenised names are written "2 , 6 - dimethoxy".
        return bool(re.search(r"\d\s\Z", text[:place]) and re.match(r"\s\d", text[place + 1 :]))
    return text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()
