"""Tells whether a text is written in the script of a language."""

from __future__ import annotations

import re

_SCRIPTS = {
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ja": re.compile("[\u3041-\u30ff\u4e00-\u9fff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# A letter, a name or a number may stand in any language, and Latin names stand in all of them.
_FEW_LETTERS, _LOOKED_AT = 12, 2000
_ENOUGH_OWN, _ENOUGH_LATIN = 0.02, 0.2


def in_another_script(text: str, language: str) -> bool:
    """Say whether a text of some length has hardly a letter of its language's script.

    Args:
        text: Any text; its first 2,000 characters are looked at.
        language: ISO 639-1 code, of which one not known here is taken to be in Latin script;
            empty where nobody knows the language.
    """
    own = _SCRIPTS.get(language, _LATIN)
    if not language or (own is _LATIN and text.isascii()):
        return False
    letters = [letter for letter in text[:_LOOKED_AT] if letter.isalpha()]
    if len(letters) < _FEW_LETTERS:
        return False
    enough = (_ENOUGH_LATIN if own is _LATIN else _ENOUGH_OWN) * len(letters)
    return len(own.findall("".join(letters))) < enough
