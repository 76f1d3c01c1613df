"""Entity lists: which names an answer gives, against which names the reference gives."""

from __future__ import annotations

import re

from medsdesk.metrics.counts import PARTIAL, counted
from medsdesk.metrics.item import Family, Item, Mark, own_signature
from medsdesk.metrics.lists import split_list
from medsdesk.metrics.partial_names import partial_counts
from medsdesk.metrics.reading import without_lead_in, without_markup
from medsdesk.metrics.words import folded

CONTRADICTORY = "names entities and says that there are none"
NOTHING = "names no entity and does not say that there are none"

# The sentence of the task's definition ("There is no related enetity."), in its own spelling
# and the right one, and the like in other words.
_NONE = re.compile(
    r"there (?:is|are) no\b.*"
    r"|no (?:related |relevant |such )?"
    r"(?:enetit|entit|chemical|disease|organism|species|gene|drug)(?:y|ies|s)?"
    r"(?: (?:is |are |was |were )?(?:found|mentioned|present))?(?: in (?:the|this) \w+)?"
)
_NEW_SENTENCE = re.compile(r"\.\s+(?=there (?:is|are) no\b)", re.IGNORECASE)
_NONE_WORDS = frozenset({"none", "none found", "none mentioned", "nothing", "not found", "n/a"})
_AROUND_MARKS = re.compile(r"\s*([^\w\s])\s*")
_SPACES = re.compile(r"\s+")
_AND = re.compile(r"\s+(?:and|&)\s+")
_FIGURES = ("precision", "recall", "f1")
_LABEL = "partial"  # the counts stand beside the exact ones, as those of a label do


def measure(item: Item) -> Mark:
    """Compare the set of names in the answer with the reference's; repeats count once.

    Per item P, R and F1 as in ``Counts.figures``, of equal names and, under names of their own,
    with half a credit for overlapping ones (``partial_counts``); over items the counts are pooled
    (micro average). With several references the one with the best F1 counts.
    """
    found, says_none = read_entities(item.answer)
    if says_none == bool(found):
        return Mark(reason=CONTRADICTORY if found else NOTHING)
    wanted = [read_entities(reference)[0] for reference in item.references]
    marks = [_mark(_split_by_reference(found, names), names) for names in wanted]
    return max(marks, key=lambda mark: (mark.values["f1"], mark.values["partial_f1"]))


def read_entities(text: str) -> tuple[frozenset[str], bool]:
    """Return the names listed in a text, and whether it says that there are none."""
    listed = split_list(_NEW_SENTENCE.sub(".\n", without_lead_in(without_markup(text))))
    names = {normal_name(item) for item in listed} - {""}
    none = {name for name in names if _NONE.fullmatch(name) or name in _NONE_WORDS}
    return frozenset(names - none), bool(none)


def normal_name(name: str) -> str:
    """Return a name without differences of case, Unicode form and spacing.

    White space around hyphens and other marks goes (``beta - blocker``, ``sp . nov``), and so do
    full stops and quotes at the ends.
    """
    tight = _AROUND_MARKS.sub(r"\1", _SPACES.sub(" ", folded(name)))
    return tight.strip(" .\"'`")


def _split_by_reference(found: frozenset[str], wanted: frozenset[str]) -> frozenset[str]:
    """Part "x and y" where the reference has x or y by itself and not the two as one name."""
    names: set[str] = set()
    for name in found:
        parts = _AND.split(name)
        joined = name in wanted or wanted.isdisjoint(parts)
        names.update([name] if joined else parts)
    return frozenset(names)


def _mark(found: frozenset[str], wanted: frozenset[str]) -> Mark:
    counts, partial = counted(found, wanted), partial_counts(found, wanted)
    halves = {f"{PARTIAL}{name}": value for name, value in partial.figures().items()}
    details = counts.details() | ({"empty": 1.0} if counts.empty else {})
    if not counts.empty:
        details |= {f"{name}:{_LABEL}": count for name, count in partial.details().items()}
    return Mark({**counts.figures(), **halves}, "; ".join(sorted(found)), None, details)


def signature(metric: str, language: str) -> str:
    """Return how a figure over entities is made."""
    partial = metric.startswith(PARTIAL)
    match = "overlap-half|pairs:one-to-one" if partial else "exact-set"
    return own_signature(
        metric, "read:list", f"lang:{language}", f"match:{match}", "norm:nfkc-folded-tight",
        "refs:best-f1", "both-empty:100", "v:2", f"agg:micro{'-partial' * partial}",
    )  # fmt: skip


FAMILY = Family((*_FIGURES, *(f"{PARTIAL}{figure}" for figure in _FIGURES)), measure, signature)
