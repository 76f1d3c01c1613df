"""Several labels of a closed set at once, such as the ten hallmarks of cancer."""

from __future__ import annotations

from medsdesk.metrics.counts import Counts, counted
from medsdesk.metrics.item import Family, Item, Mark, own_signature
from medsdesk.metrics.labels import NO_LABEL, named_labels
from medsdesk.metrics.words import plain_words

HALLMARKS = (
    "Sustaining proliferative signaling",
    "Evading growth suppressors",
    "Resisting cell death",
    "Enabling replicative immortality",
    "Inducing angiogenesis",
    "Activating invasion and metastasis",
    "Genomic instability and mutation",
    "Tumor promoting inflammation",
    "Cellular energetics",
    "Avoiding immune destruction",
)
_NONE = ("none",)


def measure(item: Item) -> Mark:
    """Compare the set of labels named in the answer with the reference's.

    Per item P, R and F1 as in ``Counts.figures``. Over items precision, recall and F1 of each
    label come from its pooled counts (``tp:label`` and so on), and the mean over labels is
    reported (macro average; Sokolova and Lapalme, 2009). Several references: the best F1.
    """
    labels = {plain_words(label): label for label in item.task.labels or HALLMARKS}
    found = _named(item.answer, labels)
    if not found and plain_words(item.answer) != _NONE:
        return Mark(reason=NO_LABEL)
    wanted = [_named(reference, labels) for reference in item.references]
    marks = [_mark(found, names) for names in wanted if names]
    if not marks:
        return Mark(reason="the reference names no label")
    return max(marks, key=lambda mark: mark.values["f1"])


def _named(text: str, labels: dict[tuple[str, ...], str]) -> frozenset[str]:
    return frozenset(labels[words] for words in named_labels(text, labels))


def _mark(found: frozenset[str], wanted: frozenset[str]) -> Mark:
    counts = counted(found, wanted)
    details = counts.details()
    for label in sorted(found | wanted):
        own = Counts(label in found & wanted, label in found - wanted, label in wanted - found)
        details |= {f"{name}:{label}": float(count) for name, count in own.details().items()}
    return Mark(counts.figures(), "; ".join(sorted(found)), None, details)


def signature(metric: str, language: str) -> str:
    """Return how a figure over labels is made."""
    return own_signature(
        metric, "read:labels-in-text", f"lang:{language}", "norm:nfkc-folded-words-no-accents",
        "refs:best-f1", "absent-labels:left-out", "v:1", "agg:macro",
    )  # fmt: skip


FAMILY = Family(("precision", "recall", "f1"), measure, signature)
