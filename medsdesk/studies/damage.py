"""Damaged copies of answers: a negation flipped, a dose times ten, a side swapped.

A rater who reads sees that the copy is worse; one who does not, does not. Each copy has one
fault, and the key says which.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from medsdesk.config.paths import resource
from medsdesk.studies.drawing import Draw

DOSE = "dose_times_ten"

_UNITS = (
    "mg|mcg|µg|μg|g|m[lL]|units?|unités?|unidades|IU|UI|МЕ|ЕД|мг|мкг|г|мл"
    "|毫克|微克|克|毫升|单位|単位"
)
# A number of four figures and more, a range, a ratio, a date and a level per litre stay.
_DOSE = re.compile(
    r"(?<![0-9A-Za-zА-яё.,/\-\u2013])(?P<whole>\d{1,3})(?:(?P<point>[.,])(?P<part>\d{1,2}|(?<=0[.,])\d{3}))?"
    rf"(?=[ \xa0\u202f-]?(?:{_UNITS})(?![A-Za-zА-яёé])(?!\s?/\s?(?:d?[lL]|дл|л)\b))"
)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A text with one fault.

    Attributes:
        text: The text.
        fault: ``negation_flipped``, ``dose_times_ten`` or ``side_swapped``.
    """

    text: str
    fault: str


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    put: str


def damage(text: str, language: str, draw: Draw) -> Damaged | None:
    """Return a copy of a text with one fault, or None where no rule applies to it.

    Args:
        text: The answer.
        language: ISO 639-1 code of the answer; English, French, Spanish, Russian, Chinese and
            Japanese have rules.
        draw: Chooses the kind of fault among those that apply, then the place.
    """
    possible = {fault: changes for fault, changes in _changes(text, language) if changes}
    if not possible:
        return None
    fault = draw.shuffled(sorted(possible))[0]
    chosen = possible[fault][draw.below(len(possible[fault]))]
    return Damaged(text[: chosen.start] + chosen.put + text[chosen.end :], fault)


def languages() -> tuple[str, ...]:
    """Return the languages that have rules."""
    return tuple(next(iter(_rules().values())))


def _changes(text: str, language: str) -> Iterator[tuple[str, list[_Change]]]:
    if language not in languages():
        return
    for fault, rules in _rules().items():
        found: dict[int, _Change] = {}
        for pattern, put in rules.get(language, ()):
            for match in pattern.finditer(text):
                changed = _as_before(match[0], match.expand(put))
                found.setdefault(match.start(), _Change(match.start(), match.end(), changed))
        yield fault, [found[start] for start in sorted(found)]
    yield DOSE, [_Change(m.start(), m.end(), _times_ten(m)) for m in _DOSE.finditer(text)]


@cache
def _rules() -> dict[str, dict[str, list[tuple[re.Pattern[str], str]]]]:
    data = tomllib.loads((resource("studies") / "damage.toml").read_text(encoding="utf-8"))
    return {
        fault: {
            language: [(re.compile(find, re.IGNORECASE), put) for find, put in rules]
            for language, rules in by_language.items()
        }
        for fault, by_language in data.items()
    }


def _as_before(found: str, put: str) -> str:
    return put[0].upper() + put[1:] if found[0].isupper() else put


def _times_ten(match: re.Match[str]) -> str:
    """Return a number with its point moved by one place."""
    whole, part = match["whole"], match["part"] or ""
    moved, rest = (whole + (part[:1] or "0")).lstrip("0") or "0", part[1:]
    return f"{moved}{match['point']}{rest}" if rest else moved
