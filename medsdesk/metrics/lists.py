"""Lists as models write them: commas, semicolons, lines, bullets and numbers."""

from __future__ import annotations

import ast
import json
import re

from medsdesk.metrics.words import compatible

_BULLET = re.compile(r"^[ \t]*[-*•·‣▪◦+][ \t]+", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*\(?\d{1,2}[.)][ \t]+", re.MULTILINE)
_LONE_NUMBER = re.compile(r"\A\s*\(?\d{1,2}[.)]\s+(?!\d)")
_SEPARATORS = ",;、\n"
_OPENING, _CLOSING = "([{", ")]}"
_LONGEST_DATA = 100_000  # characters: Python's own reading of a longer one can end the process
_AND = re.compile(r"\A(?:and|&)\s+", re.IGNORECASE)


def split_list(text: str) -> tuple[str, ...]:
    """Return the items of a list, without bullets, numbers and blank items.

    Commas, semicolons, ideographic commas and line ends part items, but not inside brackets
    that are closed again, and not between digits (``2,6-dimethoxy``, ``1,000``). An "and" is
    dropped only where a comma stands before it (``a, b, and c``): elsewhere it can belong to a
    name (``learning and memory impairment``). A JSON or Python list of texts, by itself or as the
    one value of an object, is taken as it is.
    """
    if (quoted := _quoted_items(text)) is not None:
        return quoted
    text = _unnumbered(_BULLET.sub("", compatible(text).strip()))
    items, depth, start = [], 0, 0
    protects = _balanced(text)
    for place, character in enumerate(text):
        depth += _nesting(character)
        parts = character in _SEPARATORS and not (depth and protects)
        if parts and not _between_digits(text, place):
            items.append(text[start:place])
            start = place + 1
    items.append(text[start:])
    cleaned = (_AND.sub("", item.strip()) if number else item.strip()
               for number, item in enumerate(items))  # fmt: skip
    return tuple(item for item in cleaned if item)


def _quoted_items(text: str) -> tuple[str, ...] | None:
    """Return the items of a list that is written as data; None where the text is none."""
    text = text.strip()
    if text[:1] not in ("[", "{") or text[-1:] not in ("]", "}") or len(text) > _LONGEST_DATA:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        try:
            data = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    if isinstance(data, dict) and len(data) == 1:
        (data,) = data.values()
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        return None
    return tuple(stripped for item in data if (stripped := item.strip()))


def _unnumbered(text: str) -> str:
    """Drop the numbers of a numbered list; a single line may be a dose such as "2. 5 mg"."""
    pattern = _NUMBER if "\n" in text else _LONE_NUMBER
    return pattern.sub("", text)


def _balanced(text: str) -> bool:
    """Say whether every bracket is closed again; if not, brackets protect nothing."""
    depth = 0
    for character in text:
        depth += _nesting(character)
        if depth < 0:
            return False
    return depth == 0


def _nesting(character: str) -> int:
    return (character in _OPENING) - (character in _CLOSING)


def _between_digits(text: str, place: int) -> bool:
    if text[place] != ",":
        return False
    if text[place - 1 : place].isspace():
        # Tokenised names are written "2 , 6 - dimethoxy".
        return bool(
            re.match(r"\d\s", text[max(0, place - 2) : place])
            and re.match(r"\s\d", text[place + 1 : place + 3])
        )
    return text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()
