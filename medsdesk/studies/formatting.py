"""Make the formatting of outputs alike, so that bullets and bold type do not tell who wrote them.

Only formatting is changed: white space, signs of lists, and the signs of Markdown for headings
and emphasis. Every word, number and sign of the text itself stays, in its order; polite phrases
around an answer stay as well, since they are words.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_SPACES = re.compile("[ \t\xa0\u2000-\u200a\u202f\u205f\u3000\ufeff]+")
_HEADING = re.compile(r"#{1,6} +(?=\S)")
_UNDERLINE = re.compile(r"(?:-{3,}|={3,}|\*{3,}|_{3,}|(?:[-*_] ){2,}[-*_])")
_FENCE = re.compile(r"(?:`{3,}|~{3,})")
_DASH = re.compile(r"- +(?=\S)")
_BULLET = re.compile(
    "[*\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u2219\u2013\u2014] +(?=\\S)"
)
_PLUS = re.compile(r"^[ \t]*\+[ \t]+\S", re.MULTILINE)
_NUMBER = re.compile(r"\(?(\d{1,3})[.)] +(?=\S)")
# Spans are limited so that a text of stars alone cannot take minutes. A text without the sign is
# not searched for it: that would take much of the time in which a large study is made.
_EMPHASIS = (
    ("**", re.compile(r"\*\*(?=[^\s*])([^\n]{1,400}?)(?<=[^\s*])\*\*")),
    ("__", re.compile(r"(?<!\w)__(?=[^\s_])([^\n]{1,400}?)(?<=[^\s_])__(?!\w)")),
    ("*", re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\*(?![\w*])")),
    ("_", re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]{1,400}?)(?<=[^\s_])_(?!\w)")),
    ("`", re.compile(r"(?<!`)`(?=[^\s`])([^`\n]{1,400}?)(?<=[^\s`])`(?!`)")),
)
BULLET = "\u2022"
_INDENT = 2  # spaces for each level of a list
_DEEPEST = 4


def alike(text: str) -> str:
    """Return a text in the one formatting that all outputs of a study have.

    Line ends are LF, runs of spaces one space, runs of empty lines one empty line; signs of a
    list are a bullet or ``1. ``; headings and emphasis are plain text. Dashes stay dashes in a
    text whose other lines begin with a plus: in clinical notes they say absent and present.
    Making it alike twice changes nothing more. Half characters, which no file can carry, become
    U+FFFD.
    """
    made = whole(text)
    while True:
        before, made = made, _once(made)
        if made == before:
            return made


def whole(text: str) -> str:
    """Return a text with U+FFFD in place of half characters, which no file can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _once(text: str) -> str:
    for sign, emphasis in _EMPHASIS:
        if sign in text:
            text = emphasis.sub(r"\1", text)
    text = _LINE_ENDS.sub("\n", text)
    dashes = _PLUS.search(text) is None
    lines: list[str] = []
    for line in text.split("\n"):
        made = _line(line, dashes=dashes)
        if made or (lines and lines[-1]):
            lines.append(made)
    return "\n".join(lines).strip()


def _line(line: str, *, dashes: bool) -> str:
    """Return a line with its signs made alike; empty for a ruled line or a fence."""
    level = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
    plain = _SPACES.sub(" ", line).strip()
    if _UNDERLINE.fullmatch(plain) or _FENCE.fullmatch(plain):
        return ""
    plain = _HEADING.sub("", plain, count=1)
    indent = " " * (_INDENT * min(level // _INDENT, _DEEPEST))
    bullet = _BULLET.match(plain) or (_DASH.match(plain) if dashes else None)
    if bullet is not None:
        return f"{indent}{BULLET} {plain[bullet.end() :]}"
    number = _NUMBER.match(plain)
    return plain if number is None else f"{indent}{number[1]}. {plain[number.end() :]}"
