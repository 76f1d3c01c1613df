"""Texts and numbers as cells of a workbook hold them, so that they can be read back exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medsdesk.services.spreadsheet import is_number

LONGEST = 32_767
"""Most characters of a cell, in units of UTF-16, as Excel counts them."""

MOST_DECIMALS = 8
"""Most decimals that are kept where the last of them is 0."""

# What XML cannot hold or would change stands as _xHHHH_, as Office writes it itself.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMALS = re.compile(rf"-?[0-9]{{1,7}}\.([0-9]{{0,{MOST_DECIMALS - 1}}}0)")
_FORMAT = re.compile(r"0\.(0+)")


def escape(text: str) -> str:
    """Return a text as a workbook can hold it; ``unescape`` gives it back."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape(text: str) -> str:
    """Return the text that a cell stands for."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def units(text: str) -> int:
    """Return the length of a text as Excel counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def parts(text: str) -> Iterator[str]:
    """Yield a text, not yet escaped, in parts that fit into a cell when they are."""
    piece: list[str] = []
    room = LONGEST
    for character in text:
        # An underscore may be escaped or not, as what follows it asks for.
        size = len("_x005F_") if character == "_" else units(escape(character))
        if size > room:
            yield "".join(piece)
            piece, room = [], LONGEST
        piece.append(character)
        room -= size
    if piece:
        yield "".join(piece)


def number_format(text: str) -> str | None:
    """Return the format under which a workbook's number comes back as this text.

    None where no number of a workbook comes back as it, such as ``007`` or one of 20 digits.
    """
    if _WHOLE.fullmatch(text):
        return "General" if text != "-0" else None
    found = _DECIMALS.fullmatch(text)
    if found and f"{float(text):.{len(found[1])}f}" == text:
        return f"0.{'0' * len(found[1])}"
    return "General" if is_number(text) and repr(float(text)) == text else None


def number_text(number: float, shown_as: str) -> str:
    """Return a workbook's number as text, with the zeros of its format where it has such.

    Args:
        number: As it is stored.
        shown_as: Its number format.
    """
    found = _FORMAT.fullmatch(shown_as)
    if found:
        text = f"{number:.{len(found[1])}f}"
        if float(text) == number:
            return text
    return str(number) if isinstance(number, int) else repr(number)
