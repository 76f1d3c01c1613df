"""Text as sequences of words, in one normal form for every language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Ideographs and kana count one by one: Chinese and Japanese put no spaces between words.
ONE_BY_ONE = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
# Accents that NFKC cannot join to their letter (U+0300 to U+036F) stay inside the word.
_WORD = re.compile(rf"[{ONE_BY_ONE}]|(?:(?![{ONE_BY_ONE}])[^\W_]|[\u0300-\u036f])+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and where it stands in the text it came from.

    Attributes:
        text: The word.
        start: Index of its first character.
        end: Index after its last character.
    """

    text: str
    start: int
    end: int


def compatible(text: str) -> str:
    """Return the text in Unicode form NFKC with every kind of dash as a hyphen."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Return the text in NFKC without differences of case."""
    return unicodedata.normalize("NFKC", compatible(text).casefold())


def plain(text: str) -> str:
    """Return the folded text without accents on its letters; kana keep their voicing marks."""
    apart = unicodedata.normalize("NFD", folded(text))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def words(text: str) -> list[str]:
    """Return the words of a text that is already in a normal form.

    A word is a run of letters and digits of any script; ideographs and kana stand alone.
    """
    return _WORD.findall(text)


def placed_words(text: str) -> list[Word]:
    """Return the words of a normalised text with their places in it."""
    return [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of any text, without case, accents and punctuation."""
    return tuple(words(plain(text)))


def starts_with(text: Sequence[str], phrase: Sequence[str]) -> bool:
    """Say whether a word sequence begins with a phrase of at least one word."""
    return bool(phrase) and tuple(text[: len(phrase)]) == tuple(phrase)
