"""What the authors' scripts call right, wrong or found, one function per kind of task.

Facts of the scripts in the authors' repository (MedS-Ins at 185cfc0), slips included: they are
reproduced here and nowhere else. Where a script gives no figure because it stops, the item is
counted as wrong, and the reason says so beside the value.
"""

from __future__ import annotations

from collections.abc import Callable

from medsdesk.metrics.counts import Counts, counted
from medsdesk.metrics.hallmarks import HALLMARKS
from medsdesk.metrics.item import EMPTY, Item, Mark, right_or_wrong

# The scripts read their table with pandas, which takes these cells for "no value".
MISSING = frozenset(
    ("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
     "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null")
)  # fmt: skip
EMPTY_WRONG = f"{EMPTY}, counted as wrong"
STOPS = "the authors' script stops at this item; counted as wrong"
NOT_TRUE_OR_FALSE = "the reference is neither true nor false; the authors count that as wrong"
STOPS_READ = "the authors' script stops at this item; counted as its text stands"
LEFT_OUT = "the authors leave out an output like this one"

# In the spelling of the tasks' own definition.
NO_ENTITY = "there is no related enetity"
LABELS = tuple(label.lower() for label in HALLMARKS)

_ANNOUNCED = "the right answer is"


def missing(cell: str) -> bool:
    """Say whether the scripts would see no value in a cell of their table."""
    return cell in MISSING


def shown(cell: str) -> str:
    """Return a cell as the scripts see it where they make a text of whatever there is."""
    return "nan" if missing(cell) else cell


def first_letter(letters: str) -> Callable[[Item], Mark]:
    """Return the rule for multiple choice: the first letters are equal and among the allowed.

    The English words "the right answer is" are dropped before; nothing else is. References in
    other languages begin with no such letter, and every answer to them is wrong.
    """

    def measure(item: Item) -> Mark:
        answer = shown(item.answer).lower().replace(_ANNOUNCED, "").strip()
        reference = shown(item.references[0]).lower().replace(_ANNOUNCED, "").strip()
        if not item.answer.strip():
            # As a blank cell it would be read as the word "nan", so as "no" to a yes-no question.
            return _wrong(EMPTY_WRONG)
        if not answer or not reference:
            return _wrong(STOPS)
        found = answer[0] if answer[0] in letters else None
        return right_or_wrong(right=found is not None and found == reference[0], answer=found)

    return measure


def gold_in_output(item: Item) -> Mark:
    """Apply the rule for extraction: the reference occurs in the output.

    Both are lower-cased, quotes and line ends dropped. A longer output can only be better.
    """
    answer, reference = (
        shown(cell).lower().strip().replace('"', "").replace("'", "").replace("\n", "")
        for cell in (item.answer, item.references[0])
    )
    return _judged(item, right=reference in answer)


def label_in_output(announcement: str, *, stops: bool) -> Callable[[Item], Mark]:
    """Return the rule for diagnosis, treatment and inference: the label occurs in the output.

    Args:
        announcement: Words dropped from the reference, in this very case; "" for none.
        stops: Whether the script stops at a missing output or reference, else reads it as "nan".
    """

    def measure(item: Item) -> Mark:
        if stops and _stops_at(item):
            return _stopped(item)
        reference = shown(item.references[0]).replace(".", "")
        if announcement:
            reference = reference.replace(announcement, "")
        return _judged(item, right=reference.strip().lower() in shown(item.answer).lower())

    return measure


def verdict_in_first_line(item: Item) -> Mark:
    """Apply the rule for fact verification: the reference occurs in the output's first line.

    As a part of any word: "no" is found in "not" and in "know".
    """
    if _stops_at(item):
        return _stopped(item)
    first_line = item.answer.split("\n")[0].strip().lower()
    reference = item.references[0].replace(".", "").strip().lower()
    return _judged(item, right=reference in first_line)


def true_or_false(item: Item) -> Mark:
    """Apply the rule for outcomes: the output holds the right one of the two words alone."""
    answer = shown(item.answer).lower()
    reference = shown(item.references[0]).lower().strip()
    if reference not in ("true", "false"):
        return _wrong(NOT_TRUE_OR_FALSE)
    other = "false" if reference == "true" else "true"
    return _judged(item, right=reference in answer and other not in answer)


def entities(item: Item) -> Mark:
    """Count entity names as exact strings.

    Full stops go everywhere; then the last character goes, which is the last letter of the last
    name; what remains is split at each comma and space. Over items the counts are pooled.
    A missing output is left out of the count.
    """
    if missing(item.answer):
        return Mark(reason=LEFT_OUT)
    mark = _counted(_names(item.answer), _names(item.references[0]))
    reason = None if item.answer.strip() else f"{EMPTY}, counted as one wrong name"
    if missing(item.references[0]):
        reason = STOPS_READ
    return Mark(mark.values, mark.answer, reason, mark.details)


def hallmarks(item: Item) -> Mark:
    """Count the ten labels, each taken as named where its lower-case name occurs.

    Over items the figures of each label are averaged over all ten, absent ones as 0.
    """
    found, wanted = (
        frozenset(label for label in LABELS if label in shown(cell).lower())
        for cell in (item.answer, item.references[0])
    )
    mark = _counted(found, wanted)
    details = dict(mark.details)
    for label in sorted(found | wanted):
        own = Counts(label in found & wanted, label in found - wanted, label in wanted - found)
        details |= {f"{name}:{label}": float(count) for name, count in own.details().items()}
    reason = None if item.answer.strip() else f"{EMPTY}, counted as naming no label"
    return Mark(mark.values, mark.answer, reason, details)


def _names(text: str) -> frozenset[str]:
    plain = text.replace(".", "").strip().lower()
    return frozenset() if plain == NO_ENTITY else frozenset(plain[:-1].split(", "))


def _counted(found: frozenset[str], wanted: frozenset[str]) -> Mark:
    counts = counted(found, wanted)
    details = counts.details() | ({"empty": 1.0} if counts.empty else {})
    return Mark(counts.figures(if_empty=0.0), "; ".join(sorted(found)), None, details)


def _judged(item: Item, *, right: bool) -> Mark:
    return right_or_wrong(right=right) if item.answer.strip() else _wrong(EMPTY_WRONG)


def _stops_at(item: Item) -> bool:
    return missing(item.answer) or missing(item.references[0])


def _stopped(item: Item) -> Mark:
    return _wrong(STOPS if item.answer.strip() else EMPTY_WRONG)


def _wrong(reason: str) -> Mark:
    return Mark({"accuracy": 0.0}, None, reason)
