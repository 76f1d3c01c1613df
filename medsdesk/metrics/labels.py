"""One label of a closed set, or of a set that only the references show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from medsdesk.metrics.item import Family, Item, Mark, own_signature, right_or_wrong
from medsdesk.metrics.reading import without_lead_in, without_markup
from medsdesk.metrics.words import Word, placed_words, plain, plain_words

NO_LABEL = "names no label"
SEVERAL = "names more than one label"

_NEGATIONS = frozenset(
    ("no", "not", "never", "neither", "nor", "without", "exclude", "excludes", "excluding",
     "excluded", "ruled", "cannot", "isn", "aren", "doesn", "wasn")
)  # fmt: skip
_REACH = 3  # words before a label in which a negation takes it back
_BREAK = re.compile(r"[.,;:!?\n]")
_LONGEST_ALONE = 12  # words: a longer first line is prose and holds no label by itself

Words = tuple[str, ...]


def measure(item: Item) -> Mark:
    """Mark a label: 100 when it is the reference's.

    Accuracy over items is the share of right ones, (1/n) sum [label = reference]. Case,
    punctuation, white space and accents make no difference.
    """
    known = {plain_words(label): label for label in item.task.labels}
    wanted = {label for reference in item.references if (label := _own_label(reference, known))}
    if not wanted:
        return Mark(reason="the reference names no label")
    if known:
        return _mark_known(item, known, wanted)
    own = _own_label(item.answer, known)
    if not own or len(own) > _LONGEST_ALONE:
        return Mark(reason=NO_LABEL)
    return right_or_wrong(right=own in wanted, answer=" ".join(own))


def named_labels(text: str, labels: Iterable[Words]) -> frozenset[Words]:
    """Return the labels that occur in a text as whole phrases, the longest first.

    A word that is part of a longer label is not read again as a shorter one. A mention is left
    out when one of the three words before it, in the same clause, is a negation.
    """
    normal = plain(without_markup(text))
    found = placed_words(normal)
    taken: set[int] = set()
    named: set[Words] = set()
    for label in sorted(labels, key=lambda words: (-len(words), words)):
        for start in range(len(found) - len(label) + 1):
            span = range(start, start + len(label))
            if taken.isdisjoint(span) and tuple(found[at].text for at in span) == label:
                taken.update(span)
                if not _negated(normal, found, start):
                    named.add(label)
    return frozenset(named)


def _negated(text: str, found: Sequence[Word], start: int) -> bool:
    for word in reversed(found[max(0, start - _REACH) : start]):
        if _BREAK.search(text, word.end, found[start].start):
            return False
        if word.text in _NEGATIONS:
            return True
    return False


def _own_label(text: str, known: Iterable[Words]) -> Words:
    """Return the label that an answer consists of: its first line without the lead-in."""
    stated = without_lead_in(without_markup(text))
    own = plain_words(stated)
    return own if own in known else plain_words(stated.partition("\n")[0])


def _mark_known(item: Item, known: dict[Words, str], wanted: set[Words]) -> Mark:
    own = _own_label(item.answer, known)
    labels = known.keys() | wanted
    named = frozenset({own}) if own in labels else named_labels(item.answer, labels)
    if len(named) != 1:
        return Mark(reason=SEVERAL if named else NO_LABEL)
    label = next(iter(named))
    return right_or_wrong(right=label in wanted, answer=known.get(label, " ".join(label)))


def signature(metric: str, language: str) -> str:
    """Return how the accuracy of a label is made."""
    return own_signature(
        metric, "read:label", f"lang:{language}", "norm:nfkc-folded-words-no-accents", "refs:any",
        "unread:unscored", "v:1", "agg:mean",
    )  # fmt: skip


FAMILY = Family(("accuracy",), measure, signature)
