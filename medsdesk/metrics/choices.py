"""Multiple choice: which option an answer decides for, in English and the five other languages.

An option counts as chosen only where it stands as a choice: a letter after a phrase that decides
("The right answer is B", and the like in six languages), a letter that opens or is the whole
answer ("B", "(B) text"), an option called right ("B is correct"), or an option's text alone. A
letter that is only a word of a sentence ("A 45-year-old man", "C. difficile") is never one, and a
letter with another text than its option's ("B: some other drug") decides for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from medsdesk.metrics.item import Family, Item, Mark, own_signature, right_or_wrong
from medsdesk.metrics.labels import named_labels
from medsdesk.metrics.letters import LETTER, SEVERAL, Choice, choice_at, latin, single, text_at
from medsdesk.metrics.options import Options, options_saying, read_options, words_by_letter
from medsdesk.metrics.reading import without_lead_in, without_markup
from medsdesk.metrics.verdicts import read_verdict
from medsdesk.metrics.words import plain_words

NO_OPTION = "names no option"
MAYBE = ("yes", "no", "maybe")

_DECIDES = re.compile(
    r"""
    (?:
      \b(?:answers?|response|(?:correct|right|best|final|appropriate)\s+(?:option|choice))\b["']?
        (?:\s+(?:is|are|would\s+be|should\s+be|must\s+be))*
        (?:\s+(?:therefore|thus|clearly|the|option|choice))*[ ]*[:=]?
    | \bI(?:\s+would|\s+will|['’]d|['’]ll)?\s+(?:choose|select|pick|go\s+(?:with|for))\b
        (?:\s+(?:option|choice))?
    | \b(?:drug|treatment|test|option|therapy)\s+of\s+choice\s+(?:is|would\s+be)\s*:?
    | (?<!if\ )(?<!whether\ )\bit(?:\s+is|['’]s)(?:\s+(?:therefore|option|choice))*
    | (?:答案|正解|正答|答え|解答|回答)\s*(?:应该是|应为|应选|是|为|选|は)?\s*[:、]?
    | (?:选项|選択肢)\s*(?:应该是|应为|是|为|は)\s*:?
    | (?<![不非勿没])选择?(?!项)\s*:?
    | \br[ée]ponses?\b(?:\s+(?:exactes?|correctes?|finales?|justes?))*(?:\s+(?:est|sont))?
        (?:\s+(?:la|l['’]option))?\s*:?
    | \b(?:ответ\w*|(?:верн|правильн)\w+\s+вариант\w*)\b
        (?:\s+(?:это|является|вариант\w*|буква))*\s*[:-]?
    | \b(?:respuestas?|opci[óo]n\s+(?:correcta|final))\b(?:\s+(?:correctas?|final(?:es)?))*
        (?:\s+(?:es|son|ser[ií]a))?(?:\s+la)?(?:\s+opci[óo]n)?\s*:?
    )
    \s*["'«“「『(\[]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "The wrong answer is B" decides for nothing.
_WRONG = re.compile(
    r"""(?:\b(?:in(?:correct|exact)\w*|not\s+(?:the\s+)?(?:correct|right|best)|wrong|false
      |mauvaises?|fausses?|incorrect[ao]s?|falsas?|неправильн\w+|неверн\w+)\b
      |错误|不正确|誤った|間違った|誤り)\W*(?:的|の)?\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_FINAL = re.compile(r"\bfinal|окончательн|最终|最終", re.IGNORECASE)
_FINAL_REACH = 14  # characters before the phrase: "окончательный " is the longest
_WRONG_REACH = 24
# "Labetalol is the right answer."
_TEXT_NAMED = re.compile(
    r"(?:\A|[.;\n])\s*([^.;\n]{1,300}?)\s+(?:is|est|es)\s+(?:the\s+|la\s+)?"
    r"(?:right|correct|best|most\s+likely|bonne|correcta)?\s*"
    r"(?:answer|option|choice|réponse|respuesta)\b",
    re.IGNORECASE,
)
# Named, but not decided for: "Option A lowers the pressure."
_MENTIONS = re.compile(r"\b(?:option|choice|opci[óo]n)\s+(?=\(?[A-J])", re.IGNORECASE)
_RIGHT = r"(?:right|correct|best|likely|appropriate|correcte|correcta|bonne)\b"
_SO = r"(?i:\b(?:so|therefore|thus|hence)),?\s+"
_NAMED = re.compile(
    rf"(?:^|[.,;]\s+|{_SO})\(?({LETTER})\)?\s+(?:is|est|es)\s+(?:the\s+|la\s+)?(?:most\s+)?{_RIGHT}"
    rf"|{_SO}\(?({LETTER})\)?\s*\.?\s*\Z"
    rf"|(?:选项|選択肢)\s*({LETTER})\s*[是为は]?\s*(?:正确|对|正しい|正解)"
    rf"|\bnot\s+\(?{LETTER}\)?,?\s+but\s+(?:rather\s+)?\(?({LETTER})\)?(?!\w)",
    re.MULTILINE,
)
_OPENS_LINE = re.compile(rf"\s*\(?{LETTER}\s*(?:[:.)]|\Z)")
_OPENING = "\"'[{<>«“「『 "  # around a letter that is the whole answer
_PAIR = re.compile(rf"(?<!\w){LETTER}\s+(?i:or|and|ou|et|o|y|или|и)\s+{LETTER}(?!\w)")


def measure(item: Item) -> Mark:
    """Mark a multiple-choice answer: 100 when exactly the reference's options are chosen.

    Accuracy over items is the share of right ones, (1/n) sum [choice = reference].
    """
    options = read_options(item.source_text)
    wanted = [gold for ref in item.references if (gold := _read_reference(ref, options))]
    if not wanted:
        return Mark(reason="the reference names no option")
    if any(gold & set(MAYBE) for gold in wanted):
        verdict = read_verdict(item.answer, MAYBE)
        found = Choice(frozenset({verdict.answer} if verdict.answer else ()), verdict.reason)
    else:
        several = any(len(gold) > 1 for gold in wanted)
        found = read_choice(item.answer, options, several_asked=several)
    read = found.letters
    if found.possible and _same_words(item.answer, item.references):
        read = wanted[0]  # the reference itself has not its option's text
    elif found.possible.isdisjoint(wanted):
        read = read or frozenset().union(*found.possible)  # however it is read, it is wrong
    if not read:
        return Mark(reason=found.reason)
    return right_or_wrong(right=read in wanted, answer=", ".join(sorted(read)))


def read_choice(answer: str, options: Options, *, several_asked: bool = False) -> Choice:
    """Return the options an answer decides for, or the reason why there is no decision.

    Args:
        answer: The answer.
        options: The question's options; empty when not known.
        several_asked: Whether the question has several right options, so that a bare list of
            letters is an answer and not indecision.
    """
    text = without_markup(answer)
    stated = without_lead_in(text)
    found = _decided(text, options) or _standing(text, options, several_asked=several_asked)
    if found:
        return found
    said = options_saying(stated, options)
    said = said or options_saying(stated.partition("\n")[0], options)
    for named in _TEXT_NAMED.finditer(text):
        said |= options_saying(named[1], options)
    if said:
        return single(said)
    several = _PAIR.search(text) or len(named_labels(text, words_by_letter(options).values())) > 1
    return Choice(reason=SEVERAL if several else NO_OPTION)


def _same_words(answer: str, references: Sequence[str]) -> bool:
    return plain_words(answer) in {plain_words(reference) for reference in references}


def _read_reference(reference: str, options: Options) -> frozenset[str]:
    found = read_choice(reference, options, several_asked=True)
    letters = found.letters or read_choice(reference, {}, several_asked=True).letters
    verdict = read_verdict(reference, MAYBE).answer
    return letters or frozenset({verdict} if verdict else ())


def _decided(text: str, options: Options) -> Choice | None:
    """Read what follows each phrase that decides; a final one settles decisions that differ."""
    decisions: set[frozenset[str]] = set()
    final: set[frozenset[str]] = set()
    for phrase in _DECIDES.finditer(text):
        if _WRONG.search(text, max(0, phrase.start() - _WRONG_REACH), phrase.start()):
            continue
        found = choice_at(text, phrase.end(), options)
        if found.reason:
            return found
        letters = found.letters or text_at(text, phrase.end(), options)
        if letters:
            decisions.add(letters)
            before = max(0, phrase.start() - _FINAL_REACH)
            if _FINAL.search(text, before, phrase.end()):
                final.add(letters)
    settled = decisions if len(decisions) < 2 else final
    if len(settled) == 1:
        return Choice(settled.pop())
    return Choice(reason=SEVERAL) if decisions else None


def _standing(text: str, options: Options, *, several_asked: bool) -> Choice | None:
    """Read the letter that opens the answer; another one, opening a line or named, undoes it."""
    letters = {latin(found[found.lastindex or 0]) for found in _NAMED.finditer(text)}
    for mention in _MENTIONS.finditer(text):
        letters |= choice_at(text, mention.end(), options).letters
    for number, line in enumerate(without_lead_in(text).splitlines()):
        if number and not _OPENS_LINE.match(line):
            continue
        opening = line.strip().lstrip(_OPENING)
        found = choice_at(opening, 0, options)
        if found.reason:
            return found
        # "I, as a model": one letter before a comma is a word; so is a letter that is no option.
        alone = len(found.letters) == 1 and opening[1:2] == ","
        alone = alone and not options_saying(opening[2:], options)
        if not alone and (not options or found.letters <= options.keys()):
            letters |= found.letters
    if not letters:
        return None
    return Choice(frozenset(letters)) if several_asked else single(frozenset(letters))


def signature(metric: str, language: str) -> str:
    """Return how the accuracy of a choice is made."""
    return own_signature(
        metric, "read:choice", f"lang:{language}", "refs:any", "unread:unscored", "v:2", "agg:mean"
    )


FAMILY = Family(("accuracy",), measure, signature)
