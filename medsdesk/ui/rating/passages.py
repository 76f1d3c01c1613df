"""The sentence or the word that stands at a place of a text; without Qt."""

from __future__ import annotations

import re

# A full stop ends a sentence only before white space, so that 2.5 mg stays whole; the full stops
# of Chinese and Japanese end it anywhere.
_END = re.compile(r"[.!?]+[\"'\u201d\u2019)\]]*(?=\s|$)|[\u3002\uff01\uff1f]+|\n")
# Ideographs and kana are words of one sign each.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]|[\w'\u2019-]+")
_FARTHEST = 5_000  # signs looked at on either side: a text without any full stop stays quick


def sentence_at(text: str, place: int) -> tuple[int, int]:
    """Return begin and end of the sentence at a place, without the white space around it."""
    low = max(0, place - _FARTHEST)
    begin = low
    for found in _END.finditer(text, low, min(len(text), place + 1)):
        if found.end() <= place:
            begin = found.end()
    after = _END.search(text, max(place, begin), place + _FARTHEST)
    end = after.end() if after else min(len(text), place + _FARTHEST)
    return _trimmed(text, begin, end)


def word_at(text: str, place: int) -> tuple[int, int]:
    """Return begin and end of the word at a place; two equal places where there is none."""
    low = max(0, place - 200)
    for found in _WORD.finditer(text, low, min(len(text), place + 200)):
        if found.start() <= place <= found.end():
            following = found.end() == place and place < len(text) and _WORD.match(text, place)
            return (place, following.end()) if following else found.span()
    return place, place


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    piece = text[begin:end]
    stripped = piece.strip()
    if not stripped:
        return begin, begin
    begin += piece.index(stripped[0]) if piece[0].isspace() else 0
    return begin, begin + len(stripped)
