"""Phrases taken from a text: exact sets for accuracy, shared words for partial credit."""

from __future__ import annotations

import re
from collections import Counter

from medsdesk.metrics.counts import Counts
from medsdesk.metrics.item import Family, Item, Mark, own_signature, right_or_wrong
from medsdesk.metrics.lists import split_list
from medsdesk.metrics.reading import without_lead_in, without_markup
from medsdesk.metrics.words import plain, words

Words = tuple[str, ...]

NOT_FOUND: Words = ("not", "found")
NO_PHRASE = "names no phrase"

# Comparisons and percent signs carry meaning in doses and counts; other marks do not.
_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[<>≤≥±%]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ARTICLES = frozenset({"a", "an", "the"})


def measure(item: Item) -> Mark:
    """Compare the phrases of an answer with the reference's.

    ``accuracy`` is 100 only when the two sets of phrases are equal. ``precision``, ``recall`` and
    ``f1`` compare bags of words without articles (Rajpurkar et al., SQuAD, EMNLP 2016; "not
    found" as in SQuAD 2.0, ACL 2018: right or wrong as a whole). Several references: the best.
    """
    found = read_phrases(item.answer)
    if not found:
        return Mark(reason=NO_PHRASE)
    wanted = [phrases for reference in item.references if (phrases := read_phrases(reference))]
    if not wanted:
        return Mark(reason="the reference names no phrase")
    shared = max((_shared_words(found, phrases) for phrases in wanted), key=lambda f: f["f1"])
    answer = "; ".join(sorted(" ".join(phrase) for phrase in found))
    whole = right_or_wrong(right=found in wanted, answer=answer)
    return Mark({**whole.values, **shared}, answer)


def read_phrases(text: str) -> frozenset[Words]:
    """Return the phrases of a list, each as its normalised words."""
    stated = without_lead_in(without_markup(text))
    return frozenset(phrase for item in split_list(stated) if (phrase := phrase_words(item)))


def phrase_words(phrase: str) -> Words:
    """Return the words of a phrase with its numbers in one form.

    ``10 mg / kg`` equals ``10 mg/kg``, ``3.0 g`` equals ``3 g`` and ``1,000`` equals ``1000``;
    ``2.5`` stays apart from ``25``, ``<5`` from ``5``. Case, accents and other marks go.
    """
    text = plain(phrase)
    found: list[str] = []
    place = 0
    for piece in _PIECE.finditer(text):
        found += [*words(text[place : piece.start()]), _number(piece.group())]
        place = piece.end()
    return tuple(found + words(text[place:]))


def _number(text: str) -> str:
    number = _THOUSANDS.sub("", text).replace(",", ".")
    whole, point, decimals = number.partition(".")
    # More than one point is a date or a version: left as it is.
    if not point or "." in decimals:
        return number
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _shared_words(found: frozenset[Words], wanted: frozenset[Words]) -> dict[str, float]:
    nothing = frozenset({NOT_FOUND})
    if nothing in (found, wanted):
        same = float(found == wanted)
        return Counts(same, 1 - same, 1 - same).figures()
    said, meant = _bag(found), _bag(wanted)
    tp = (said & meant).total()
    return Counts(tp, said.total() - tp, meant.total() - tp).figures()


def _bag(phrases: frozenset[Words]) -> Counter[str]:
    return Counter(word for phrase in phrases for word in phrase if word not in _ARTICLES)


def signature(metric: str, language: str) -> str:
    """Return how a figure over phrases is made."""
    unit = "phrase-set" if metric == "accuracy" else "word-bag-no-articles"
    return own_signature(
        metric, "read:list", f"lang:{language}", f"match:{unit}",
        "norm:nfkc-folded-words-numbers", "refs:best", "v:1", "agg:mean",
    )  # fmt: skip


FAMILY = Family(("accuracy", "precision", "recall", "f1"), measure, signature)
