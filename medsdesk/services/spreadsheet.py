"""Keep text cells from being run as formulas by a spreadsheet, so that they can be read back.

The characters are those of OWASP's page on CSV injection and ASVS 5.0 1.2.10, with their
full-width forms, also after a byte order mark, zero-width characters or white space.
"""

from __future__ import annotations

import math
import re

_IGNORED = "\ufeff\u200b\u200c\u200d\u2060\u00a0\u3000 "
_DANGEROUS = tuple("=+-@|%\t\r\n\x00＝＋－＠｜％")
_QUOTE = "'"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


class Verbatim(str):
    """A number as it stood in a file, such as ``0.50``: written as it is."""

    __slots__ = ()


Cell = str | int | float | None


def neutralise(text: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet might run; ``restore`` takes it off.

    A cell that begins with an apostrophe gets one too, so that the way back is exact.
    """
    if text.startswith(_QUOTE) or text.lstrip(_IGNORED).startswith(_DANGEROUS):
        return _QUOTE + text
    return text


def restore_if_neutralised(cell: str) -> str:
    """Return the text behind a cell of a file that may not be ours, where ``'tis`` is a word."""
    plain = restore(cell)
    return plain if neutralise(plain) == cell else cell


def restore(cell: str) -> str:
    """Return the text that ``neutralise`` was given."""
    return cell.removeprefix(_QUOTE)


def is_number(cell: str) -> bool:
    """Say whether a cell is a plain finite number, such as ``3``, ``-0.5`` or ``1e-05``."""
    return _NUMBER.fullmatch(cell) is not None and math.isfinite(float(cell))
