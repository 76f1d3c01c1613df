"""Verdicts: yes or no, true or false, 0, 1 or 2, and answers made of such a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from medsdesk.metrics.item import Family, Item, Mark, own_signature, right_or_wrong
from medsdesk.metrics.reading import without_lead_in, without_markup
from medsdesk.metrics.words import plain, plain_words

CONTRADICTORY = "gives contradictory verdicts"
NO_VERDICT = "gives no verdict"
SETS = (("yes", "no", "maybe"), ("0", "1", "2"), ("true", "false"))

# "no" opens many sentences that are no verdict ("No evidence ..."), and a bare number counts
# things: these need punctuation or the end after them. The others may be followed by words.
_NEEDS_STOP = frozenset({"no", "0", "1", "2"})
_NOUNS = r"answer|verdict|label|class(?:ification)?|category|decision|prediction|outcome|result"
_STATES = (
    rf"(?:{_NOUNS}|conclusion|claim|it|statement|classified)"
    r"\s+(?:is|as|would\s+be|should\s+be)\s*:?\s*['\"(]?\s*"
)
_STOP = r"(?=\s*(?:[,;:!?)\"'\]/]|\.(?!\d)|-\s|\n|\Z)|\s+\()"
_COLON = rf"(?:{_NOUNS})\s*:\s*"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict read out of an answer, or the reason why there is none."""

    answer: str | None
    reason: str | None


def measure(item: Item) -> Mark:
    """Mark a verdict: 100 when it is the reference's.

    Accuracy over items is the share of right ones, (1/n) sum [verdict = reference].
    """
    verdicts = _verdict_set(item)
    wanted = {v for ref in item.references if (v := read_verdict(ref, verdicts).answer)}
    if not wanted:
        return Mark(reason="the reference gives no verdict")
    found = read_verdict(item.answer, verdicts)
    if found.answer is None:
        return Mark(reason=found.reason)
    return right_or_wrong(right=found.answer in wanted, answer=found.answer)


def read_verdict(answer: str, verdicts: Sequence[str]) -> Verdict:
    """Return the verdict an answer decides for.

    It decides where a verdict word opens the answer or a line that holds nothing else, or follows
    a phrase such as "the answer is". Failing both, true, false, yes or maybe may stand anywhere,
    if it is the only one, is not negated, and no other verdict of its set stands beside it.
    """
    text = plain(without_markup(answer))
    decided = _opening(plain(without_lead_in(without_markup(answer))), verdicts)
    decided |= _opening(text, verdicts) | _stated(text, verdicts)
    if not decided:
        decided = _anywhere(text, verdicts)
    if len(decided) == 1:
        return Verdict(decided.pop(), None)
    return Verdict(None, CONTRADICTORY if decided else NO_VERDICT)


def _opening(text: str, verdicts: Sequence[str]) -> set[str]:
    lines = [line.strip(" \t\"'()[]") for line in text.splitlines() if line.strip()]
    alone = {line.rstrip(".!: ") for line in lines[1:]} & set(verdicts)
    found = {v for v in verdicts if lines and re.match(_standing(v), lines[0])}
    # "yes and no", "true/false": the second word takes back the first.
    pair = re.match(r"(\w+)\s*(?:/|and|or)\s*(\w+)", lines[0]) if lines else None
    if pair and found and pair[2] in verdicts:
        found.add(pair[2])
    return found | alone


def _standing(verdict: str) -> str:
    return re.escape(verdict) + (_STOP if verdict in _NEEDS_STOP else r"(?!\w)")


def _stated(text: str, verdicts: Sequence[str]) -> set[str]:
    return {v for v in verdicts if re.search(rf"\b(?:{_STATES}|{_COLON}){_standing(v)}", text)}


def _anywhere(text: str, verdicts: Sequence[str]) -> set[str]:
    found = plain_words(text)
    present = {v for v in verdicts if v in found}
    negated = any(
        before in {"not", "no", "never", "neither", "nor"}
        for before, word in pairwise(found)
        if word in verdicts
    )
    return set() if negated or present & _NEEDS_STOP else present


def _verdict_set(item: Item) -> Sequence[str]:
    """Return the task's own labels, else the known set that the reference belongs to."""
    if item.task.labels:
        return tuple(plain(label) for label in item.task.labels)
    for known in SETS:
        if any(read_verdict(reference, known).answer for reference in item.references):
            return known
    return ()


def signature(metric: str, language: str) -> str:
    """Return how the accuracy of a verdict is made."""
    return own_signature(
        metric, "read:verdict", f"lang:{language}", "refs:any", "unread:unscored", "v:1", "agg:mean"
    )


FAMILY = Family(("accuracy",), measure, signature)
