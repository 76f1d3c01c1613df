"""What each score means, in one plain sentence for people who rate and not compute."""

from __future__ import annotations

_SENTENCES = {
    "accuracy": (
        "Share of answers that are right; an answer from which no decision could be read "
        "is left out and counted apart."
    ),
    "precision": (
        "Of everything the model named, the share that the reference names too; "
        "low means that it adds things."
    ),
    "recall": (
        "Of everything the reference names, the share that the model found; "
        "low means that it misses things."
    ),
    "f1": (
        "One figure for precision and recall together; it is high only when the model "
        "neither adds nor misses much."
    ),
    "partial_precision": (
        "Precision in which a name that overlaps with one of the reference's, by a word too many "
        "or too few, counts as half found."
    ),
    "partial_recall": (
        "Recall in which a name of the reference that the answer has with a word too many or too "
        "few counts as half found."
    ),
    "partial_f1": (
        "Partial precision and partial recall in one figure; much higher than F1 means that the "
        "model finds the names and misses where they begin or end."
    ),
    "bleu4": (
        "How many word sequences, of up to four words, the answer shares with the reference "
        "text; a different wording of the same fact scores low."
    ),
    "chrf": (
        "How many short letter sequences the answer shares with the reference text; "
        "it forgives different word endings."
    ),
    "rouge1_f": (
        "How many single words the answer and the reference text have in common, "
        "whatever their order."
    ),
    "rouge2_f": (
        "How many pairs of neighbouring words the answer and the reference text have in common; "
        "it falls where the words are right and their order is not."
    ),
    "rouge_l_f": (
        "How much of the answer and the reference text runs through the same words in the "
        "same order, with gaps allowed."
    ),
    "none": "There is no automatic score for this task; only a person can judge the answer.",
}


# The authors' rules have sentences of their own: the same name means something else there.
_AUTHORS = {
    "accuracy": (
        "By the authors' rule: share of answers that begin with the right letter or hold the "
        "reference's words; a right answer in other words, or in another language, counts as "
        "wrong, and a long wrong one can count as right."
    ),
    "precision": (
        "By the authors' rule: of everything the model named, the share that the reference has "
        "in exactly the same letters; a name spelled otherwise counts as an error."
    ),
    "recall": (
        "By the authors' rule: of everything the reference names, the share that the model gave "
        "in exactly the same letters; a name spelled otherwise counts as missed."
    ),
    "f1": (
        "By the authors' rule: precision and recall of exactly equal names in one figure; it "
        "punishes spelling, and an answer that rightly names nothing brings no credit."
    ),
    "bleu1": (
        "By the authors' rule: how many single words the answer shares with the reference, in "
        "whatever order; the right words in a wrong statement score high."
    ),
    "rouge": (
        "By the authors' rule: ROUGE-L over different words, which the papers call ROUGE-1; it "
        "follows wording and not meaning, and marks stay glued to words."
    ),
}


_CHOICES = {
    "accuracy": (
        "Share of items whose right answer the model held likelier than every other one of the "
        "set, whatever it wrote."
    ),
    "accuracy_norm": (
        "The same with likelihood taken per letter, so that long answers are not at a disadvantage."
    ),
    "reference_share": (
        "How much of its belief in the answers of the set the model put on the right one; a right "
        "guess by a hair counts less than a sure one."
    ),
}


def explain(metric_name: str) -> str:
    """Return a plain sentence for a metric, named with or without its protocol.

    Raises:
        KeyError: There is no such metric.
    """
    protocol, _, metric = metric_name.rpartition(".")
    strict_first = {**_CHOICES, **_AUTHORS, **_SENTENCES}
    own = {"strict": _SENTENCES, "choices": _CHOICES}
    sentences = {**own, "medsbench": {**_SENTENCES, **_AUTHORS}}
    return sentences.get(protocol, strict_first)[metric]
