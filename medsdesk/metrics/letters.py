"""Letters that stand as options, told apart from letters that are words of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from medsdesk.metrics.options import Options, options_saying, words_by_letter
from medsdesk.metrics.words import placed_words, plain, plain_words, starts_with

SEVERAL = "names more than one option"
MISMATCH = "names one option by letter and another by its text"
ALIEN = "names an option by letter with a text that is not that option's"

# Russian writers type the Cyrillic letters that look like the Latin ones.
LETTER = r"[A-JАВСЕ]"
_LOOK_ALIKES = str.maketrans("АВСЕ", "ABCE")

_CAPITAL = re.compile(LETTER)
_SMALL = re.compile(r"[a-j](?=\s*(?:[:)]|です|だ|。|\.?\s*(?:\n|\Z)))")
# What may follow a letter that is an option: punctuation, the end, a particle, a conjunction.
_ENDS = re.compile(
    r"""\s*(?:[:,;)\]}>!"»”」』\n]|'(?!\w)|\Z)|\s*-\s|。|、|です|だ|で(?!は)|と|が|选|项|項"""
    r"|[是为は]?(?:正确|对|最佳|正しい|正解|正答)"
)
# A full stop ends an option, but not the abbreviated genus of "C. difficile".
_STOP = re.compile(r"\s*\.(?=\s*(?:\n|\Z)|\s+(?![a-zа-яà-ÿ])|[)\"»])")
_JOINS = re.compile(
    r"\s+(?:because|since|and|or|et|ou|y|o|и|или|car|parce|porque|потому)\b"
    r"|\s+(?:is|est|es)\s+(?:(?:the|la|l['’]option)\s+)?(?:most\s+)?"
    r"(?:right|correct|best|likely|appropriate|answer|correcte|exacte|correcta|bonne|respuesta)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\)?\s*(?:is|are|est|es)\s+(?:not|wrong|incorrect\w*|false|fau\w+|inexacte|pas|falsa|no)\b"
    r"|\)?\s*[是为は]?\s*(?:不|错|誤|误|ではな|でな|じゃな)|\)?\s*\?",
    re.IGNORECASE,
)
_AND = r"(?i:and|or|et|ou|y|o|и|или)"
_ALSO = re.compile(
    rf"(?P<join>\s+{_AND}\s+|\s*(?:と|和|及|または|或)\s*|\s*[,、;&+/\t]\s*(?:{_AND}\s+)?)"
    rf"\(?(?P<letter>{LETTER})\)?(?![\w'])"
)
_THEN = re.compile(rf"{_AND}\s")
_EITHER = re.compile(r"\b(?:or|ou|o|или)\b|または|或", re.IGNORECASE)
_LABELLED = re.compile(r"\)?\s*:\s*|\)\s+")
_NEAR = 0.8  # share of letters in common: a slip of spelling, not another text
_FOREIGN = re.compile("[\u0400-\u04ff\u3041-\u30ff\u3400-\u9fff]")  # Cyrillic, kana, Han
_AFTERMATH = 20  # characters after an option's text that show whether it ends there
_AFTER_TEXT = re.compile(r"\s*(?:[.,;:)!\"]+(?:\s|\Z)|\Z|です|(?:because|since|as)\b)")


@dataclass(frozen=True, slots=True)
class Choice:
    """The options an answer chooses.

    Attributes:
        letters: Their letters; empty when nothing was chosen.
        reason: Why nothing was chosen, where the answer shows why.
        possible: The ways to read it, where letter and text do not agree.
    """

    letters: frozenset[str] = frozenset()
    reason: str | None = None
    possible: frozenset[frozenset[str]] = frozenset()


def single(letters: frozenset[str]) -> Choice:
    """Return the choice of one letter; several letters are indecision."""
    return Choice(letters) if len(letters) < 2 else Choice(reason=SEVERAL)


def latin(letter: str) -> str:
    """Return the Latin letter for a Cyrillic one that looks like it."""
    return letter.translate(_LOOK_ALIKES)


def choice_at(text: str, place: int, options: Options) -> Choice:
    """Return the option whose letter stands at a place, and those listed after it.

    A letter followed by another text than its option's decides for neither; letters joined by
    "or" are indecision.
    """
    start = place + text.startswith("(", place)
    letter = _option_letter(text, start, options)
    if letter is None:
        return Choice()
    line = text[start + 1 :].partition("\n")[0]
    further = list(_listed(line))
    if any(_EITHER.search(also["join"]) for also in further):
        return Choice(reason=SEVERAL)
    letters = (letter, *(latin(also["letter"]) for also in further))
    named = frozenset(letters)
    said = options_saying(line.strip(" :.)"), options)
    if said and len(letters) == 1 and letter not in said:
        return Choice(reason=MISMATCH, possible=frozenset({named, said}))
    starts = (0, *(also.end() for also in further))
    ends = (*(also.start() for also in further), len(line))
    texts = (line[begin:end] for begin, end in zip(starts, ends, strict=True))
    in_english = not _FOREIGN.search(text)
    if any(
        _gives_another_text(given, options.get(one, ""), in_english=in_english)
        for one, given in zip(letters, texts, strict=True)
    ):
        return Choice(reason=ALIEN, possible=frozenset({named}))
    return Choice(named)


def _gives_another_text(line: str, own: str, *, in_english: bool) -> bool:
    """Say whether ``: x`` after a letter is not the option's text, its beginning, or near it."""
    labelled = _LABELLED.match(line)
    if in_english and _FOREIGN.search(own):
        return False  # it may be a translation
    given, wanted = plain_words(line[labelled.end() :] if labelled else ""), plain_words(own)
    if not given or not wanted or starts_with(given, wanted) or starts_with(wanted, given):
        return False
    near = SequenceMatcher(None, "".join(given[: len(wanted)]), "".join(wanted), autojunk=False)
    return near.ratio() < _NEAR


def text_at(text: str, place: int, options: Options) -> frozenset[str]:
    """Return the one option whose text stands at a place, the longest where one begins another."""
    # No further than any option reaches: a model that loops repeats its phrase thousands of times.
    reach = place + max(map(len, options.values()), default=0) + _AFTERMATH
    line = plain(text[place:reach].partition("\n")[0])
    placed = placed_words(line)
    spoken = [word.text for word in placed]
    fits = {
        letter: len(said)
        for letter, said in words_by_letter(options).items()
        if starts_with(spoken, said) and _AFTER_TEXT.match(line, placed[len(said) - 1].end)
    }
    longest = max(fits.values(), default=0)
    chosen = frozenset(letter for letter, length in fits.items() if length == longest)
    return chosen if len(chosen) == 1 else frozenset()


def _option_letter(text: str, start: int, options: Options) -> str | None:
    small = _SMALL.match(text, start)
    if small:
        return small.group().upper()
    found = _CAPITAL.match(text, start)
    if not found or _REFUSED.match(text, found.end()):
        return None
    letter = latin(found.group())
    if any(after.match(text, found.end()) for after in (_ENDS, _STOP, _JOINS)):
        return letter
    line = plain_words(text[found.end() :].partition("\n")[0])
    return letter if starts_with(line, plain_words(options.get(letter, ""))) else None


def _listed(line: str) -> Iterator[re.Match[str]]:
    """Yield the further letters of a list: ``: x, E: y`` or ``, E`` after the first letter.

    Between labelled options stands their text; between bare letters stands nothing.
    """
    labelled = re.match(r"\)?\s*[:)]\s*[^\s,]", line) is not None
    place = 0
    for also in _ALSO.finditer(line):
        after = line[also.end() :].lstrip()
        if labelled:
            if after.startswith(":") or also.group().endswith(")"):
                yield also
        elif line[place : also.start()].strip(" ()"):
            return
        elif "," not in also["join"] or not after[:1].isalnum() or _THEN.match(after):
            yield also
            place = also.end()
