"""Keep text cells from being run as formulas by a spreadsheet, so that they can be read back.

The characters are those of OWASP's page on CSV injection and ASVS 5.0 1.2.10, with their
full-width forms, also after a byte order mark, zero-width characters or white space.
"""

from __future__ import annotations

_IGNORED = "\ufeff\u200b\u200c\u200d\u2060\u00a0\u3000 "
_DANGEROUS = tuple("=+-@|%\t\r\n\x00＝＋－＠｜％")
_QUOTE = "'"


def neutralise(text: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet might run; ``restore`` takes it off.

    A cell that begins with an apostrophe gets one too, so that the way back is exact.
    """
    if text.startswith(_QUOTE) or text.lstrip(_IGNORED).startswith(_DANGEROUS):
        return _QUOTE + text
    return text


def restore(cell: str) -> str:
    """Return the text that ``neutralise`` was given."""
    return cell.removeprefix(_QUOTE)
